"""Which jobs are ours, and the records that adopting them makes. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import Marks, ObservedJob, Sighting
from reconcile.model.phase import Guarantee, Stage
from reconcile.model.record import Attempt, Record
from reconcile.model.tokens import client_token as token_of

_NO_SECRETS: Mapping[str, str] = {}


def by_attempt(jobs: Iterable[Sighting]) -> list[Sighting]:
    """Oldest attempt first; jobs without marks before all."""
    return sorted(jobs, key=lambda job: job.marks.attempt if job.marks else 0)


def comes_after(job: Sighting, record: Record | None) -> bool:
    """Whether a job with our marks, of no open intent, came after every job that is recorded. Its number alone does not
    tell: while a lock file was lost, numbers were given again that had made no job, or one that nobody remembers."""
    if job.marks is None or record is None:
        return job.marks is not None
    known = (*record.history, record.as_attempt()) if record.external_id else record.history
    if any(each.external_id == job.external_id for each in known):
        return False
    if not known or job.marks.attempt > known[-1].attempt:
        return True
    began = known[-1].started_at
    return began is not None and job.created_at is not None and job.created_at > began


def own_jobs(intent: Record, seen: ObservedJob, can: Capabilities) -> tuple[Sighting, ...]:
    """The jobs that this intent's start may have made: one at most, but for kinds that carry no marks."""
    match can.guarantee:
        case Guarantee.SWITCH:
            return (seen.job,) if seen.job is not None and seen.phase.is_live else ()
        case Guarantee.LOOK_UP:
            return seen.candidates
        case Guarantee.TOKEN | Guarantee.UNIQUE_NAME:
            return tuple(job for job in seen.marked if job.marks and _is_of(job.marks, intent))[:1]


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
        rotated=False,
    )


def unstarted(
    desired: DesiredJob,
    *,
    attempt: int = 0,
    tries: int = 0,
    client_token: str = "",
    job_name: str = "",
    intent_at: datetime | None = None,
    history: tuple[Attempt, ...] = (),
    previous: Record | None = None,
    secrets: Mapping[str, str] = _NO_SECRETS,
) -> Record:
    """All that a manifest says, as the record of an attempt that is yet to be numbered, or of this one."""
    return Record(
        address=desired.address,
        provider=desired.provider,
        scope=desired.scope,
        stage=Stage.STARTING,
        goal=desired.goal,
        digest=desired.digest,
        generation=desired.generation,
        attempt=attempt,
        highest=attempt,
        tries=tries,
        client_token=client_token,
        job_name=job_name,
        spec=desired.spec,
        intent_at=intent_at,
        on_remove=desired.on_remove,
        protect=desired.protect,
        stop_timeout=desired.stop_timeout,
        depends_on=desired.depends_on,
        labels=desired.labels,
        history=history,
        previous=previous,
        secrets=secrets,
    )


def governed(record: Record, desired: DesiredJob | None) -> Record:
    """The record under what its manifest says now of its job's life: all of it counts once the manifest is gone."""
    if desired is None:
        return record
    return replace(
        record,
        provider=desired.provider if desired.scope == record.scope else record.provider,
        goal=desired.goal,
        on_remove=desired.on_remove,
        protect=desired.protect,
        stop_timeout=desired.stop_timeout,
        depends_on=desired.depends_on,
        labels=desired.labels,
    )


def adopted(desired: DesiredJob | None, record: Record | None, job: Sighting) -> Record:
    """A record for a job that no intent of this lock file made: from its marks, what is desired, and what is known.

    A switch carries no marks; it is taken for what is desired. At least one of `desired` and `record` is given.
    Numbers above the job's own are not noted: what carries them has ended, and is adopted in turn when this job has.
    """
    told = _recognised(job.marks, desired, record) if job.marks else None
    base = _content_of(told, desired, record)
    highest = record.highest if record is not None else 0
    marks = told or _as_desired(base, attempt=highest + 1)
    return governed(
        replace(
            started(base, job),
            digest=marks.digest,
            generation=marks.generation,
            attempt=marks.attempt,
            highest=max(highest, marks.attempt),
            tries=marks.tries,
            client_token=marks.client_token,
            job_name=job.name,
            intent_at=None,
            started_at=job.created_at,
            stop_requested_at=None,
            stop_taken=False,
            history=_history(record, job),
        ),
        desired,
    )


def _is_of(marks: Marks, intent: Record) -> bool:
    """A name holds no more of the token than its beginning."""
    return intent.client_token.startswith(marks.client_token)


def _recognised(marks: Marks, desired: DesiredJob | None, record: Record | None) -> Marks:
    """Of a job whose name is all its marks, the content is known where it makes the token that the name begins with.
    How many tries that content had is not told: all of its attempts, at most."""
    for known in (desired, record) if not marks.digest else ():
        if known is None:
            continue
        content = (known.digest, known.generation)
        token = token_of(marks.project, marks.environment, marks.address, *content, marks.attempt)
        if token.startswith(marks.client_token):
            return replace(marks, digest=content[0], generation=content[1], tries=marks.attempt, client_token=token)
    return marks


def _content_of(marks: Marks | None, desired: DesiredJob | None, record: Record | None) -> Record:
    """What is known of the content that the marks name: its scope and spec, or at least a scope."""
    wanted = unstarted(desired) if desired is not None else None
    for known in (wanted, record):
        if known is not None and (marks is None or marks.digest == known.digest):
            return known
    somewhere = record or wanted
    assert somewhere is not None
    return replace(somewhere, spec={})


def _history(record: Record | None, job: Sighting) -> tuple[Attempt, ...]:
    if record is None:
        return ()
    return record.with_history() if record.external_id not in ({}, job.external_id) else record.history


def _as_desired(base: Record, *, attempt: int) -> Marks:
    """What a switch would carry if it could."""
    return Marks("", "", base.address, base.generation, attempt, 1, base.digest, "")
