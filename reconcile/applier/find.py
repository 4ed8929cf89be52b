"""What became of a start whose answer does not say so: found out from its service, for a few seconds."""

from functools import partial

from reconcile.applier.intents import question_about
from reconcile.applier.work import Work
from reconcile.cloud.observe import observe
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.model.job import written
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Phase
from reconcile.model.record import Record
from reconcile.planner.adopt import own_jobs
from reconcile.planner.claims import Claims

LOOK = 5.0  # seconds; what a list shows later, the next apply finds


async def find(work: Work, intent: Record) -> Sighting | None:
    """The job that this intent's start made, where there is exactly one that can be."""
    first = work.runtime.now()
    can = work.catalog[intent.address.kind].capabilities(max_active=None)
    while True:
        seen = await _observe(work, intent)
        if seen.candidates:
            seen = Claims.of(intent.address.kind, work.ledger).seen_by(intent.address, seen)
        found = () if seen.phase is Phase.UNKNOWN else own_jobs(intent, seen, can)
        if found or work.seconds_since(first) >= LOOK or work.ending.is_set():
            return found[0] if len(found) == 1 else None
        await work.pause(1.0)


async def held_by(work: Work, intent: Record) -> str:
    """Who holds the name that this intent's start was refused for, in words for people; "" where nobody can tell."""
    return await work.runtime.call(partial(_holder, work, intent))


async def _observe(work: Work, intent: Record) -> ObservedJob:
    answer = await work.runtime.call(
        partial(
            observe,
            [question_about(intent)],
            work.drivers,
            work.catalog,
            project_id=work.project.id,
            environment=work.project.environment,
            now=work.runtime.now(),
            pool=None,
        )
    )
    return answer.jobs[intent.address]


def _holder(work: Work, intent: Record) -> str:
    driver, kind = work.driver(intent), work.catalog[intent.address.kind]
    try:
        listed = driver.list_jobs(kind, ListQuery(intent.spec, name=intent.job_name))
        job = next((job for job in listed if job.name == intent.job_name), None)
        if job is None:
            return ""
        marks = driver.marks(kind, job)
    except ReadFailed:
        return ""
    whose = (
        f"it belongs to {marks.address} of the project {marks.project} (environment {marks.environment})"
        if marks
        else "it carries no marks of reconcile"
    )
    return f"the name is held by {written(job.external_id)}, which is {job.status}; {whose}"
