"""Processes that are killed or interrupted, and what the next ones make of it."""

import re
import signal
import time

import pytest

from reconcile.errors import Exit
from reconcile.model.phase import Stage
from reconcile.sandbox.run import PROJECT
from tests.applier.manifests import address, classification, emr, run, segment, stream, switch
from tests.story.conftest import ended

A = address(emr("a"))
LONG = 3600  # seconds that an answer takes which nobody waits for
GRACE = 10  # seconds in which an interrupted apply has to end; it gives calls 4 to return
STARTS = ("StartJobRun", "StartDocumentClassificationJob", "CreateBatchSegmentJob", "StartJob", "RunOnce")


def test_killed_after_its_requests_arrived_an_apply_leaves_one_job_of_each(project, sandbox, under_way):
    """Every guarantee at once: token, unique name, switch, look-up."""
    for name in ("hourly", "load"):
        sandbox.control.define(PROJECT, name, "BATCH")
    jobs = [emr("a"), classification("a"), segment("a"), switch("a"), run("a")]
    project.write(*jobs)
    for operation in STARTS:
        sandbox.control.fault("delay", operation=operation, seconds=LONG)
    process = under_way("apply", "--auto-approve")
    for operation in STARTS:
        project.until_asked(operation)
    process.kill()
    process.wait()

    assert {project.record(address(job)).stage for job in jobs} == {Stage.STARTING}
    planned = project("plan", "--json").json["changes"]
    assert {change["address"]: change["action"] for change in planned} == {address(job): "adopt" for job in jobs}
    again = project.apply()
    assert again.code == Exit.DONE, again.err
    held = [
        job for job in sandbox.control.jobs() if job["name"] not in ("hourly", "load") or job["kind"] != "DataArtsJob"
    ]
    assert sorted(job["kind"] for job in held) == sorted(job["kind"] for job in jobs if job["kind"] != "DataArtsJob")
    assert project("plan", "--detailed-exitcode").code == Exit.DONE


def test_killed_in_the_middle_of_many_an_apply_starts_each_once_in_the_end(project, sandbox, under_way):
    project.write(*(emr(f"job-{number:02}") for number in range(12)))
    sandbox.control.fault("delay", operation="StartJobRun", seconds=LONG, skip=5, count=3)
    process = under_way("apply", "--auto-approve", "--parallelism", "3")
    project.until_asked("StartJobRun", times=8)
    process.kill()
    process.wait()
    assert project.apply().code == Exit.DONE
    assert sorted(job["name"].rsplit("-", 2)[0] for job in sandbox.control.jobs()) == [
        f"job-{number:02}" for number in range(12)
    ]


def test_killed_after_a_stop_arrived_the_stop_is_not_taken_for_our_own(project, sandbox, under_way):
    project.write(stream("a"))
    project.apply()
    project.write(stream("a", goal="stopped"))
    sandbox.control.fault("delay", operation="CancelJobRun", seconds=LONG)
    process = under_way("apply", "--auto-approve")
    project.until_asked("CancelJobRun")
    process.kill()
    process.wait()
    assert project.record(A).stop_requested_at is not None
    assert project.apply().code == Exit.DONE
    assert (project.record(A).phase, project.record(A).stage) == ("stopped", Stage.STOPPING)
    assert not project.record(A).stop_taken


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_starts_nothing_new_and_writes_down_what_comes_back(number, project, sandbox, under_way):
    project.write(emr("a"), emr("b"), emr("c"))
    sandbox.control.fault("delay", operation="StartJobRun", seconds=1)
    process = under_way("apply", "--auto-approve", "--parallelism", "1")
    project.until_asked("StartJobRun")
    process.send_signal(number)
    ran = ended(process)
    assert ran.code == Exit.INTERRUPTED, ran.err
    assert [job["name"][0] for job in sandbox.control.jobs()] == ["a"]
    assert project.record(A).external_id == sandbox.control.jobs()[0]["id"]
    assert "Applied: 1 done, 2 not tried." in ran.out
    assert project.apply().code == Exit.DONE
    assert len(sandbox.control.jobs()) == 3


