"""Plans, records and results to be reported, each with every thing that a report shows."""

from datetime import UTC, datetime

from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, Guarantee, Phase, Stage
from reconcile.model.record import Attempt, Record

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
TOKEN = "0b1d2c3d-1111-5222-8333-444455556666"
NIGHTLY = Address("EMRServerlessJobRun", "nightly")
LONG = Address("ComprehendDocumentClassificationJob", "a-name-of-sixty-three-characters-which-is-as-long-as-one-may-be")


def change(action, address=NIGHTLY, reason="it has not been started yet", **more):
    then = more.pop("then", None)
    fields = {"guarantee": Guarantee.TOKEN, "desired": None, "attempt": 1, "client_token": TOKEN} | more
    return Change(address, Decision(action, reason, None, then=then), **fields)


def one_of_each():
    """A plan with every action, every guarantee, every sort of difference and an address as long as they get."""

    def emr(name):
        return Address("EMRServerlessJobRun", name)

    diff = (
        FieldDiff("spec.jobDriver.sparkSubmit.entryPoint", "changed", "s3://code/a.py", "s3://code/b.py"),
        FieldDiff("spec.jobDriver.sparkSubmit.entryPointArguments[1]", "added", None, "--full"),
        FieldDiff("spec.tags.owner", "removed", "(sensitive)", None),
        FieldDiff(
            "spec.configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri", "changed",
            "s3://a-bucket-with-a-long-name/logs/before/", "s3://a-bucket-with-a-long-name/logs/after/",
        ),
    )  # fmt: skip
    return Plan(
        (
            change(Action.WAIT, LONG, "10 jobs of this kind are active, and its service allows no more", attempt=0),
            change(Action.START, Address("DataArtsJob", "switch"), guarantee=Guarantee.SWITCH, client_token=""),
            change(Action.START, Address("DataArtsJobRun", "load"), guarantee=Guarantee.LOOK_UP, client_token=""),
            change(
                Action.ADOPT, emr("adopted"), "a live job carries the marks of this address; then: its spec changed",
                then=Action.REPLACE, attempt=2,
            ),
            change(
                Action.BLOCKED, emr("blocked"),
                "it failed, and 3 of 3 attempts are used: change its spec or raise retry.maxAttempts",
                attempt=3,
            ),
            change(Action.FORGET, emr("forgotten"), "no manifest declares it, and it has ended"),
            change(Action.REPLACE, emr("replaced"), "its spec changed", attempt=2, diff=diff),
            change(Action.RESUME, emr("resumed"), "an interrupted start is sent again, with its own token"),
            change(Action.START, NIGHTLY),
            change(Action.STOP, emr("stopped"), "its goal is stopped"),
            change(Action.START, Address("PersonalizeBatchSegmentJob", "users"), guarantee=Guarantee.UNIQUE_NAME),
        ),
        unchanged=40,
    )  # fmt: skip


def desired(address=NIGHTLY, goal=Goal.COMPLETED):
    return DesiredJob(address, goal, "aws/eu-west-1", "aws", {}, "sha256:0")


def record(address=NIGHTLY, **more):
    fields = {
        "provider": "aws", "scope": "aws/eu-west-1", "stage": Stage.STARTED, "goal": Goal.COMPLETED,
        "digest": "sha256:" + "ab" * 32, "generation": 1, "attempt": 2, "highest": 2, "tries": 2,
        "client_token": TOKEN, "job_name": "nightly-2-0b1d2c3d",
        "spec": {"applicationId": "00f1", "jobDriver": {"sparkSubmit": {"entryPointArguments": ["--day", 1]}}, "x": {}},
        "external_id": {"applicationId": "00f1", "jobRunId": "00g2"}, "phase": Phase.RUNNING, "status": "RUNNING",
        "started_at": NOW.replace(hour=1, minute=2), "labels": {"team": "documents"},
        "history": (
            Attempt(1, 1, "sha256:" + "ab" * 32, "9" + TOKEN[1:], {"applicationId": "00f1", "jobRunId": "00g1"},
                    Phase.FAILED, "FAILED", NOW.replace(hour=0), NOW.replace(hour=1)),
        ),
    }  # fmt: skip
    return Record(address, **(fields | more))
