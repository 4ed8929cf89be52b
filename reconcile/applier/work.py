"""What every part of an apply shares: the ledger, the drivers, the right to go on, and where events go."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from reconcile.applier.ledger import Ledger
from reconcile.applier.runtime import Runtime
from reconcile.cloud.protocol import Driver
from reconcile.errors import LeaseLost
from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Lease
from reconcile.model.address import Address
from reconcile.model.change import Change
from reconcile.model.phase import Phase
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.result import Ended, Event, EventKind, Row

FRESH = 60.0  # seconds for which an observation may be acted upon


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
    rows: dict[Address, Row] = field(default_factory=dict)
    ending: asyncio.Event = field(default_factory=asyncio.Event)  # set by the first interrupt: start nothing new
    looked_at: datetime | None = None  # when the present round's survey was made
    again: dict[Address, Change] = field(default_factory=dict)  # not done in this round: to be looked at once more

    def driver(self, record: Record) -> Driver:
        return self.drivers[record.provider]

    def may_go_on(self) -> bool:
        """Whether something new may be begun. Raises LeaseLost."""
        if self.ending.is_set():
            return False
        if not self.lease.still_ours():
            raise LeaseLost(
                "The right to apply was lost while this apply was at work; nothing more is started.",
                fix="Run apply again: it finds out what became of each start.",
            )
        return True

    async def turn(self, change: Change, operation: Literal["start", "stop"]) -> bool:
        """Waits for the call's turn under its rate limit, and says whether it may go on: False where it was put off,
        because the apply ends, or because what was observed would be too old by then."""
        record = change.decision.record
        provider = (
            change.desired.provider if operation == "start" and change.desired else record.provider if record else ""
        )
        age = (self.runtime.now() - self.looked_at).total_seconds() if self.looked_at else 0.0
        descriptor = self.catalog[change.address.kind]
        seconds = self.drivers[provider].reserve(descriptor, operation, within=max(0.0, FRESH - age))
        if seconds is None:
            self.again[change.address] = change
            return False
        await self.pause(seconds)
        if not self.may_go_on():
            self.end(change, Ended.NOT_TRIED, "interrupted before it was tried")
            return False
        return True

    async def pause(self, seconds: float) -> None:
        """Sleeps, and wakes up early when the apply shall end."""
        if seconds <= 0 or self.ending.is_set():
            return
        sleeping = asyncio.ensure_future(self.runtime.sleep(seconds))
        ending = asyncio.ensure_future(self.ending.wait())
        await asyncio.wait({sleeping, ending}, return_when=asyncio.FIRST_COMPLETED)
        sleeping.cancel()
        ending.cancel()

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
        """Writes the row of an address. A later row replaces it, but for the action that the plan showed first."""
        known = record or change.decision.record
        before = self.rows.get(change.address)
        self.rows[change.address] = Row(
            address=change.address,
            action=before.action if before else change.action,
            ended=ended,
            detail=detail,
            attempt=known.attempt if known else change.attempt,
            external_id=(known.external_id or None) if known else None,
            phase=known.phase if known else Phase.MISSING,
            status=known.status if known else "",
        )
