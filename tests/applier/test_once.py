"""A start takes place once, whatever becomes of its call, its answer or its process."""

import boto3
import pytest

from reconcile.applier.amend import settle
from reconcile.errors import Exit
from reconcile.model.phase import Stage
from reconcile.sandbox.run import PROJECT
from tests.applier.manifests import (
    APPLICATION,
    ROLE,
    address,
    classification,
    emr,
    entities,
    run,
    segment,
    stream,
    switch,
)

KINDS = {
    "token": (emr("a"), "StartJobRun"),
    "token-without-stop": (classification("a"), "StartDocumentClassificationJob"),
    "unique-name": (segment("a"), "CreateBatchSegmentJob"),
    "switch": (switch("a"), "StartJob"),
    "look-up": (run("a"), "RunOnce"),
}
AT_ONCE, LATE = 0, 12  # seconds until a list shows a new job
WORLDS = [
    ({"wrong": "drop"}, AT_ONCE),
    ({"wrong": "drop"}, LATE),
    ({"wrong": "drop", "count": 3}, AT_ONCE),
    ({"wrong": "half"}, LATE),
    ({"wrong": "reset"}, AT_ONCE),
    ({"wrong": "reset", "count": 3}, LATE),
    ({"wrong": "500"}, AT_ONCE),
    ({"wrong": "500", "after": True}, LATE),
    ({"wrong": "503"}, AT_ONCE),
    ({"wrong": "throttle"}, AT_ONCE),
    ({"wrong": "throttle", "count": 3}, LATE),
    ({"wrong": "expired"}, AT_ONCE),
]


@pytest.fixture(params=KINDS, ids=str)
def job(request, bench):
    """A manifest of each guarantee, its job running long; with the operation that starts it."""
    bench.define("hourly")
    bench.define("load")
    bench.control.settings(running=10_000)
    bench.write(KINDS[request.param][0])
    return KINDS[request.param]


def began(bench, manifest):
    """How many jobs of the manifest's kind there were ever; a switch counts if it is on."""
    if manifest["kind"] == "DataArtsJob":
        return sum(job["phase"] == "running" for job in bench.control.jobs("DataArtsJob") if job["name"] == "hourly")
    return len(bench.jobs())


def converged(bench):
    """Applies, with time in between, until nothing is to be done."""
    for _ in range(4):
        if not bench.planned():
            return True
        bench.apply()
        bench.later(40)
    return not bench.planned()


@pytest.mark.parametrize(("fault", "listed"), WORLDS, ids=str)
def test_a_start_takes_place_once_whatever_becomes_of_its_call(fault, listed, job, bench):
    manifest, operation = job
    bench.control.settings(listing_delay=listed)
    bench.control.fault(operation=operation, **fault)
    first = bench.apply()
    assert first.result.error is None
    assert began(bench, manifest) <= 1
    assert converged(bench), bench.plan()
    assert began(bench, manifest) == 1
    assert bench.record(address(manifest)).phase.is_live


@pytest.mark.parametrize("wrong", ["drop", "half"])
def test_a_lost_answer_is_found_out_in_the_same_apply(wrong, job, bench):
    manifest, operation = job
    bench.control.fault(wrong, operation=operation)
    done = bench.apply()
    assert (done.exit, done.ended(address(manifest))) == (Exit.DONE, "done")
    assert began(bench, manifest) == 1
    assert bench.record(address(manifest)).stage is Stage.STARTED


@pytest.mark.parametrize("job", ["token", "token-without-stop", "switch", "look-up"], indirect=True)
def test_a_throttled_start_is_sent_again_in_the_same_apply(job, bench):
    manifest, operation = job
    bench.control.fault("throttle", operation=operation, count=2)
    assert bench.apply().exit is Exit.DONE
    assert bench.requests(operation) == [operation] * 3
    assert began(bench, manifest) == 1


