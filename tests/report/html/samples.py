"""Reports to be opened in a browser: the day of a team that reads documents."""

from datetime import date, timedelta

from reconcile.errors import LockFileError
from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.drift import Acceptance, Drift, DriftKind, Finding, Moment
from reconcile.model.job import DesiredJob, Place
from reconcile.model.phase import Goal, Guarantee, Phase
from reconcile.model.record import Attempt
from reconcile.model.result import Ended, Result, Row
from reconcile.report.about import About
from tests.report.values import NOW, TOKEN, record


def about(command):
    return About("documents", f"reconcile {command} --report html=report.html", "1.2.3", NOW, folder="jobs")


PREPARE = Address("EMRServerlessJobRun", "prepare")
NIGHTLY = Address("EMRServerlessJobRun", "nightly")
INVOICES = Address("ComprehendEntitiesDetectionJob", "invoices")
PII = Address("ComprehendPiiEntitiesDetectionJob", "invoices")
MAIL = Address("ComprehendDocumentClassificationJob", "support-mail")
SEGMENTS = Address("PersonalizeBatchSegmentJob", "likely-readers")
SWITCH = Address("DataArtsJob", "clicks-stream")
OLD = Address("EMRServerlessJobRun", "old-export")


def attempts(*runs):
    """Each `(phase, hours ago, minutes)`; None minutes for what runs on."""
    return tuple(
        Attempt(
            number,
            1,
            "sha256:" + "ab" * 32,
            f"{number}{TOKEN[1:]}",
            {"jobRunId": f"00g{number}x7"},
            phase,
            "CANCELLED" if phase is Phase.STOPPED else phase.value.upper(),
            NOW - timedelta(hours=hours),
            None if minutes is None else NOW - timedelta(hours=hours) + timedelta(minutes=minutes),
        )
        for number, (phase, hours, minutes) in enumerate(runs, 1)
    )


NIGHTLY_RUNS = attempts(
    (Phase.FAILED, 9, 12), (Phase.FAILED, 8, 14), (Phase.SUCCEEDED, 7, 95), (Phase.RUNNING, 1, None)
)
PREPARE_RUNS = attempts((Phase.SUCCEEDED, 10, 48), (Phase.SUCCEEDED, 3, 41))
SWITCH_RUNS = attempts((Phase.STOPPED, 11, 200), (Phase.RUNNING, 6, None))


def many(count, *, runs=(), needs=lambda place: (), diff=()):
    """A plan of so many changes; `needs` gives the places of what each place needs."""

    def address(place):
        return Address("EMRServerlessJobRun", f"job-{place:05d}")

    actions = [action for action in Action if action is not Action.NONE]
    return Plan(
        tuple(
            change(
                address(place),
                actions[place % len(actions)],
                "its spec changed",
                runs,
                tuple(map(address, needs(place))),
                line=place + 1,
                diff=diff,
            )
            for place in range(count)
        ),
        unchanged=0,
    )


def known(address, runs):
    *before, last = runs
    return record(
        address,
        attempt=last.attempt,
        highest=last.attempt,
        phase=last.phase,
        status=last.status,
        history=tuple(before),
        external_id=last.external_id,
        started_at=last.started_at,
        ended_at=last.ended_at,
    )


def change(address, action, reason, runs=(), needs=(), line=1, **more):
    desired = DesiredJob(
        address,
        Goal.COMPLETED,
        "aws/eu-west-1",
        "aws",
        {},
        "sha256:0",
        depends_on=needs,
        place=Place("etl/documents.yaml", line, 1),
    )
    decision = Decision(action, reason, known(address, runs) if runs else None, then=more.pop("then", None))
    fields = {"guarantee": Guarantee.TOKEN, "attempt": len(runs) + 1, "client_token": TOKEN, "desired": desired} | more
    return Change(address, decision, **fields)


DIFF = (
    FieldDiff(
        "spec.jobDriver.sparkSubmit.entryPoint",
        "changed",
        "s3://examples-code/nightly-41.py",
        "s3://examples-code/nightly-42.py",
    ),
    FieldDiff("spec.jobDriver.sparkSubmit.entryPointArguments[1]", "changed", "2026-11-20", "2026-11-21"),
    FieldDiff("spec.executionTimeoutMinutes", "changed", 60, 120),
    FieldDiff("spec.tags.owner", "removed", "(sensitive)", None),
    FieldDiff(
        "spec.configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri",
        "added",
        None,
        "s3://examples-logs/nightly/",
    ),
)


def plan():
    failed = attempts((Phase.FAILED, 5, 8), (Phase.FAILED, 4, 7), (Phase.FAILED, 3, 9))
    return Plan(
        (
            change(
                MAIL,
                Action.BLOCKED,
                "it failed, and 3 of 3 attempts are used: change its spec or raise retry.maxAttempts",
                failed,
                line=52,
            ),
            change(INVOICES, Action.WAIT, "it depends on EMRServerlessJobRun/prepare", (), (PREPARE,), 20, attempt=0),
            change(PII, Action.WAIT, "it depends on EMRServerlessJobRun/prepare", (), (PREPARE,), 38, attempt=0),
            change(
                SWITCH,
                Action.ADOPT,
                "it is switched on, with parameters that nobody knows",
                SWITCH_RUNS[:1],
                then=Action.REPLACE,
                guarantee=Guarantee.SWITCH,
            ),
            change(
                NIGHTLY,
                Action.REPLACE,
                "its spec changed",
                NIGHTLY_RUNS,
                (Address("EMRServerlessJobRun", "load"),),
                3,
                diff=DIFF,
            ),
            change(
                OLD,
                Action.STOP,
                "no manifest declares it any more",
                attempts((Phase.RUNNING, 20, None)),
                attempt=1,
                desired=None,
            ),
            change(PREPARE, Action.START, "it was stopped by someone else; attempt 3 of 3", PREPARE_RUNS, line=1),
            change(
                SEGMENTS,
                Action.START,
                "it has not been started yet",
                (),
                (INVOICES, PII),
                80,
                guarantee=Guarantee.UNIQUE_NAME,
            ),
        ),
        unchanged=212,
        warnings=("The lock file is older than the store has seen: jobs of this project were looked for.",),
    )


