"""Dependencies, and `--wait`: what it starts on the way, and when it has waited enough."""

import pytest

from reconcile.errors import Exit
from tests.applier.manifests import address, classification, emr, entities, segment, stream

A, B, C = (address(emr(name)) for name in "abc")


def chain(*, retry=None):
    more = {"retry": {"maxAttempts": retry}} if retry else {}
    return emr("a", **more), emr("b", dependsOn=[A]), emr("c", dependsOn=[B])


def fail_soon(bench, times=1):
    """The next runs fail while they run."""

    def fail():
        live = bench.live()
        if live:
            bench.control.fail(live[0]["id"]["jobRunId"], "out of memory")
        if times > 1:
            fail_soon(bench, times - 1)

    bench.clock.later(10, fail)


def test_a_job_waits_for_what_it_depends_on(bench):
    bench.write(*chain())
    first = bench.apply()
    assert first.exit is Exit.DONE
    assert first.actions == {A: "start", B: "wait", C: "wait"}
    assert "depends on" in first.row(B).detail
    assert bench.apply().actions == {B: "wait", C: "wait"}
    bench.later(30)
    assert bench.apply().actions == {B: "start", C: "wait"}
    assert [job["name"][0] for job in bench.jobs()] == ["a", "b"]


def test_what_depends_on_a_running_job_starts_once_that_runs(bench):
    bench.write(stream("s"), emr("a", dependsOn=[address(stream("s"))]))
    assert bench.apply().actions == {address(stream("s")): "start", A: "wait"}
    bench.later(3)
    assert bench.apply().actions == {A: "start"}


def test_a_dependency_of_older_content_does_not_count(bench):
    bench.write(emr("a"))
    bench.apply()
    bench.later(30)
    bench.write(emr("a", code="new"), emr("b", dependsOn=[A]))
    assert bench.apply().actions == {A: "start", B: "wait"}


def test_wait_walks_a_chain_to_its_end(bench):
    bench.write(*chain())
    done = bench.apply(wait=True)
    assert done.exit is Exit.DONE
    assert [job["name"][0] for job in bench.jobs()] == ["a", "b", "c"]
    assert {job["phase"] for job in bench.jobs()} == {"succeeded"}
    assert {row.ended.value for row in done.result.rows} == {"done"}
    assert {str(record.address): record.status for record in bench.kept()} == dict.fromkeys((A, B, C), "SUCCESS")
    assert bench.planned() == {}


def test_wait_starts_a_failed_job_again_while_attempts_are_left(bench):
    bench.write(*chain(retry=2))
    fail_soon(bench)
    done = bench.apply(wait=True)
    assert done.exit is Exit.DONE
    assert [job["phase"] for job in bench.jobs()] == ["failed", "succeeded", "succeeded", "succeeded"]
    assert [attempt.phase.value for attempt in bench.record(A).history] == ["failed"]
    assert [attempt.phase.value for attempt in done.row(A).attempts] == ["failed", "succeeded"]
    assert [str(address) for address in done.row(B).depends_on] == [A]


def test_wait_gives_up_on_what_has_used_its_attempts_and_on_what_depends_on_it(bench):
    bench.write(*chain(retry=2), emr("other"))
    bench.apply(targets=["*/other"])
    bench.later(100)
    fail_soon(bench, times=4)
    done = bench.apply(wait=True)
    assert done.exit is Exit.JOB_FAILED
    assert {str(address) for address in done.result.unmet} == {A, B, C}
    assert done.ended(A) == "blocked"
    assert "2 of 2 attempts are used" in done.row(A).detail
    assert "out of memory" in done.row(A).detail
    assert len(bench.jobs()) == 3


def test_wait_does_not_give_up_a_live_job_with_its_dependency(bench):
    """B began when A was well; A's new content fails, and B still ends as it shall."""
    bench.write(emr("a", retry={"maxAttempts": 1}), emr("b", dependsOn=[A]))
    bench.control.settings(running=60)
    bench.apply()
    bench.later(70)
    bench.apply()
    bench.write(emr("a", code="new", retry={"maxAttempts": 1}), emr("b", dependsOn=[A]))
    bench.clock.later(5, lambda: bench.control.fail(bench.jobs()[-1]["id"]["jobRunId"]))
    done = bench.apply(wait=True)
    assert done.exit is Exit.JOB_FAILED
    assert [str(address) for address in done.result.unmet] == [A]
    assert bench.record(B).phase.value == "succeeded"


