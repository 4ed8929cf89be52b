"""One start: intent, durable; call; outcome. What follows a call that failed is the planner's to say."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from reconcile.applier.find import find, held_by
from reconcile.applier.intents import intent_for, request_for, unset
from reconcile.applier.work import FRESH, LATE, PROMPT, Work
from reconcile.kinds.rules import phase_of
from reconcile.model.change import Action, Change
from reconcile.model.job import written
from reconcile.model.observed import Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.record import Record
from reconcile.model.request import Failure, FailureKind, Started
from reconcile.model.result import Ended, EventKind
from reconcile.planner.adopt import started
from reconcile.planner.aftermath import HELD, Next, after_look, after_start, may_have_acted

YOUNG = 20.0  # seconds from the first call of a start, in which it may be sent again


async def start(work: Work, change: Change) -> None:
    """Starts the change's attempt, or says in its row why not. Raises LeaseLost and LockFileError only."""
    if missing := unset(change, work.secrets):
        text = f"it was not tried: {', '.join(f'${{{name}}}' for name in missing)} is not set"
        work.tell(EventKind.FAILED, f"{change.address}: {text}")
        return work.end(change, Ended.FAILED, text)
    descriptor = work.catalog[change.address.kind]
    in_doubt = change.action is Action.RESUME
    intent: Record | None = None
    first: datetime | None = None
    pause = 0.5
    while True:
        left = YOUNG - work.seconds_since(first) if first and in_doubt else FRESH
        async with work.turn(change, "start", within=left) as granted:
            if granted:
                intent = intent_for(change, work.project, descriptor, work.secrets, work.runtime.now())
                await work.ledger.intend(intent)
                first = first or intent.intent_at
            if intent is None or not (granted and work.may_send(change, intent)):
                return _put_off(work, change, intent, in_doubt=in_doubt)
            assert first is not None
            work.tell(EventKind.START_INTENT, f"starting attempt {intent.attempt}{_guard(change, intent)}", intent)
            reply = await _send(work, intent)
        if isinstance(reply, Started):
            return _has_started(work, change, intent, reply)
        seconds = reply.retry_after or pause
        young = work.seconds_since(first) + seconds < YOUNG
        was_in_doubt, in_doubt = in_doubt, in_doubt or may_have_acted(reply.kind)
        match after_start(reply.kind, change.guarantee, young=young, in_doubt=was_in_doubt):
            case Next.RESEND | Next.RETRY:
                await work.pause(seconds)
                pause = min(2 * pause, 8.0)
            case Next.LOOK:
                return await _look(work, change, intent, reply, was_in_doubt=was_in_doubt)
            case Next.CLOSE:
                return _close(work, change, intent, reply, str(reply))
            case Next.LEAVE | Next.ASK:
                return _leave(work, change, intent, str(reply))


def _guard(change: Change, intent: Record) -> str:
    """What keeps it from happening twice, and is sent with it."""
    match change.guarantee:
        case Guarantee.TOKEN:
            return f" with token {intent.client_token}"
        case Guarantee.UNIQUE_NAME:
            return f" under the name {intent.job_name}"
        case _:
            return ""


async def _send(work: Work, intent: Record) -> Started | Failure:
    descriptor = work.catalog[intent.address.kind]
    request = request_for(intent, work.project, descriptor, work.secrets)
    return await work.runtime.call(partial(work.driver(intent).start, descriptor, request))


def _has_started(work: Work, change: Change, intent: Record, reply: Started) -> None:
    descriptor = work.catalog[intent.address.kind]
    phase = phase_of(descriptor, reply.status)
    if not phase.is_live:  # whatever the answer says, a job that has just been taken is looked at again
        phase = Phase.PENDING
    began = reply.started_at or work.runtime.now()  # not before: a list may be as late as that
    record = started(intent, Sighting(reply.external_id, phase, reply.status, created_at=began))
    work.ledger.keep(record)
    work.tell(EventKind.START_ACK, f"started attempt {record.attempt} as {written(record.external_id)}", record)
    work.end(change, Ended.DONE, record=record)


async def _look(work: Work, change: Change, intent: Record, failure: Failure, *, was_in_doubt: bool) -> None:
    """Finds out from the service what became of the start; what cannot be found out is left to the next apply."""
    job = await find(work, intent)
    if job is not None:
        record = started(intent, job)
        work.ledger.keep(record)
        text = f"the start of attempt {record.attempt} had taken place, as {written(record.external_id)}"
        work.tell(EventKind.ADOPTED, text, record)
        return work.end(change, Ended.DONE, record=record)
    resumed = change.action is Action.RESUME
    may_tell = failure.kind in HELD and (resumed or change.guarantee is Guarantee.UNIQUE_NAME)
    holder = await held_by(work, intent) if may_tell else ""
    text = "; ".join(part for part in (str(failure), holder) if part)
    after = after_look(failure.kind, change.guarantee, in_doubt=was_in_doubt, resumed=resumed, held=bool(holder))
    if after is Next.CLOSE:
        return _close(work, change, intent, failure, text)
    if after is Next.ASK:
        intent = replace(intent, status_reason=text)
        work.ledger.keep(intent)
    return _leave(work, change, intent, text)


def _close(work: Work, change: Change, intent: Record, failure: Failure, text: str) -> None:
    """The start surely made no job."""
    work.ledger.drop(intent)
    if failure.kind is FailureKind.CAPACITY:
        work.tell(EventKind.WAITING, f"no room for it now ({text})", intent)
        return work.end(change, Ended.WAITING, f"no room for it now: {text}; the next apply tries again")
    work.tell(EventKind.FAILED, text, intent)
    return work.end(change, Ended.FAILED, text)


def _leave(work: Work, change: Change, intent: Record, why: str) -> None:
    text = f"whether it started is not known yet ({why}); the next apply finds out before it starts anything"
    work.tell(EventKind.FAILED, text, intent)
    work.end(change, Ended.FAILED, text, intent)


def _put_off(work: Work, change: Change, intent: Record | None, *, in_doubt: bool) -> None:
    """Its intent, where it was written, stays where a call may have had an effect, and is taken back where none had."""
    if intent is not None and not in_doubt:
        work.ledger.drop(intent)
    if change.address in work.again:
        return None
    interrupted = work.ending.is_set()
    why = "interrupted" if interrupted else f"it took more than {PROMPT:g} s to note it in the lock file, {LATE} times"
    if intent is not None and in_doubt:
        return _leave(work, change, intent, why)
    if interrupted:
        return work.end(change, Ended.NOT_TRIED, "interrupted before it was tried")
    work.tell(EventKind.FAILED, f"it was not started: {why}", intent)
    return work.end(change, Ended.FAILED, f"it was not started: {why}")
