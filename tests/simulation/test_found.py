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


def test_what_is_started_after_the_journal_in_s3_has_failed_is_in_the_lock_file(tmp_path):
    """At whichever step that is, of an apply of three jobs: an outcome may come after the failure."""
    for step in range(24, 34):
        folder = tmp_path / str(step)
        folder.mkdir()
        world = World(folder, "found", LATE, lease=30.0)
        for sort in ("emr", "segment", "entities"):
            world.declare(declared(sort, sort))
        world.apply(Fate(disk_full_at=step))
        world.hold()


@pytest.mark.parametrize("sort", ["emr", "segment"])
def test_where_names_are_the_only_marks_an_interrupted_start_is_found_by_its_name(tmp_path, sort):
    world = World(tmp_path, "found", LATE, marks="name")
    job = declared(sort)
    world.declare(job)
    _, process = world.apply(Fate(killed_at=INTENT_WRITTEN + 2))
    assert process.steps[-1] == "after a call"
    world.wait(200.0)
    world.forget_tokens()
    world.converge()
    assert len(world.truth.of(job.address)) == 1


def test_where_names_are_the_only_marks_and_the_lock_file_was_lost_what_has_succeeded_is_not_run_again(tmp_path):
    world = World(tmp_path, "found", LATE, marks="name")
    job = declared("entities")
    world.declare(job)
    world.apply()
    world.end(job.address, well=True)
    world.wait(60.0)
    world.lose(everything=True)
    world.converge()
    world.edit(job.address, generation=2)  # what was adopted becomes history, and can still be read
    world.converge()
    assert [birth.attempt for birth in world.truth.of(job.address)] == [1, 2]


def test_a_number_that_was_given_twice_while_a_lock_file_was_lost_does_not_hide_what_has_succeeded(world):
    """First to a start that never took place, then, by a lock file that knew nothing of it, to another content."""
    job = declared("entities")
    world.declare(job)
    _, process = world.apply(Fate(killed_at=INTENT_WRITTEN + 1))
    assert process.steps[-1] == "before a call"
    world.edit(job.address, content="b")
    world.apply()
    world.lose(everything=False)
    world.apply()
    world.end(job.address, well=True)
    world.wait(60.0)
    world.apply()
    world.restore(0, clone=False)
    world.converge()
    assert [birth.attempt for birth in world.truth.of(job.address)] == [1]
