"""What an apply did, as one value: the table people see, its JSON and the exit code are all made from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconcile.errors import Exit, ReconcileError, Unrecorded
from reconcile.model.address import Address
from reconcile.model.change import Action
from reconcile.model.job import ExternalId, Place
from reconcile.model.phase import Phase
from reconcile.model.record import Attempt
from reconcile.model.shard import Shard


class Ended(StrEnum):
    """How an apply ended for one address."""

    DONE = "done"
    FAILED = "failed"
    WAITING = "waiting"
    BLOCKED = "blocked"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Row:
    address: Address
    action: Action
    ended: Ended
    detail: str = ""  # why, or what to do next; for people
    attempt: int = 0
    external_id: ExternalId | None = None
    phase: Phase = Phase.UNKNOWN
    status: str = ""
    place: Place | None = None  # of its manifest, where there is one
    attempts: tuple[Attempt, ...] = ()  # with the present one, the oldest first
    depends_on: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Rows in the order of their addresses. `unmet` are the jobs that --wait gave up on: failed, or out of time.
    `error` is what ended the apply early."""

    rows: tuple[Row, ...]
    interrupted: bool = False
    unmet: tuple[Address, ...] = ()
    error: ReconcileError | None = None
    shard: Shard | None = None  # that it is of

    @property
    def exit(self) -> Exit:
        """All changes failed or blocked: error; some: partly; only waits: done. A job that was waited for, and whose
        attempts have all ended, is blocked because it failed, not because the apply did."""
        if self.interrupted:
            return Exit.INTERRUPTED
        if self.error is not None:
            return Exit.PARTLY if self._was_cut_short(self.error) else self.error.exit
        bad = [row for row in self.rows if row.ended in (Ended.FAILED, Ended.BLOCKED, Ended.NOT_TRIED)]
        if any(row.ended is not Ended.BLOCKED or not self._has_failed(row) for row in bad):
            return Exit.PARTLY if any(row.ended is Ended.DONE for row in self.rows) else Exit.ERROR
        return Exit.JOB_FAILED if self.unmet else Exit.DONE

    def _was_cut_short(self, error: ReconcileError) -> bool:
        """By an error without a code of its own, after some of the work was done, and recorded."""
        done = any(row.ended is Ended.DONE for row in self.rows)
        return done and error.exit is Exit.ERROR and not isinstance(error, Unrecorded)

    def _has_failed(self, row: Row) -> bool:
        return row.address in self.unmet and row.phase.is_terminal


class EventKind(StrEnum):
    """What an apply can tell while it is at work."""

    START_INTENT = "start_intent"
    START_ACK = "start_ack"
    ADOPTED = "adopted"
    STOP_ASKED = "stop_asked"
    JOB_PHASE = "job_phase"
    FORGOTTEN = "forgotten"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened during an apply; `text` is for people and never holds a secret."""

    kind: EventKind
    at: datetime
    text: str
    address: Address | None = None
    attempt: int = 0
    client_token: str = ""
    external_id: ExternalId | None = None
    phase: Phase | None = None
    status: str = ""
