"""Which jobs are ours, and the records that adopting them makes. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Guarantee, Phase, Stage
from reconcile.model.record import Record


def by_attempt(jobs: Iterable[Sighting]) -> list[Sighting]:
    """Oldest attempt first; jobs without marks before all."""
    return sorted(jobs, key=lambda job: job.marks.attempt if job.marks else 0)


def own_jobs(intent: Record, seen: ObservedJob, can: Capabilities) -> tuple[Sighting, ...]:
    """The jobs that this intent's start may have made: one at most, but for kinds that carry no marks."""
    match can.guarantee:
        case Guarantee.SWITCH:
            return (seen.job,) if seen.job is not None and seen.phase.is_live else ()
        case Guarantee.LOOK_UP:
            return seen.candidates
        case Guarantee.TOKEN | Guarantee.UNIQUE_NAME:
            return tuple(job for job in seen.marked if job.marks and job.marks.client_token == intent.client_token)[:1]


def started(intent: Record, job: Sighting) -> Record:
    """The intent, with the job that its start made."""
    return replace(
        intent,
        stage=Stage.STARTED,
        external_id=job.external_id,
        phase=job.phase,
        status=job.status,
        status_reason=job.reason,
        started_at=job.created_at or intent.intent_at,
        ended_at=job.ended_at if job.phase.is_terminal else None,
        previous=None,
    )


def adopted(desired: DesiredJob | None, record: Record | None, job: Sighting, seen: ObservedJob) -> Record:
    """A record for a job that no intent of this lock file made: from its marks, what is desired, and what is known.

    A switch carries no marks; it is taken for what is desired. At least one of `desired` and `record` is given.
    """
    marks = job.marks
    highest = max([record.highest if record else 0, *(each.marks.attempt for each in seen.marked if each.marks)])
    base = record or _blank(desired)
    content = desired or record
    assert content is not None
    attempt = marks.attempt if marks else highest + 1
    same = marks is None or marks.digest == content.digest
    return replace(
        started(base, job),
        goal=content.goal,
        digest=marks.digest if marks else content.digest,
        generation=marks.generation if marks else content.generation,
        attempt=attempt,
        highest=max(highest, attempt),
        tries=marks.tries if marks else 1,
        client_token=marks.client_token if marks else "",
        job_name=job.name,
        spec=content.spec if same else {},
        started_at=job.created_at,
        stop_requested_at=None,
        history=record.with_history() if record and record.external_id not in ({}, job.external_id) else base.history,
    )


def _blank(desired: DesiredJob | None) -> Record:
    assert desired is not None
    return Record(
        address=desired.address,
        provider=desired.provider,
        scope=desired.scope,
        stage=Stage.STARTED,
        goal=desired.goal,
        digest=desired.digest,
        generation=desired.generation,
        attempt=0,
        highest=0,
        tries=0,
        client_token="",
        job_name="",
        spec=desired.spec,
        phase=Phase.PENDING,
    )
