"""A job whose secret was changed after its start, or after a start that was interrupted."""

import pytest

from reconcile.applier.withheld import WITHHELD
from reconcile.errors import Exit
from tests.applier.manifests import address, emr, run, switch

JOB = emr("a", spec={"tags": {"of": "${env.PASSWORD}"}})
A = address(JOB)


@pytest.fixture
def interrupted(bench, monkeypatch):
    """Its request never arrived, which nobody could know."""
    monkeypatch.setenv("PASSWORD", "correct-horse")
    bench.write(JOB)
    bench.control.fault("reset", operation="StartJobRun", count=100)
    assert bench.apply().exit is Exit.ERROR
    bench.control.clear_faults()
    assert bench.record(A).is_intent
    return bench


def tags(bench):
    return [(job["token"], job["tags"]["of"]) for job in bench.jobs()]


def test_with_the_same_secret_it_is_sent_again(interrupted):
    token = interrupted.record(A).client_token
    assert interrupted.apply().actions == {A: "resume"}
    assert tags(interrupted) == [(token, "correct-horse")]


def test_with_another_one_it_is_looked_for_and_then_the_next_attempt_starts(interrupted, monkeypatch):
    intent = interrupted.record(A)
    monkeypatch.setenv("PASSWORD", "correct-house")
    assert interrupted.apply().actions == {A: "wait"}
    assert interrupted.jobs() == []
    interrupted.later(31)
    applied = interrupted.apply()
    assert applied.actions == {A: "start"}
    assert "a secret that it was to send has changed" in applied.plan.changes[0].reason
    ((token, secret),) = tags(interrupted)
    assert (token != intent.client_token, secret) == (True, "correct-house")
    record = interrupted.record(A)
    assert (record.attempt, record.tries, record.secrets.keys()) == (intent.attempt + 1, intent.tries, {"env.PASSWORD"})
    assert record.secrets != intent.secrets


def test_a_secret_that_was_changed_back_is_the_one_that_was_sent(interrupted, monkeypatch):
    monkeypatch.setenv("PASSWORD", "correct-house")
    assert interrupted.planned() == {A: "wait"}
    monkeypatch.setenv("PASSWORD", "correct-horse")
    assert interrupted.apply().actions == {A: "resume"}


@pytest.mark.parametrize("fault", ["drop", "half", "500"])
def test_a_job_that_was_started_with_the_secret_before_is_found(fault, bench, monkeypatch):
    """Its reply was lost, and the process died before it could look."""
    monkeypatch.setenv("PASSWORD", "correct-horse")
    bench.write(JOB)
    bench.control.fault(fault, operation="StartJobRun", count=100, **({"after": True} if fault == "500" else {}))
    bench.control.settings(listing_delay=60)
    bench.apply()
    assert bench.record(A).is_intent
    bench.control.clear_faults()
    monkeypatch.setenv("PASSWORD", "correct-house")
    assert bench.planned() == {A: "wait"}
    bench.later(60)
    assert bench.apply().actions == {A: "adopt"}
    assert [secret for _, secret in tags(bench)] == ["correct-horse"]


def test_in_kinds_without_tokens_too(bench, monkeypatch):
    monkeypatch.setenv("PASSWORD", "correct-horse")
    on = switch("a") | {"spec": {"jobName": "hourly", "jobParams": [{"name": "a", "value": "${env.PASSWORD}"}]}}
    once = run("b", month="${env.PASSWORD}")
    for name in ("hourly", "load"):
        bench.define(name)
    bench.write(on, once)
    for operation in ("StartJob", "RunOnce"):
        bench.control.fault("reset", operation=operation, count=100)
    bench.apply()
    bench.control.clear_faults()
    monkeypatch.setenv("PASSWORD", "correct-house")
    assert set(bench.planned().values()) == {"wait"}
    bench.later(31)
    assert bench.apply().actions == {address(on): "start", address(once): "start"}
    assert {bench.record(address(job)).attempt for job in (on, once)} == {2}


@pytest.mark.parametrize(
    ("now", "told"),
    [("correct-horse", "refused: ${env.PASSWORD}"), ("correct-house", WITHHELD), ("", WITHHELD)],
    ids=["the same", "another one", "not set"],
)
@pytest.mark.parametrize("jobs", [[JOB], []], ids=["declared", "removed"])
def test_a_reason_is_withheld_where_it_may_repeat_a_secret_that_is_not_known(now, told, jobs, bench, monkeypatch):
    monkeypatch.setenv("PASSWORD", "correct-horse")
    bench.write(JOB, emr("b"))
    bench.apply()
    for job in bench.jobs():
        reason = "refused: correct-horse" if job["name"].startswith("a") else "out of memory"
        bench.control.fail(job["id"]["jobRunId"], reason)
    monkeypatch.setenv("PASSWORD", now)
    bench.write(*jobs, emr("b"))
    seen = {str(change.address): change.decision.record.status_reason for change in bench.plan().changes}
    assert seen == {A: told, "EMRServerlessJobRun/b": "out of memory"}


def test_a_reason_of_a_job_that_was_found_again_is_withheld_for_nobody_knows_what_it_was_sent(bench, monkeypatch):
    monkeypatch.setenv("PASSWORD", "correct-horse")
    bench.write(JOB)
    bench.apply()
    bench.lock_file.unlink()
    bench.control.fail(bench.jobs()[0]["id"]["jobRunId"], "refused: correct-mouse")
    (change,) = bench.plan().changes
    assert (change.action.word, change.decision.record.status_reason) == ("adopt", WITHHELD)
