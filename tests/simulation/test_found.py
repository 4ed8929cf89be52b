"""What random stories found to be wrong, each as the shortest story that shows it."""

import asyncio
from dataclasses import replace

import pytest

from reconcile.model.phase import Goal, OnMissing, Stage
from reconcile.model.result import Ended
from reconcile.sandbox import events
from reconcile.sandbox.settings import Settings
from tests.simulation.jobs import declared
from tests.simulation.process import Fate
from tests.simulation.wire import Weather
from tests.simulation.world import Violation, World

LATE = Settings(seed="found", listing_delay=10.0, describe_delay=5.0, token_lifetime=60.0)
INTENT_WRITTEN = 8  # the step of a first apply
FULL = Weather(1.0, ("capacity",), reads=False)
BEFORE_STOP = 9  # the step of an apply that stops one job


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


@pytest.mark.parametrize("ended", [True, False])
def test_a_lower_number_that_was_given_again_while_a_lock_file_was_lost_is_adopted_once(world, ended):
    """Its service had forgotten all that the lost file told of, so that counting began anew."""
    job = declared("entities", on_missing=OnMissing.RESTART)
    world.declare(job)
    world.apply()
    world.end(job.address, well=False)
    world.wait(60.0)
    world.apply()
    for birth in world.truth.of(job.address):
        events.forget(world.cloud, world.truth.job(birth))
    world.forget_tokens()
    world.lose(everything=True)
    world.wait(60.0)
    world.apply()
    if ended:
        world.end(job.address, well=True)
    world.wait(60.0)
    world.restore(1, clone=True)
    assert world.place.read().get(job.address).attempt == 2
    world.converge()
    assert [birth.attempt for birth in world.truth.of(job.address)] == [1, 2, 1]
    kept = world.place.read().get(job.address)
    assert (kept.attempt, kept.highest) == (1, 2)


@pytest.mark.parametrize("killed_at", [0, INTENT_WRITTEN])
def test_where_a_name_is_refused_that_nothing_holds_it_is_tried_again_and_nobody_is_asked(tmp_path, killed_at):
    """The code for a conflict is that for want of room as well. Killed, the first apply leaves a start in doubt."""
    world = World(tmp_path, "found", replace(LATE, personalize_capacity_code="ResourceInUseException"))
    job = declared("segment")
    world.declare(job)
    world.apply(Fate(killed_at=killed_at), FULL)
    for _ in range(4):
        outcome, _ = world.apply(weather=FULL)
        assert [row.ended for row in outcome.result.rows] == [Ended.FAILED]
        world.wait(100.0)
    assert world.truth.of(job.address) == []
    world.apply()
    assert len(world.truth.of(job.address)) == 1
    world.converge()


@pytest.mark.parametrize("step", [BEFORE_STOP - 1, BEFORE_STOP, BEFORE_STOP + 1, BEFORE_STOP + 2])
def test_a_stop_whose_answer_was_not_written_down_is_not_taken_for_ours(world, step):
    """The apply dies before the request, or after it. Then someone else stops the job, and it is wanted again: its only
    attempt is used up."""
    job = stopped_in_part(world, step)
    outcome, _ = world.apply()
    assert "1 of 1 attempts are used" in outcome.plan.changes[0].reason
    world.converge()
    assert len(world.truth.of(job.address)) == 1


def test_a_stop_whose_answer_was_written_down_is_ours_and_uses_no_attempt_up(world):
    job = stopped_in_part(world, BEFORE_STOP + 4)
    world.converge()
    assert len(world.truth.of(job.address)) == 2


def test_a_stop_that_is_refused_for_the_job_has_ended_is_not_taken_for_ours(tmp_path):
    """Someone else was quicker, by less than a look is old."""
    world = World(tmp_path, "found", replace(LATE, emr_cancel_ended="refuse"))
    job = declared("stream", max_attempts=1)
    world.declare(job)
    world.apply()
    world.wait(60.0)
    world.remove(job.address)
    world.apply(Fate(paused_at=BEFORE_STOP - 1, pause=50.0), meanwhile=((10.0, lambda: world.stop(job.address)),))
    assert world.place.read().get(job.address).stop_requested_at is None
    world.declare(job)
    world.converge()
    assert len(world.truth.of(job.address)) == 1


def test_what_was_put_off_and_then_has_to_wait_does_so_until_the_next_apply(world):
    """Its dependency ends while its own intent is written, too late for its call. Nothing will start that again."""
    needed = declared("stream", "needed", max_attempts=1)
    job = declared("emr", "job", depends_on=(needed.address,))
    world.declare(needed)
    world.apply()
    world.wait(60.0)
    world.declare(job)
    ends = ((20.0, lambda: world.end(needed.address, well=False)),)
    outcome, process = world.apply(Fate(paused_at=INTENT_WRITTEN + 3, pause=400.0), meanwhile=ends)
    assert process.steps[INTENT_WRITTEN + 2] == "after a write"
    (row,) = outcome.result.rows
    assert (row.ended, row.detail) == (Ended.WAITING, f"it depends on {needed.address}")
    assert world.truth.of(job.address) == []


def test_ends_that_do_not_come_are_not_waited_for_for_ever(tmp_path):
    """One is to be stopped before another, which someone stops meanwhile. The service gets done with neither."""
    world = World(tmp_path, "found", replace(LATE, stopping=1e9))
    needed = declared("stream", "needed")
    job = declared("stream", "job", depends_on=(needed.address,))
    for each in (needed, job):
        world.declare(each)
        world.apply()
        world.wait(60.0)
    outcome, _ = world.apply(destroy=True, meanwhile=((10.0, lambda: world.stop(needed.address)),))
    assert {row.address: row.ended for row in outcome.result.rows} == {
        job.address: Ended.WAITING,
        needed.address: Ended.WAITING,
    }


def test_where_intents_are_always_written_too_late_nothing_is_started_and_the_apply_ends(world):
    job = declared("emr")
    world.declare(job)
    outcome, _ = world.apply(Fate(slow=6.0))
    (row,) = outcome.result.rows
    said = "it was not started: it took more than 10 s to note it in the lock file, 3 times"
    assert (row.ended, row.detail) == (Ended.FAILED, said)
    assert world.truth.of(job.address) == []
    world.converge()


@pytest.mark.parametrize("seconds", [1.0, 0.0])
def test_an_apply_without_an_end_is_a_violation_and_not_a_test_that_hangs(world, monkeypatch, seconds):
    async def for_ever(*_, **__):
        while True:
            await asyncio.sleep(seconds)

    monkeypatch.setattr("tests.simulation.world.under_lease", for_ever)
    with pytest.raises(Violation, match="an apply has no end"):
        world.apply()


def stopped_in_part(world, step):
    """A job that was declared again after the apply that removed it had died at this step, and someone stopped it."""
    job = declared("stream", max_attempts=1)
    world.declare(job)
    world.apply()
    world.wait(60.0)
    world.remove(job.address)
    _, process = world.apply(Fate(killed_at=step))
    assert process.dead
    assert world.place.read().get(job.address).stage is Stage.STOPPING
    world.stop(job.address)
    world.wait(200.0)
    world.declare(job)
    return job
