"""One start: intent, durable; call; outcome. What follows a call that failed is the planner's to say."""

from functools import partial

from reconcile.applier.intents import intent_for, question_about, request_for
from reconcile.applier.work import Work
from reconcile.cloud.observe import observe
from reconcile.kinds.rules import phase_of
from reconcile.model.change import Action, Change
from reconcile.model.job import written
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.record import Record
from reconcile.model.request import Failure, FailureKind, Started
from reconcile.model.result import Ended, EventKind
from reconcile.planner.adopt import own_jobs, started
from reconcile.planner.aftermath import Next, after_start, may_have_acted

YOUNG = 20.0  # seconds from the first call of a start, in which it may be sent again
LOOK = 5.0  # seconds to look for what a call without an answer made


async def start(work: Work, change: Change) -> None:
    """Starts the change's attempt, or says in its row why not. Raises LeaseLost and LockFileError only."""
    intent = intent_for(change, work.catalog[change.address.kind])
    in_doubt = change.action is Action.RESUME
    first = None
    pause = 0.5
    while True:
        if not await work.turn(change, "start"):
            return _put_off(work, intent, tried=first is not None, in_doubt=in_doubt)
        intent = await work.ledger.intend(intent, work.runtime.now())
        first = first or work.runtime.now()
        guard = f" with token {intent.client_token}" if intent.client_token else ""
        work.tell(EventKind.START_INTENT, f"starting attempt {intent.attempt}{guard}", intent)
        reply = await _send(work, intent)
        if isinstance(reply, Started):
            return _has_started(work, change, intent, reply)
        young = (work.runtime.now() - first).total_seconds() < YOUNG
        was_in_doubt, in_doubt = in_doubt, in_doubt or may_have_acted(reply.kind)
        match after_start(reply.kind, change.guarantee, young=young, in_doubt=was_in_doubt):
            case Next.RESEND | Next.RETRY:
                await work.pause(reply.retry_after or pause)
                pause = min(2 * pause, 8.0)
            case Next.LOOK:
                return await _look(work, change, intent, reply, was_in_doubt=was_in_doubt)
            case Next.CLOSE:
                return _close(work, change, intent, reply)
            case Next.LEAVE:
                return _leave(work, change, intent, reply)


async def _send(work: Work, intent: Record) -> Started | Failure:
    descriptor = work.catalog[intent.address.kind]
    request = request_for(intent, work.project, descriptor)
    return await work.runtime.call(partial(work.driver(intent).start, descriptor, request))


def _has_started(work: Work, change: Change, intent: Record, reply: Started) -> None:
    descriptor = work.catalog[intent.address.kind]
    phase = phase_of(descriptor, reply.status)
    if not phase.is_live:  # whatever the answer says, a job that has just been taken is looked at again
        phase = Phase.PENDING
    record = started(intent, Sighting(reply.external_id, phase, reply.status, created_at=reply.started_at))
    work.ledger.keep(record)
    work.tell(EventKind.START_ACK, f"started attempt {record.attempt} as {written(record.external_id)}", record)
    work.end(change, Ended.DONE, record=record)


async def _look(work: Work, change: Change, intent: Record, failure: Failure, *, was_in_doubt: bool) -> None:
    """Finds out from the service what became of the start; what cannot be found out is left to the next apply."""
    until = work.runtime.now().timestamp() + LOOK
    while True:
        seen = await _observe(work, intent)
        found = own_jobs(intent, seen, work.catalog[intent.address.kind].capabilities(max_active=None))
        if len(found) == 1:
            record = started(intent, found[0])
            work.ledger.keep(record)
            text = f"the start of attempt {record.attempt} had taken place, as {written(record.external_id)}"
            work.tell(EventKind.ADOPTED, text, record)
            return work.end(change, Ended.DONE, record=record)
        if found or work.runtime.now().timestamp() >= until or work.ending.is_set():
            break
        await work.pause(1.0)
    if failure.kind is FailureKind.EXISTS and change.guarantee is Guarantee.UNIQUE_NAME and not was_in_doubt:
        return _close(work, change, intent, failure)
    return _leave(work, change, intent, failure)


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


def _close(work: Work, change: Change, intent: Record, failure: Failure) -> None:
    """The start surely made no job."""
    work.ledger.drop(intent)
    if failure.kind is FailureKind.CAPACITY:
        work.tell(EventKind.WAITING, f"no room for it now ({failure})", intent)
        return work.end(change, Ended.WAITING, f"no room for it now: {failure}; the next apply tries again")
    work.tell(EventKind.FAILED, str(failure), intent)
    return work.end(change, Ended.FAILED, str(failure))


def _leave(work: Work, change: Change, intent: Record, failure: Failure) -> None:
    text = f"whether it started is not known yet ({failure}); the next apply finds out before it starts anything"
    work.tell(EventKind.FAILED, text, intent)
    work.end(change, Ended.FAILED, text, intent)


def _put_off(work: Work, intent: Record, *, tried: bool, in_doubt: bool) -> None:
    """Its intent stays where a call may have had an effect, and is taken back where none had."""
    if tried and not in_doubt:
        work.ledger.drop(intent)
