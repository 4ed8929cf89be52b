"""One stop: noted, durable; called; answered; seen by a later look. A stop may be sent twice without harm.

Whether the job's end is our doing, only the answer tells, which is noted as well. A stop without one may not have been
sent: an apply can die between the note and the call, and someone else's stop, or a time-out, end the job.
"""

from dataclasses import replace
from functools import partial

from reconcile.applier.work import Work
from reconcile.model.change import Action, Change
from reconcile.model.phase import Phase, Stage
from reconcile.model.record import Record
from reconcile.model.request import Failure, FailureKind, Stopped
from reconcile.model.result import Ended, EventKind
from reconcile.planner.aftermath import may_have_acted

PATIENCE = 20.0  # seconds in which a stop that was not answered is sent again

_AGAIN = frozenset({FailureKind.THROTTLED, FailureKind.NOT_SENT, FailureKind.LOST, FailureKind.SERVER_ERROR})
_ENDED = frozenset({FailureKind.TERMINAL, FailureKind.MISSING})


async def stop(work: Work, change: Change) -> bool:
    """Asks for the job's end. True where it was asked for, or has ended already. Raises LeaseLost and LockFileError
    only."""
    record = change.decision.record
    assert record is not None
    descriptor = work.catalog[change.address.kind]
    first = work.runtime.now()
    asked = replace(record, stage=Stage.STOPPING, stop_requested_at=first, stop_taken=False)
    in_doubt = False
    pause = 0.5
    while True:
        async with work.turn(change, "stop") as granted:
            if not granted:
                if change.address not in work.again:
                    work.end(change, Ended.NOT_TRIED, "interrupted before it was tried")
                return False
            await work.ledger.keep_surely(asked)
            reply = await work.runtime.call(partial(work.driver(record).stop, descriptor, record.external_id))
        if isinstance(reply, Stopped):
            seen = replace(asked, stop_taken=True, phase=descriptor.phases.get(reply.status, Phase.STOPPING))
            return _asked(work, change, seen, f"asked attempt {record.attempt} to stop")
        if reply.kind in _ENDED:
            return _asked(work, change, asked if in_doubt else record, f"attempt {record.attempt} had ended already")
        in_doubt = in_doubt or may_have_acted(reply.kind)
        seconds = reply.retry_after or pause
        if reply.kind not in _AGAIN or work.seconds_since(first) + seconds >= PATIENCE:
            return _failed(work, change, asked if in_doubt else record, reply, in_doubt=in_doubt)
        await work.pause(seconds)
        pause = min(2 * pause, 8.0)


def _asked(work: Work, change: Change, record: Record, text: str) -> bool:
    work.ledger.keep(record)
    if change.then is None and change.action is not Action.REPLACE:
        work.tell(EventKind.STOP_ASKED, text, record)
        work.end(change, Ended.DONE, record=record)
    else:  # what follows has to see the end first
        waits = f"{text}; its end is waited for, {record.stop_timeout:g} s at most"
        work.tell(EventKind.STOP_ASKED, waits, record)
        work.end(change, Ended.WAITING, f"{text}; its end was not seen yet", record)
    return True


def _failed(work: Work, change: Change, record: Record, failure: Failure, *, in_doubt: bool) -> bool:
    what = "its stop was not answered, run this again to make sure of it" if in_doubt else "it was not stopped"
    work.ledger.keep(record)
    work.tell(EventKind.FAILED, f"{what}: {failure}", record)
    work.end(change, Ended.FAILED, f"{what}: {failure}")
    return False
