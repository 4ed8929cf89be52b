"""Stops: to make room for other content, because they are asked for, because nothing declares the job any more."""

import pytest

from reconcile.errors import Exit
from reconcile.model.phase import Phase, Stage
from tests.applier.manifests import address, classification, emr, entities, run, segment, stream, switch

S = address(stream("s"))


@pytest.fixture
def running(bench):
    """A streaming job that runs; the bench that it runs on."""
    bench.write(stream("s"))
    bench.apply(wait=True)
    return bench


def other(**more):
    return stream("s", spec={"mode": "STREAMING", "tags": {"version": "2"}}, **more)


def most_live(bench):
    """Watches how many jobs are live at once: the highest number is its first item."""
    most = [0]

    def watch():
        most[0] = max(most[0], len(bench.live()))
        bench.clock.later(0.5, watch)

    watch()
    return most


def test_a_replaced_job_is_stopped_and_seen_to_have_ended_before_the_next_starts(running):
    running.write(other())
    most = most_live(running)
    done = running.apply()
    assert done.exit is Exit.DONE
    assert done.actions == {S: "replace"}
    assert done.ended(S) == "done"
    assert [job["phase"] for job in running.jobs()] == ["stopped", "pending"]
    assert most == [1]
    order = [name for name in running.requests() if name in ("StartJobRun", "CancelJobRun")]
    assert order == ["StartJobRun", "CancelJobRun", "StartJobRun"]
    record = running.record(S)
    assert (record.attempt, record.tries, record.stop_requested_at) == (2, 1, None)
    assert [attempt.phase for attempt in record.history] == [Phase.STOPPED]


def test_an_end_that_is_not_seen_in_time_leaves_the_start_to_the_next_apply(running):
    running.control.settings(stopping=100)
    running.write(other(timeouts={"stop": "30s"}))
    began = running.clock()
    done = running.apply()
    assert (done.exit, done.ended(S)) == (Exit.DONE, "waiting")
    assert 30 <= running.clock() - began < 40
    assert running.record(S).stage is Stage.STOPPING
    assert running.apply().actions == {S: "wait"}
    running.later(100)
    assert running.apply().actions == {S: "start"}
    assert [job["phase"] for job in running.jobs()] == ["stopped", "pending"]


def test_a_job_that_finishes_while_it_is_asked_to_stop_makes_room_as_well(bench):
    bench.write(emr("a"))
    bench.apply()
    bench.later(3)
    bench.write(emr("a", code="b"))
    bench.control.fault("delay", operation="CancelJobRun", seconds=0.01)
    bench.clock.later(0, lambda: bench.control.complete(bench.jobs()[0]["id"]["jobRunId"]))
    assert bench.apply().exit is Exit.DONE
    assert [job["phase"] for job in bench.jobs()] == ["succeeded", "pending"]


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ({"lifecycle": {"onChange": "wait"}}, "wait"),
        ({"lifecycle": {"onChange": "keep"}}, None),
        ({"lifecycle": {"protect": ["replace"]}}, "blocked"),
    ],
)
def test_a_changed_job_runs_on_where_its_manifest_says_so(more, action, running):
    running.write(other(**more))
    done = running.apply()
    assert done.actions == ({S: action} if action else {})
    assert [job["phase"] for job in running.jobs()] == ["running"]


def test_goal_stopped_stops_and_goal_running_starts_the_next_attempt(running):
    running.write(stream("s", goal="stopped"))
    assert running.apply().actions == {S: "stop"}
    assert running.planned() == {S: "wait"}
    running.later(10)
    assert running.apply().actions == {}
    assert running.record(S).phase is Phase.STOPPED
    running.write(stream("s"))
    assert running.apply().actions == {S: "start"}
    assert running.record(S).attempt == 2


def test_a_removed_job_is_stopped_and_then_forgotten(running):
    running.write()
    done = running.apply()
    assert done.exit is Exit.DONE
    assert done.actions == {S: "stop"}
    assert done.ended(S) == "done"
    assert [job["phase"] for job in running.jobs()] == ["stopped"]
    tombstone = running.record(S)
    assert (tombstone.stage, tombstone.attempt) == (Stage.REMOVED, 1)
    assert running.planned() == {}
    running.write(stream("s"))
    assert running.apply().actions == {S: "start"}
    assert running.record(S).attempt == 2, "numbers are never used again"


