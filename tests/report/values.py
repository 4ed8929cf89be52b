"""Plans, records and results to be reported, each with every thing that a report shows."""

from datetime import UTC, date, datetime

from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.drift import Acceptance, Drift, DriftKind, Finding, Moment
from reconcile.model.job import DesiredJob, Place
from reconcile.model.phase import Goal, Guarantee, Phase, Stage
from reconcile.model.problem import Problem, Problems
from reconcile.model.record import Attempt, Record
from reconcile.model.result import Ended, Result, Row
from reconcile.report.about import About

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
TOKEN = "0b1d2c3d-1111-5222-8333-444455556666"
NIGHTLY = Address("EMRServerlessJobRun", "nightly")
ABOUT = About("documents", "reconcile plan --target team=documents", "1.2.3", NOW, "jobs/eu", "plan.html")
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
                attempt=3, desired=desired(emr("blocked"), place=Place("more/stream.yaml", 14, 3)),
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


def result():
    """A result with every end but that of a job which is blocked, and interrupted."""
    emr = Address("EMRServerlessJobRun", "failed")
    why = (
        "ValidationException: the execution role arn:aws:iam::123456789012:role/nobody cannot be assumed by the service"
    )
    return Result(
        (
            Row(LONG, Action.WAIT, Ended.WAITING, "it depends on EMRServerlessJobRun/nightly, which is running"),
            Row(emr, Action.START, Ended.FAILED, why, attempt=1, place=Place("jobs.yaml", 7, 1)),
            Row(NIGHTLY, Action.START, Ended.DONE, "", 1, {"a": "00f1", "j": "00g2"}, Phase.RUNNING, "RUNNING"),
            Row(Address("X", "x"), Action.STOP, Ended.NOT_TRIED, "the apply was interrupted"),
        ),
        interrupted=True,
        unmet=(emr,),
    )


def drift():
    """A report with every kind of drift, one of them accepted, and everything that a finding can tell."""

    def finding(kind, name, reason, **more):
        address = Address("EMRServerlessJobRun", name)
        return Finding(kind, address.kind, name, reason, **({"address": address, "goal": Goal.RUNNING} | more))

    place = Place("stream.yaml", 3, 1)
    return Drift(
        (
            finding(
                DriftKind.STOPPED, "clicks", "it was stopped by someone else", phase=Phase.STOPPED, status="CANCELLED",
                attempt=2, external_id={"applicationId": "00f1", "jobRunId": "00g2"}, place=place,
                since=NOW.replace(day=20), times=3,
            ),
            finding(
                DriftKind.STOPPED, "known", "it was stopped by someone else", phase=Phase.STOPPED, place=place,
                accepted=Acceptance(date(2026, 12, 24), "the source is down | until Christmas"),
            ),
            finding(DriftKind.FAILED, "late", "it failed: no such bucket", phase=Phase.FAILED, status="FAILED"),
            finding(DriftKind.MISSING, "lost", "its service does not know it any more", phase=Phase.MISSING, times=1),
            finding(DriftKind.CHANGED, "twice", "a job runs that we did not start", phase=Phase.RUNNING),
            Finding(
                DriftKind.UNMANAGED, "EMRServerlessJobRun", "ad hoc run", "no manifest declares it",
                phase=Phase.RUNNING, status="RUNNING", external_id={"applicationId": "00f1", "jobRunId": "00g9"},
                manifest="apiVersion: reconcile/v1\nkind: EMRServerlessJobRun\nmetadata: {name: ad-hoc-run}\n",
            ),
            finding(
                DriftKind.PENDING, "newer", "its spec changed and was not applied", phase=Phase.RUNNING,
                diff=(FieldDiff("spec.name", "changed", "a", "b"), FieldDiff("spec.mode", "added", None, "STREAMING")),
            ),
            finding(DriftKind.UNKNOWN, "who", "AccessDenied: not allowed to ask"),
        ),
        in_sync=40,
        at=NOW,
        partial=True,
        warnings=("the lock file is older than what the store has seen",),
        over_time=(Moment(NOW.replace(day=20), {DriftKind.STOPPED: 1, DriftKind.IN_SYNC: 47}),),
    )  # fmt: skip


def problems():
    """Of a file as a whole, of a document, and two of one job."""
    nightly = ("more/jobs.yaml", "EMRServerlessJobRun/nightly")
    return Problems(
        (
            Problem(Place("all"), "", "", "this link cannot be followed: No such file or directory"),
            Problem(Place("broken.yaml", 1, 7), "", "", "broken YAML: unclosed bracket '['"),
            Problem(
                Place(nightly[0], 13, 7),
                nightly[1],
                "spec.jobDriver.sparkSubmit.entryPiont",
                "unknown field; did you mean entryPoint?",
            ),
            Problem(Place(nightly[0], 16, 3), nightly[1], "goal", "'runing' is not one of: completed, running"),
        ),
        "4 problems in 2 of 37 manifests. Nothing was planned.",
    )


def desired(address=NIGHTLY, goal=Goal.COMPLETED, **more):
    return DesiredJob(address, goal, "aws/eu-west-1", "aws", {}, "sha256:0", **more)


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
