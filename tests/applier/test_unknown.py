"""What cannot be asked about is never acted upon."""

from pathlib import Path

import pytest

import reconcile.kinds
from reconcile.applier.amend import forget
from reconcile.errors import Exit
from tests.applier.manifests import address, emr, entities, stream

S = address(stream("s"))
KINDS_OF_EMR = Path(reconcile.kinds.__file__).with_name("catalog") / "emr-serverless.yaml"


@pytest.fixture
def running(bench):
    bench.write(stream("s"), emr("a"))
    bench.apply(wait=True)
    return bench


def acts(bench):
    return [name for name in bench.requests() if name in ("StartJobRun", "CancelJobRun")]


def test_a_job_in_another_region_is_not_touched(running):
    asked = acts(running)
    running.write(aws={"region": "us-east-1"})
    done = running.apply()
    assert (done.exit, done.actions[S]) == (Exit.PARTLY, "blocked")
    assert "it was started in aws/eu-west-1" in done.row(S).detail
    assert acts(running) == asked
    assert running.record(S).phase == "running"


def test_a_job_that_was_moved_to_another_region_is_not_started_there_beside_itself(running):
    asked = acts(running)
    running.write(stream("s"), aws={"region": "us-east-1"})
    assert running.apply().actions == {S: "blocked", address(emr("a")): "forget"}
    assert acts(running) == asked


def test_a_job_whose_provider_is_gone_is_not_touched(running):
    asked = acts(running)
    file = running.folder / "reconcile.yaml"
    file.write_text(file.read_text().replace('"aws"', '"amazon"'))
    (running.folder / "jobs.yaml").write_text("")
    done = running.apply()
    assert done.actions[S] == "blocked"
    assert "does not have any more" in done.row(S).detail
    assert acts(running) == asked


def test_a_job_whose_kind_is_gone_is_not_touched(bench):
    ours = KINDS_OF_EMR.read_text().replace("kind: EMRServerlessJobRun", "kind: OurRun")
    (bench.folder / "kinds").mkdir()
    descriptor = bench.folder / "kinds" / "ours.yaml"
    descriptor.write_text(ours)
    bench.write(stream("s") | {"kind": "OurRun"})
    bench.apply(wait=True)
    asked = acts(bench)
    descriptor.unlink()
    bench.write()
    done = bench.apply()
    assert done.actions == {"OurRun/s": "blocked"}
    assert "no kind OurRun any more" in done.row("OurRun/s").detail
    assert acts(bench) == asked


@pytest.mark.parametrize("wrong", ["expired", "500", "drop"])
def test_a_service_that_does_not_answer_blocks_its_own_jobs_only(wrong, bench):
    bench.write(emr("a"), entities("b"))
    bench.control.fault(wrong, operation="ListJobRuns", count=10)
    done = bench.apply()
    assert done.exit is Exit.PARTLY
    assert done.actions == {address(emr("a")): "blocked", address(entities("b")): "start"}
    assert [job["kind"] for job in bench.jobs()] == ["ComprehendEntitiesDetectionJob"]
    bench.control.clear_faults()
    assert bench.apply().exit is Exit.DONE


def test_a_running_job_that_its_service_forgot_is_not_started_again_by_itself(running):
    running.control.forget(running.live()[0]["id"]["jobRunId"])
    running.later(60)
    done = running.apply()
    assert done.actions == {S: "blocked"}
    assert "onMissing: restart" in done.row(S).detail
    running.write(stream("s", lifecycle={"onMissing": "restart"}), emr("a"))
    assert running.apply().actions == {S: "start"}


def test_a_finished_job_that_its_service_forgot_is_finished(bench):
    bench.write(emr("a"))
    bench.apply(wait=True)
    bench.control.forget(bench.jobs()[0]["id"]["jobRunId"])
    assert bench.planned() == {}


def test_a_job_that_vanished_can_be_run_again_by_what_the_plan_says(bench):
    bench.write(stream("a"))
    bench.apply(wait=True)
    bench.control.forget(bench.jobs()[0]["id"]["jobRunId"])
    bench.later(100)
    (change,) = bench.plan().changes
    assert "lifecycle.onMissing: restart" in change.reason
    assert f"reconcile state rm {change.address}, and raise generation" in change.reason
    forget(bench.open(), change.address, holder=bench.holder(), timeout=0)
    bench.write(stream("a", generation=2))
    assert bench.planned() == {str(change.address): "start"}