def test_a_removed_job_runs_on_where_its_manifest_said_so(bench):
    bench.write(stream("s", lifecycle={"onRemove": "leave"}))
    bench.apply(wait=True)
    bench.write()
    done = bench.apply()
    assert done.actions == {S: "forget"}
    assert "runs on" in done.row(S).detail
    assert bench.requests("CancelJobRun") == []
    bench.write(stream("s"))
    assert bench.apply().actions == {}, "it is declared again, and taken back"
    assert bench.record(S).attempt == 1
    assert len(bench.jobs()) == 1


def test_a_removed_job_that_was_protected_is_left_alone(bench):
    bench.write(stream("s", lifecycle={"protect": ["stop"]}))
    bench.apply(wait=True)
    bench.write()
    done = bench.apply()
    assert (done.exit, done.actions) == (Exit.ERROR, {S: "blocked"})
    assert [job["phase"] for job in bench.jobs()] == ["running"]


def test_destroy_stops_what_can_be_stopped_and_says_what_runs_on(bench):
    bench.define("hourly")
    bench.define("load")
    bench.control.settings(running=10_000)
    stoppable = [stream("s"), emr("a"), entities("a"), switch("a"), run("a")]
    lasting = [segment("a"), classification("a")]
    bench.write(*stoppable, *lasting)
    bench.apply()
    bench.later(5)
    done = bench.apply(destroy=True)
    assert done.exit is Exit.DONE, done.result
    assert {address(job): done.actions[address(job)] for job in stoppable} == {
        address(job): "stop" for job in stoppable
    }
    for job in lasting:
        assert done.actions[address(job)] == "forget"
        assert "cannot stop it, so the job runs on" in done.row(address(job)).detail
    assert {job["kind"] for job in bench.live()} == {job["kind"] for job in lasting}
    assert [job["phase"] for job in bench.control.jobs("DataArtsJob") if job["name"] == "hourly"] == ["stopped"]
    assert all(record.is_tombstone for record in bench.kept())
    assert bench.planned(destroy=True) == {}


def test_stops_go_before_those_of_what_they_depend_on(bench):
    """Both are removed: the base ends last."""
    bench.write(stream("base"), stream("top", dependsOn=[address(stream("base"))]))
    bench.apply(wait=True)
    bench.write()
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert {row.ended.value for row in done.result.rows} == {"done"}
    assert {job["phase"] for job in bench.jobs()} == {"stopped"}
    assert stop_order(done) == ["top", "base"]
    assert one_after_the_end_of_the_other(bench)


def stop_order(outcome):
    return [event.address.name for event in outcome.events if event.kind.value == "stop_asked"]


def one_after_the_end_of_the_other(bench):
    """By the sandbox: its two cancels lie further apart than a stop takes."""
    first, second = (entry["at"] for entry in bench.control.log() if entry["operation"] == "CancelJobRun")
    return second - first >= 3


def test_stops_that_nothing_follows_are_seen_to_their_end_where_others_wait_for_them(bench):
    """Both shall be stopped, and stay declared."""
    base, top = stream("base"), stream("top", dependsOn=[address(stream("base"))])
    bench.write(base, top)
    bench.apply(wait=True)
    bench.write(base | {"goal": "stopped"}, {**top, "goal": "stopped", "dependsOn": [address(base)]})
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert {row.ended.value for row in done.result.rows} == {"done"}
    assert stop_order(done) == ["top", "base"]
    assert one_after_the_end_of_the_other(bench)


def test_a_stop_is_not_tried_where_its_dependant_does_not_end_in_time(bench):
    bench.control.settings(stopping=1000)
    bench.write(stream("base"), stream("top", dependsOn=[address(stream("base"))], timeouts={"stop": "20s"}))
    bench.apply(wait=True)
    bench.write()
    done = bench.apply()
    assert done.ended(address(stream("base"))) == "not tried"
    assert "has not ended" in done.row(address(stream("base"))).detail
    assert done.ended(address(stream("top"))) == "waiting"
    assert stop_order(done) == ["top"]
    again = bench.apply()
    assert stop_order(again) == [], "the dependant is still on its way"
    bench.later(1000)
    assert stop_order(bench.apply()) == ["base"]


