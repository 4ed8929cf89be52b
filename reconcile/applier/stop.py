"""One stop: noted, durable; called; seen by a later look. A stop may be sent twice without harm."""

from dataclasses import replace
from functools import partial

from reconcile.applier.work import Work
from reconcile.model.change import Change
from reconcile.model.phase import Phase, Stage
from reconcile.model.request import Failure, FailureKind, Stopped
from reconcile.model.result import Ended, EventKind

PATIENCE = 20.0  # seconds in which a stop that was not answered is sent again

_AGAIN = frozenset({FailureKind.THROTTLED, FailureKind.NOT_SENT, FailureKind.LOST, FailureKind.SERVER_ERROR})
_ENDED = frozenset({FailureKind.TERMINAL, FailureKind.MISSING})


async def stop(work: Work, change: Change) -> bool:
    """Asks for the job's end. True where it was asked for, or has ended already."""
    record = change.decision.record
    assert record is not None
    descriptor = work.catalog[change.address.kind]
    asked = replace(record, stage=Stage.STOPPING, stop_requested_at=work.runtime.now())
    until = work.runtime.now().timestamp() + PATIENCE
    pause = 0.5
    while True:
        if not await work.turn(change, "stop"):
            return False
        await work.ledger.keep_surely(asked)
        reply = await work.runtime.call(partial(work.driver(record).stop, descriptor, record.external_id))
        match reply:
            case Stopped():
                seen = replace(asked, phase=descriptor.phases.get(reply.status, Phase.STOPPING))
                work.ledger.keep(seen)
                work.tell(EventKind.STOP_ASKED, f"asked attempt {record.attempt} to stop", seen)
                work.end(change, Ended.DONE, record=seen)
                return True
            case Failure() if reply.kind in _ENDED:
                work.tell(EventKind.STOP_ASKED, f"attempt {record.attempt} had ended already", asked)
                work.end(change, Ended.DONE, record=asked)
                return True
            case Failure() if reply.kind in _AGAIN and work.runtime.now().timestamp() < until:
                await work.pause(reply.retry_after or pause)
                pause = min(2 * pause, 8.0)
            case Failure():
                work.ledger.keep(record)
                work.tell(EventKind.FAILED, f"it was not stopped: {reply}", record)
                work.end(change, Ended.FAILED, f"it was not stopped: {reply}")
                return False