def test_a_token_is_resent_only_while_it_is_young(bench):
    bench.write(emr("a"))
    bench.control.fault("reset", operation="StartJobRun", count=100)
    began_at = bench.clock()
    failed = bench.apply()
    assert failed.ended(address(emr("a"))) == "failed"
    assert "not known yet" in failed.row(address(emr("a"))).detail
    sent = [entry["at"] - began_at for entry in bench.control.log() if entry["operation"] == "StartJobRun"]
    assert len(sent) > 2
    assert sent[-1] < 20


def test_a_resend_whose_turn_would_come_too_late_is_left_to_a_new_look(bench):
    """Thirty starts at one a second: the answer to the first is lost, and the next free turn is half a minute off."""
    bench.control.settings(rates=True)
    jobs = [classification(f"job-{number:02}") for number in range(10)] + [entities("x")]
    bench.write(*jobs, aws={"limits": {"ComprehendDocumentClassificationJob": {"start": "0.2/s"}}})
    bench.control.fault("drop", operation="StartDocumentClassificationJob")
    done = bench.apply()
    assert done.exit is Exit.DONE
    assert len(bench.jobs()) == 11
    sent = bench.requests("StartDocumentClassificationJob")
    assert len(sent) == 10, "the first was found by its marks"
    assert not any(job["replays"] for job in bench.jobs())


def test_a_definite_refusal_leaves_the_attempt_number_free(job, bench):
    manifest, operation = job
    bench.control.fault("expired", operation=operation)
    refused = bench.apply()
    assert refused.exit is Exit.ERROR
    assert "expired" in refused.row(address(manifest)).detail.lower()
    record = bench.record(address(manifest))
    assert record is None or record.highest == 0
    assert bench.apply().exit is Exit.DONE
    assert bench.record(address(manifest)).attempt == 1


def test_a_refusal_after_a_try_in_doubt_leaves_the_intent(bench):
    bench.write(emr("a"))
    bench.control.fault("drop", operation="StartJobRun")
    bench.control.fault("expired", operation="StartJobRun")
    left = bench.apply()
    assert left.ended(address(emr("a"))) == "failed"
    assert bench.record(address(emr("a"))).stage is Stage.STARTING
    assert bench.apply().actions == {address(emr("a")): "adopt"}
    assert len(bench.jobs()) == 1


def test_after_the_refusal_of_a_new_content_the_old_one_is_still_recorded(bench):
    bench.write(emr("a"))
    bench.apply()
    bench.later(100)
    bench.apply()
    bench.write(emr("a", code="b"))
    bench.control.fault("expired", operation="StartJobRun")
    assert bench.apply().exit is Exit.ERROR
    record = bench.record(address(emr("a")))
    assert (record.attempt, record.highest, record.status) == (1, 1, "SUCCESS")
    assert bench.apply().exit is Exit.DONE
    assert bench.record(address(emr("a"))).attempt == 2


def test_a_service_that_answers_throttles_for_long_costs_the_job_nothing_but_time(bench):
    bench.write(emr("a"), entities("b"))
    bench.control.fault("throttle", operation="StartJobRun", count=100)
    done = bench.apply()
    assert done.exit is Exit.PARTLY
    assert bench.record(address(emr("a"))) is None
    bench.control.clear_faults()
    assert bench.apply().exit is Exit.DONE
    assert len(bench.jobs()) == 2


def test_an_interrupted_run_is_not_taken_for_that_of_another_address(bench):
    """Both run the same DataArts job. The call of the first was lost without effect: the one run there is, is the
    other's."""
    bench.define("load")
    bench.write(run("a", month="2026-10"), run("b", month="2026-11"))
    bench.control.fault("reset", operation="RunOnce")
    first = bench.apply()
    assert sorted(row.ended.value for row in first.result.rows) == ["done", "failed"]
    assert list(bench.planned().values()) == ["wait"]
    bench.later(40)
    assert bench.apply().exit is Exit.DONE
    ids = {bench.record(address(run(name))).external_id["instanceId"] for name in "ab"}
    assert len(ids) == 2
    months = sorted(job["request"]["jobParams"][0]["value"] for job in bench.jobs())
    assert months == ["2026-10", "2026-11"]