def test_an_interrupted_apply_does_not_wait_for_a_service_that_is_silent(project, sandbox, under_way):
    project.write(*(emr(f"job-{number}") for number in range(6)))
    sandbox.control.fault("delay", operation="StartJobRun", seconds=LONG, count=2)
    process = under_way("apply", "--auto-approve", "--parallelism", "2")
    project.until_asked("StartJobRun", times=2)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert time.monotonic() - began < GRACE
    assert ran.code == Exit.INTERRUPTED
    assert len(sandbox.control.jobs()) == 2
    assert re.search("Applied: 2 failed, 4 not tried", ran.out), ran.out
    assert project.apply().code == Exit.DONE
    assert len(sandbox.control.jobs()) == 6


def test_a_second_interrupt_ends_at_once_and_loses_nothing(project, sandbox, under_way):
    project.write(emr("a"))
    sandbox.control.fault("delay", operation="StartJobRun", seconds=LONG)
    process = under_way("apply", "--auto-approve")
    project.until_asked("StartJobRun")
    process.send_signal(signal.SIGINT)
    while "again ends at once" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.code, "Applied" in ran.out) == (Exit.INTERRUPTED, False)
    assert project.record(A).stage is Stage.STARTING
    assert project.apply().code == Exit.DONE
    assert len(sandbox.control.jobs()) == 1


def test_an_interrupt_while_it_waits_for_jobs_ends_it(project, sandbox, under_way):
    project.write(emr("a"))
    process = under_way("apply", "--auto-approve", "--wait")
    project.until_asked("GetJobRun", times=3)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == Exit.INTERRUPTED
    assert project.record(A).status == "RUNNING"


def test_an_interrupt_while_a_look_is_not_answered_ends_it(project, sandbox, under_way):
    project.write(emr("a"))
    sandbox.control.fault("delay", operation="GetJobRun", seconds=LONG, skip=1, count=100)
    process = under_way("apply", "--auto-approve", "--wait")
    project.until_asked("GetJobRun", times=2)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert ended(process).code == Exit.INTERRUPTED
    assert time.monotonic() - began < GRACE


def test_an_interrupt_while_it_looks_for_the_first_time_ends_it_with_nothing_done(project, sandbox, under_way):
    project.write(emr("a"))
    sandbox.control.fault("delay", operation="ListJobRuns", seconds=LONG, count=10)
    process = under_way("apply", "--auto-approve")
    project.until_asked("ListJobRuns")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.code, "Traceback" in ran.err) == (Exit.INTERRUPTED, False)
    assert time.monotonic() - began < GRACE
    assert sandbox.control.jobs() == []


def test_the_second_of_two_applies_says_who_holds_the_lease_or_waits_for_it(project, sandbox, under_way):
    project.write(emr("a"))
    sandbox.control.fault("delay", operation="StartJobRun", seconds=LONG)
    first = under_way("apply", "--auto-approve")
    project.until_asked("StartJobRun")
    second = project.apply()
    assert second.code == Exit.LEASE_HELD
    assert f"process {first.pid}" in second.err
    assert "--lock-timeout" in second.err

    waiting = under_way("apply", "--auto-approve", "--lock-timeout", "60s")
    while waiting.poll() is None and first.poll() is None:
        first.kill()  # the lease ends with its process, however that ends
        first.wait()
    ran = ended(waiting)
    assert ran.code == Exit.DONE, ran.err
    assert len(sandbox.control.jobs()) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")], ids=lambda words: words[0])
def test_an_interrupt_while_it_looks_ends_it_quietly(command, number, project, sandbox, under_way):
    project.write(emr("a"))
    sandbox.control.fault("delay", operation="ListJobRuns", seconds=LONG, count=9)
    process = under_way(*command)
    project.until_asked("ListJobRuns")
    process.send_signal(number)
    out, err = process.communicate(timeout=GRACE)
    assert (process.returncode, out, err.strip()) == (Exit.INTERRUPTED, "", "Interrupted.")
    sandbox.control.clear_faults()
    assert project.apply().code == Exit.DONE, "nobody holds the lease"


def test_an_interrupted_drift_does_not_wait_for_a_service_that_is_silent(project, sandbox, under_way):
    project.write(emr("a"))
    assert project.apply().code == Exit.DONE
    sandbox.control.fault("delay", operation="GetJobRun", seconds=LONG, count=10)
    process = under_way("drift")
    project.until_asked("GetJobRun")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert ended(process).code == Exit.INTERRUPTED
    assert time.monotonic() - began < GRACE