def test_wait_has_its_timeout_and_does_not_oversleep_it(bench):
    bench.control.settings(running=10_000)
    bench.write(*chain())
    began = bench.clock()
    done = bench.apply(wait=True, wait_timeout=49)
    assert done.exit is Exit.JOB_FAILED
    assert {str(address) for address in done.result.unmet} == {A, B, C}
    assert round(bench.clock() - began) == 49
    assert done.ended(A) == "done", "it was started: that it has not ended is another matter"
    assert bench.record(A).status == "RUNNING"


def test_wait_ends_when_a_start_fails_for_good(bench):
    bench.write(*chain())
    bench.control.fault("expired", operation="StartJobRun")
    done = bench.apply(wait=True)
    assert done.exit is Exit.ERROR
    assert done.ended(A) == "failed"
    assert bench.requests("StartJobRun") == ["StartJobRun"]


def test_wait_has_patience_with_a_service_that_is_away_for_a_while(bench):
    bench.write(entities("a"))
    bench.clock.later(5, lambda: bench.control.fault("expired", operation="*EntitiesDetection*", count=6))
    done = bench.apply(wait=True)
    assert done.exit is Exit.DONE
    assert done.ended(address(entities("a"))) == "done"


def test_wait_does_not_wait_for_ever_for_a_service_that_stays_away(bench):
    bench.write(entities("a"))
    bench.clock.later(5, lambda: bench.control.fault("expired", operation="*EntitiesDetection*", count=10_000))
    done = bench.apply(wait=True)
    assert done.exit is not Exit.DONE
    assert "expired" in done.row(address(entities("a"))).detail.lower()


def test_wait_for_a_streaming_job_ends_when_it_runs(bench):
    bench.write(stream("s"))
    assert bench.apply(wait=True).exit is Exit.DONE
    assert bench.record(address(stream("s"))).status == "RUNNING"


def test_wait_does_not_wait_for_a_kept_job_to_change(bench):
    kept = {"lifecycle": {"onChange": "keep"}}
    bench.write(stream("s", **kept))
    bench.apply(wait=True)
    bench.write(stream("s", spec={"mode": "STREAMING", "name": "new"}, **kept))
    assert bench.apply(wait=True, wait_timeout=300).exit is Exit.DONE
    assert len(bench.jobs()) == 1


def test_wait_starts_what_had_no_room(bench):
    bench.write(*(segment(f"job-{number}") for number in range(7)))
    done = bench.apply(wait=True)
    assert done.exit is Exit.DONE
    assert {job["phase"] for job in bench.jobs()} == {"succeeded"}
    assert len(bench.jobs()) == 7


def test_wait_waits_for_what_is_declared_no_more_to_be_gone(bench):
    bench.control.settings(stopping=200)
    bench.write(stream("s"))
    bench.apply()
    bench.write()
    done = bench.apply(wait=True)
    assert done.exit is Exit.DONE
    assert bench.record(address(stream("s"))).is_tombstone
    assert bench.live() == []


def test_wait_for_a_target_does_not_hang_on_a_dependency_that_nobody_starts(bench):
    bench.write(*chain())
    began = bench.clock()
    done = bench.apply(wait=True, wait_timeout=300, targets=[B])
    assert bench.clock() - began < 10
    assert done.exit is Exit.JOB_FAILED
    assert [str(address) for address in done.result.unmet] == [B]
    assert bench.jobs() == []


def test_wait_for_a_target_waits_for_a_dependency_that_is_on_its_way(bench):
    bench.write(*chain())
    bench.apply()
    done = bench.apply(wait=True, targets=[B])
    assert done.exit is Exit.DONE
    assert [job["phase"] for job in bench.jobs()] == ["succeeded", "succeeded"]


@pytest.mark.parametrize("wait", [False, True])
def test_a_change_that_waits_for_the_old_content_to_end(wait, bench):
    bench.write(classification("a"))
    bench.apply()
    bench.write(classification("a", model="better"))
    done = bench.apply(wait=wait)
    assert done.exit is Exit.DONE
    assert done.actions == {address(classification("a")): "wait"}
    assert [job["phase"] for job in bench.jobs()] == (["succeeded", "succeeded"] if wait else ["pending"])
