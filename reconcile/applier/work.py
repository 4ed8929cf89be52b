"""What every part of an apply shares: the ledger, the drivers, the right to go on, and where events go."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from reconcile.applier.ledger import Ledger
from reconcile.applier.runtime import Runtime
from reconcile.cloud.protocol import Driver
from reconcile.errors import LeaseLost
from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Lease
from reconcile.model.address import Address
from reconcile.model.change import Action, Change
from reconcile.model.phase import Phase
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.result import Ended, Event, EventKind, Row
from reconcile.model.secrets import Secrets

FRESH = 60.0  # seconds for which an observation may be acted upon
PROMPT = 10.0  # seconds between an intent and its call: what is found later is judged by the intent's time
LATE = 3  # intents of an address that were written too late for their call, after which it is given up

T = TypeVar("T")


@dataclass(slots=True)
class Work:
    """One apply. Mutable, and touched only from its event loop."""

    project: Project
    catalog: Mapping[str, Descriptor]
    drivers: Mapping[str, Driver]
    lease: Lease
    ledger: Ledger
    runtime: Runtime
    on_event: Callable[[Event], None]
    slots: asyncio.Semaphore  # one for each call that may be under way
    secrets: Secrets
    looked_at: datetime  # when the present round's survey had been made
    rows: dict[Address, Row] = field(default_factory=dict)
    ending: asyncio.Event = field(default_factory=asyncio.Event)  # set by the first interrupt: start nothing new
    again: dict[Address, Change] = field(default_factory=dict)  # not done in this round: to be looked at once more
    late: Counter[Address] = field(default_factory=Counter)  # intents that took too long to write

    def driver(self, record: Record) -> Driver:
        return self.drivers[record.provider]

    def seconds_since(self, moment: datetime) -> float:
        return (self.runtime.now() - moment).total_seconds()

    @asynccontextmanager
    async def turn(
        self, change: Change, operation: Literal["start", "stop"], *, within: float = FRESH
    ) -> AsyncIterator[bool]:
        """Waits for the call's turn under its rate limit, then for a slot, which its body holds. Gives whether the call
        may be made: False where the apply ends, or where it was put off (to `again`), because the turn would not come
        within so many seconds, or not before what was observed is too old. Raises LeaseLost."""
        left = max(0.0, min(within, FRESH - self.seconds_since(self.looked_at)))
        descriptor, driver = self.catalog[change.address.kind], self.drivers[_provider(change)]
        seconds = driver.reserve(descriptor, operation, within=left)
        if seconds is None:
            self.again[change.address] = change
            yield False
            return
        await self.pause(seconds)
        async with self.slots:
            yield self._may_go_on(change)

    def may_send(self, change: Change, intent: Record) -> bool:
        """Whether the call may be made now that its intent is on disk. That may have taken any time: what allowed it
        is asked once more. Puts off and raises like `turn`, but not for ever: a store may be slow at every try."""
        assert intent.intent_at is not None
        if self.seconds_since(intent.intent_at) < PROMPT:
            return self._may_go_on(change)
        self.late[change.address] += 1
        if self.late[change.address] < LATE:
            self.again[change.address] = change
        return False

    def _may_go_on(self, change: Change) -> bool:
        if self.ending.is_set():
            return False
        if not self.lease.still_ours():
            raise LeaseLost(
                "The right to apply was lost while this apply was at work; nothing more is started.",
                fix="Run apply again: it finds out what became of each start.",
            )
        if self.seconds_since(self.looked_at) >= FRESH:
            self.again[change.address] = change
            return False
        return True

    async def pause(self, seconds: float) -> None:
        """Sleeps, and wakes up early when the apply shall end."""
        if seconds > 0:
            await self.unless_ending(self.runtime.sleep(seconds))

    async def unless_ending(self, act: Coroutine[Any, Any, T]) -> T | None:
        """What the act gives; None, and the act is given up, where the apply ends first."""
        acting = asyncio.ensure_future(act)
        ending = asyncio.ensure_future(self.ending.wait())
        try:
            await asyncio.wait({acting, ending}, return_when=asyncio.FIRST_COMPLETED)
            return acting.result() if acting.done() else None
        finally:
            acting.cancel()
            ending.cancel()

    def see(self, record: Record | None) -> None:
        """Writes down what was seen of a job, and tells it where that is news."""
        if record is None:
            return
        self.tell_news(record)
        self.ledger.keep(record)

    def tell_news(self, record: Record) -> None:
        """Tells what was seen of a job, where it differs from what is recorded."""
        before = self.ledger.get(record.address)
        if before is not None and before.phase is not record.phase:
            self.tell(EventKind.JOB_PHASE, _news(record), record)

    def tell(self, kind: EventKind, text: str, record: Record | None = None) -> None:
        at = self.runtime.now()
        if record is None:
            self.on_event(Event(kind, at, text))
            return
        self.on_event(
            Event(
                kind,
                at,
                text,
                address=record.address,
                attempt=record.attempt,
                client_token=record.client_token,
                external_id=record.external_id or None,
                phase=record.phase,
                status=record.status,
            )
        )

    def end(self, change: Change, ended: Ended, detail: str = "", record: Record | None = None) -> None:
        """Writes the row of an address. A later row replaces it, but for the action: the first one that
        did something stays."""
        known = record or change.decision.record
        before = self.rows.get(change.address)
        self.rows[change.address] = Row(
            address=change.address,
            action=before.action if before and before.action.is_act else change.action,
            ended=ended,
            detail=detail,
            attempt=known.attempt if known else change.attempt,
            external_id=(known.external_id or None) if known else None,
            phase=known.phase if known else Phase.MISSING,
            status=known.status if known else "",
            place=change.desired.place if change.desired else None,
            depends_on=change.needs,
        )


def _provider(change: Change) -> str:
    """A new attempt goes where its manifest says; what was begun is gone on with where it was begun."""
    record = change.decision.record
    if record is None or change.action is Action.START:
        assert change.desired is not None
        return change.desired.provider
    return record.provider


def _news(record: Record) -> str:
    match record.phase:
        case Phase.FAILED:
            return f"has failed{f': {record.status_reason}' if record.status_reason else ''}"
        case Phase.SUCCEEDED:
            return "has succeeded"
        case Phase.MISSING:
            return "is not known to its service any more"
        case phase:
            return f"is {phase}"