def result():
    def row(address, action, ended, detail="", runs=(), needs=()):
        last = runs[-1] if runs else None
        return Row(
            address,
            action,
            ended,
            detail,
            len(runs),
            last.external_id if last else None,
            last.phase if last else Phase.MISSING,
            last.status if last else "",
            Place("etl/documents.yaml", 3, 1),
            runs,
            needs,
        )

    return Result(
        (
            row(
                INVOICES,
                Action.WAIT,
                Ended.WAITING,
                "it depends on EMRServerlessJobRun/prepare, which is running",
                (),
                (PREPARE,),
            ),
            row(
                PII,
                Action.WAIT,
                Ended.WAITING,
                "it depends on EMRServerlessJobRun/prepare, which is running",
                (),
                (PREPARE,),
            ),
            row(SWITCH, Action.ADOPT, Ended.DONE, "", SWITCH_RUNS),
            row(NIGHTLY, Action.REPLACE, Ended.DONE, "", NIGHTLY_RUNS),
            row(
                OLD,
                Action.STOP,
                Ended.NOT_TRIED,
                "the lock file could not be written",
                attempts((Phase.RUNNING, 20, None)),
            ),
            row(PREPARE, Action.START, Ended.DONE, "", PREPARE_RUNS),
            row(
                SEGMENTS,
                Action.START,
                Ended.FAILED,
                "ResourceNotFoundException: there is no arn:aws:personalize:eu-west-1:123456789012:solution/readers",
                (),
                (INVOICES, PII),
            ),
        ),
        unmet=(SEGMENTS,),
        error=LockFileError(
            "The journal cannot be written.",
            where="s3://examples-state/reconcile.lock.json",
            fix="Look at its permissions and apply again.",
        ),
    )


MANIFEST = """apiVersion: reconcile/v1
kind: EMRServerlessJobRun
metadata:
  name: adhoc-backfill
spec:
  applicationId: 00f1
"""


def drift():
    return Drift(
        (
            Finding(
                DriftKind.PENDING,
                *INVOICES,
                "its spec changed",
                INVOICES,
                Goal.COMPLETED,
                Phase.RUNNING,
                "IN_PROGRESS",
                1,
                {"JobId": "4f1e"},
                Place("etl/documents.yaml", 20, 1),
                DIFF[1:3],
            ),
            Finding(
                DriftKind.MISSING,
                *MAIL,
                "it ran, and its service does not know it any more",
                MAIL,
                Goal.COMPLETED,
                Phase.MISSING,
                "",
                2,
                {"JobId": "77aa"},
                Place("etl/documents.yaml", 52, 1),
                since=NOW - timedelta(days=3),
                times=1,
                accepted=Acceptance(date(2026, 12, 1), "the account is being moved"),
            ),
            Finding(
                DriftKind.CHANGED,
                *SWITCH,
                "it was switched off behind our back",
                SWITCH,
                Goal.RUNNING,
                Phase.STOPPED,
                "STOPPED",
                1,
                {"job": "clicks"},
                Place("etl/switches.yaml", 3, 1),
                since=NOW - timedelta(hours=5),
                times=4,
                attempts=SWITCH_RUNS,
            ),
            Finding(
                DriftKind.STOPPED,
                *NIGHTLY,
                "someone else stopped it",
                NIGHTLY,
                Goal.COMPLETED,
                Phase.STOPPED,
                "CANCELLED",
                4,
                {"applicationId": "00f1", "jobRunId": "00g4x7"},
                Place("etl/documents.yaml", 3, 1),
                since=NOW - timedelta(minutes=42),
                times=2,
                attempts=(*NIGHTLY_RUNS[:3], *attempts((Phase.STOPPED, 1, 18))),
                depends_on=(PREPARE,),
            ),
            Finding(
                DriftKind.UNMANAGED,
                "EMRServerlessJobRun",
                "adhoc-backfill",
                "no manifest declares it",
                None,
                None,
                Phase.RUNNING,
                "RUNNING",
                0,
                {"applicationId": "00f1", "jobRunId": "00gzz9"},
                manifest=MANIFEST,
            ),
        ),
        in_sync=205,
        at=NOW,
        over_time=tuple(_moments()),
    )


def _moments():
    """A look an hour, for two days."""
    for hours in range(48, -1, -1):
        wave = hours % 7
        counts = {DriftKind.STOPPED: wave // 3, DriftKind.FAILED: hours % 5 == 0, DriftKind.PENDING: 3 * (hours > 40)}
        yield Moment(NOW - timedelta(hours=hours), counts)
