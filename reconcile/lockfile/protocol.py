"""What every store promises. `tests/lockfile/contract.py` is this text as a suite, run by every store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from reconcile.errors import LockFileError
from reconcile.model.address import Address
from reconcile.model.record import Record


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a lock file. `validated_with` names the catalog and botocore that validated its specs, `plan` the
    saved plan whose apply wrote it last, "" where that was none."""

    project: str
    lineage: str  # a uuid, for the life of the file; "" where there is no file yet
    serial: int  # raised by every write; 0 where there is no file yet
    validated_with: str = ""
    plan: str = ""


class Lockfile(Protocol):
    """A snapshot: the lock file with the journal folded in, in memory. Records are decoded when they are asked for."""

    @property
    def head(self) -> Head: ...

    @property
    def base(self) -> Head:
        """The head as the next lease finds it: once what an earlier run left in the journal is written down."""

    @property
    def existed(self) -> bool:
        """There was a lock file, or a journal of one, and the store has seen none that is newer."""

    @property
    def stale(self) -> bool:
        """The store has seen a newer one: this one was restored, or there is none any more. `existed` is false then."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is amiss without being an error: a torn journal tail that was cut, say."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Address]: ...
    def get(self, address: Address) -> Record | None: ...
    def digest(self, address: Address) -> str | None:
        """That of the record, without decoding it. None where there is none, or one that cannot be relied on."""

    def ending(self, address: Address) -> str:
        """`Record.ending`, "" where there is no record. Much quicker than `get`: nothing is decoded."""


class EntryKind(StrEnum):
    INTENT = "intent"  # about to start (or to start again with the same token)
    OUTCOME = "outcome"  # started, adopted, seen in another phase, stop asked for, removed
    DROPPED = "dropped"  # the intent came to nothing: `record` is what stands instead


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal line. Folding is idempotent, and never reopens an attempt that ended."""

    kind: EntryKind
    address: Address
    record: Record | None  # None: forget the address altogether (DROPPED of a first start that was refused)
    attempt: int = 0  # DROPPED: that of the intent; no other is undone


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lease."""

    id: str  # random, of this one apply
    who: str  # user
    host: str
    pid: int
    since: datetime
    command: str

    def __str__(self) -> str:
        return f"{self.who}@{self.host}, process {self.pid}, since {self.since:%Y-%m-%d %H:%M:%S %Z}"


@dataclass(frozen=True, slots=True)
class Held:
    """A lease as others see it."""

    holder: Holder
    expires: datetime | None  # when it ends unless its holder renews it; None: it ends with its process


class Lease(Protocol):
    """The right to apply, held. Everything that writes goes through it."""

    @property
    def holder(self) -> Holder: ...

    def snapshot(self) -> Lockfile:
        """The state as of taking the lease: what an earlier run left in the journal is folded in, and written with
        serial + 1 if there was any."""

    def still_ours(self) -> bool:
        """Whether there is time to spare for one more call. Cheap enough to ask before every call."""

    def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        """Adds lines to the journal in one write; `durable`: returns after an fsync that began after the write.
        Safe for threads. Raises LockFileError; after one that failed every later call fails too. Raises LeaseLost."""

    def fold(self, *, validated_with: str, plan: str = "") -> Head:
        """Writes the lock file with everything appended (temporary file, fsync, rename, fsync of the folder) and
        clears the journal. Writes nothing where nothing changed, unless a saved plan is used up by it. To be called at
        the end of every apply that came to its end: until then a file that did not exist, in the sense of
        `Lockfile.existed`, still does not."""

    def release(self) -> None:
        """Gives the lease back. Idempotent."""


class Store(Protocol):
    def read(self) -> Lockfile:
        """The present state, without the lease. Raises LockFileError with the place of what is wrong."""

    def acquire(self, holder: Holder, *, timeout: float) -> Lease:
        """Waits up to `timeout` seconds. Raises LeaseHeld, which names the holder."""

    def held(self) -> Held | None:
        """Who holds the lease now. Takes nothing, and writes nothing."""

    def force_release(self, holder_id: str) -> None:
        """Ends the lease of that holder for it. Raises LockFileError where another holds it or nobody does, and
        where a lease of this store ends with its process only."""


def refuse_after(failure: LockFileError | None) -> None:
    """What every journal does once a write or a sync of it failed. Raises LockFileError."""
    if failure:
        raise LockFileError(
            f"The journal takes nothing more since it failed once: {failure.what}", where=failure.where, fix=failure.fix
        ) from failure