def test_a_stop_is_not_tried_where_that_of_its_dependant_failed(bench):
    bench.write(stream("base"), stream("top", dependsOn=[address(stream("base"))]))
    bench.apply(wait=True)
    bench.write()
    bench.control.fault("expired", operation="CancelJobRun")
    done = bench.apply()
    assert done.exit is Exit.ERROR
    assert [done.ended(address(stream(name))) for name in ("base", "top")] == ["not tried", "failed"]


@pytest.mark.parametrize("wrong", ["drop", "half", "reset", "500", "503", "throttle"])
def test_a_stop_that_was_not_answered_is_sent_again(wrong, running):
    running.write(stream("s", goal="stopped"))
    running.control.fault(wrong, operation="CancelJobRun", count=2)
    done = running.apply()
    assert (done.exit, done.ended(S)) == (Exit.DONE, "done")
    running.later(10)
    assert [job["phase"] for job in running.jobs()] == ["stopped"]


def test_a_stop_that_was_never_answered_is_not_taken_for_our_own(running):
    """Though it worked: nobody here can tell it from one that did not, and someone else's."""
    running.write(stream("s", goal="stopped"))
    running.control.fault("drop", operation="CancelJobRun", count=100)
    failed = running.apply()
    assert (failed.exit, failed.ended(S)) == (Exit.ERROR, "failed")
    assert failed.row(S).detail.startswith("its stop was not answered, run this again")
    running.later(10)
    running.write(stream("s", retry={"maxAttempts": 1}))
    blocked = running.apply()
    assert blocked.actions == {S: "blocked"}
    assert "our stop of it was not answered, and 1 of 1 attempts are used" in blocked.plan.changes[0].reason
    running.write(stream("s"))
    assert (running.apply().actions, running.record(S).tries) == ({S: "start"}, 2)


def test_a_stop_that_was_answered_uses_no_attempt_up(running):
    running.write(stream("s", goal="stopped"))
    running.apply()
    running.later(10)
    running.write(stream("s", retry={"maxAttempts": 1}))
    assert (running.apply().actions, running.record(S).tries) == ({S: "start"}, 1)


def test_a_stop_that_was_refused_is_told_and_leaves_the_record_as_it_was(running):
    running.write(stream("s", goal="stopped"))
    running.control.fault("expired", operation="CancelJobRun")
    failed = running.apply()
    assert failed.exit is Exit.ERROR
    assert "not stopped" in failed.row(S).detail
    assert running.record(S).stage is Stage.STARTED


def test_a_stop_of_what_has_ended_meanwhile_is_done(bench):
    bench.write(entities("a"))
    bench.apply()
    bench.later(5)
    bench.write()
    bench.clock.later(0, lambda: bench.control.complete(bench.jobs()[0]["id"]["JobId"]))
    done = bench.apply()
    assert (done.exit, done.ended(address(entities("a")))) == (Exit.DONE, "done")
    assert bench.record(address(entities("a"))).is_tombstone


def test_a_job_that_was_stopped_behind_our_back_is_started_again(running):
    running.control.stop(running.jobs()[0]["id"]["jobRunId"])
    running.later(10)
    done = running.apply()
    assert done.actions == {S: "start"}
    assert "stopped by someone else" in done.plan.changes[0].reason
    assert running.record(S).attempt == 2


def test_a_replacement_tells_its_stop_its_end_and_its_start(running):
    running.write(other())
    told = [event.text for event in running.apply().events if str(event.address) == S]
    assert told[0].startswith("asked attempt 1 to stop")
    assert "its end" in told[0]
    assert told[1] == "is stopped"
    assert told[2].startswith("starting attempt 2 with token ")
    assert told[3].startswith("started attempt 2 as ")


def test_a_start_that_a_name_guards_tells_the_name(bench):
    bench.write(segment("a"))
    told = [event.text for event in bench.apply().events]
    assert told[0] == f"starting attempt 1 under the name {bench.jobs()[0]['name']}"