def test_two_interrupted_runs_and_one_run_that_may_be_eithers_are_left_to_people(bench):
    bench.define("load")
    bench.write(run("a", month="2026-10"), run("b", month="2026-11"))
    bench.control.fault("reset", operation="RunOnce")
    bench.control.fault("drop", operation="RunOnce")
    assert bench.apply().exit is Exit.ERROR
    bench.later(60)
    plan = bench.plan()
    assert [change.action.word for change in plan.changes] == ["blocked", "blocked"]
    assert "may be its own, or that of" in plan.changes[0].reason
    assert f"reconcile state settle {plan.changes[0].address} --started ID" in plan.changes[0].reason
    assert len(bench.jobs()) == 1


def test_a_run_is_adopted_where_only_one_can_be_its_own(bench):
    bench.define("load")
    bench.define("other")
    bench.write(run("a"), run("b", job="other"))
    bench.control.fault("500", operation="RunOnce", count=2, after=True)
    assert bench.apply().exit is Exit.DONE
    assert len(bench.jobs()) == 2


def test_a_switch_that_is_on_already_is_adopted_and_not_moved(bench):
    bench.define("hourly")
    bench.write(switch("a"))
    bench.apply()
    bench.lock_file.unlink()
    again = bench.apply()
    assert again.actions == {address(switch("a")): "adopt"}
    assert bench.requests("StartJob") == ["StartJob"]
    assert PROJECT in bench.record(address(switch("a"))).scope


def test_the_token_of_a_first_start_is_the_same_on_any_machine(bench):
    bench.write(emr("a"), stream("b"))
    bench.apply()
    tokens = {job["token"] for job in bench.jobs()}
    bench.lock_file.unlink()
    bench.control.settings(listing_delay=10_000)
    for job in bench.jobs():
        bench.control.forget(list(job["id"].values())[-1])
    bench.apply()
    assert {job["token"] for job in bench.jobs()} == tokens


def test_a_token_that_something_else_holds_is_not_sent_for_ever_and_a_person_can_go_on(bench):
    bench.write(emr("a"))
    (planned,) = bench.plan().changes
    stranger = boto3.client("emr-serverless")
    other = {"sparkSubmit": {"entryPoint": "s3://bucket/other.py"}}
    held = stranger.start_job_run(
        applicationId=APPLICATION, executionRoleArn=ROLE, jobDriver=other, clientToken=planned.client_token
    )
    bench.apply()
    bench.later(100)
    assert bench.apply().actions == {address(emr("a")): "resume"}
    assert bench.planned() == {address(emr("a")): "wait"}
    bench.later(100)
    (change,) = bench.plan().changes
    assert change.action.word == "blocked"
    assert "ConflictException" in change.reason
    assert planned.client_token in change.reason
    sent = len(bench.requests("StartJobRun"))
    bench.apply()
    assert len(bench.requests("StartJobRun")) == sent
    settle(bench.open(), change.address, None, holder=bench.holder(), timeout=0)
    assert bench.apply().exit is Exit.DONE
    assert [job["id"]["jobRunId"] == held["jobRunId"] for job in bench.jobs()] == [True, False]
    assert bench.planned() == {}


def test_a_name_that_something_else_took_meanwhile_is_told_with_its_holder_and_a_person_can_go_on(bench):
    bench.write(segment("a"))
    (planned,) = bench.plan().changes
    bench.control.fault("reset", operation="CreateBatchSegmentJob")
    bench.apply()
    name = bench.record(planned.address).job_name
    held = boto3.client("personalize").create_batch_segment_job(jobName=name, **segment("b")["spec"])
    bench.later(100)
    again = bench.apply()
    assert again.actions == {address(segment("a")): "resume"}
    assert f"the name is held by {held['batchSegmentJobArn']}" in again.row(address(segment("a"))).detail
    bench.later(100)
    (change,) = bench.plan().changes
    assert change.action.word == "blocked"
    assert "it carries no marks of reconcile" in change.reason
    settle(bench.open(), change.address, None, holder=bench.holder(), timeout=0)
    assert bench.apply().exit is Exit.DONE
    assert [job["name"] == name for job in bench.jobs()] == [True, False]
