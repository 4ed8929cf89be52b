"""What random stories found to be wrong, each as the shortest story that shows it."""

import pytest

from reconcile.model.phase import Goal, OnMissing
from reconcile.sandbox.settings import Settings
from tests.simulation.jobs import declared
from tests.simulation.process import Fate
from tests.simulation.wire import Weather
from tests.simulation.world import World

LATE = Settings(seed="found", listing_delay=10.0, describe_delay=5.0, token_lifetime=60.0)
INTENT_WRITTEN = 8  # the step of a first apply


@pytest.fixture
def world(tmp_path):
    return World(tmp_path, "found", LATE)


def test_where_a_lock_file_was_lost_what_no_list_shows_yet_is_waited_for(world):
    job = declared("entities")
    world.declare(job)
    world.apply()
    world.lose(everything=False)
    world.edit(job.address, content="b")
    world.apply()
    world.converge()
    assert [birth.attempt for birth in world.truth.of(job.address)] == [1, 2]


def test_a_call_is_not_made_long_after_its_intent_was_written(world):
    """What is missing then would be taken for long gone."""
    job = declared("stream", on_missing=OnMissing.RESTART)
    world.declare(job)
    _, process = world.apply(Fate(paused_at=INTENT_WRITTEN, pause=400.0))
    assert process.steps[INTENT_WRITTEN - 1] == "after a write"
    world.apply()
    world.converge()
    assert len(world.truth.of(job.address)) == 1


def test_one_that_lost_its_lease_while_its_intent_was_written_starts_nothing(world):
    job = declared("run")
    world.declare(job)
    overtaken = ((5.0, world.end_lease), (6.0, lambda: world.edit(job.address, content="b")))
    world.apply(Fate(paused_at=INTENT_WRITTEN, pause=8.0), beside=((7.0, Fate()),), meanwhile=overtaken)
    world.converge()
    assert len(world.truth.of(job.address)) == 1


def test_a_job_that_is_listed_and_cannot_be_described_yet_may_be_ours(tmp_path):
    world = World(tmp_path, "found", Settings(seed="found", listing_delay=0.0, describe_delay=50.0))
    job = declared("emr")
    world.declare(job)
    world.apply()
    world.lose(everything=True)
    world.edit(job.address, content="b")
    outcome, _ = world.apply()
    assert [change.action.word for change in outcome.plan.changes] == ["blocked"]
    world.converge()


def test_where_a_lock_file_was_lost_what_a_waiting_apply_starts_later_is_waited_for_as_well(world):
    job = declared("entities")
    world.declare(job)
    world.apply()
    world.lose(everything=False)
    world.edit(job.address, content="b")
    world.apply(weather=Weather(1.0, ("throttle",), first=1), wait=True)
    world.converge()
    assert [birth.attempt for birth in world.truth.of(job.address)] == [1, 2]


def test_a_job_that_shall_be_stopped_is_found_without_a_lock_file(world):
    job = declared("stream")
    world.declare(job)
    world.apply()
    world.wait(60.0)
    world.lose(everything=True)
    world.edit(job.address, goal=Goal.STOPPED)
    world.apply()
    world.converge()
