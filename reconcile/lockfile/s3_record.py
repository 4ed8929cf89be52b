"""What the lease object says. It is never deleted: between two leases it remembers."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.lease import Note, holder_from
from reconcile.lockfile.protocol import Holder

VERSION = 1


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a holder writes its journal: objects of one serial and one epoch. No two holders ever share one, and a
    holder begins a new one whenever it has folded."""

    serial: int
    epoch: int


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """`nonce` is of one taking of the lease: whoever finds it holds the lease, whatever was answered to the write."""

    note: Note = field(default_factory=Note)
    nonce: str = ""
    epoch: int = 0  # rises with every chapter
    seconds: float = 0.0  # for how long a heartbeat is good
    expires: datetime | None = None  # by the holder's own clock
    chapters: tuple[Chapter, ...] = ()  # those that someone may still be writing
    beat: int = 0  # no two writes have the same body

    @property
    def holder(self) -> Holder | None:
        return self.note.holder

    def freed(self, *, chapters: tuple[Chapter, ...]) -> "LeaseRecord":
        note = replace(self.note, holder=None)
        return replace(self, note=note, nonce="", expires=None, chapters=chapters, beat=self.beat + 1)

    def text(self) -> bytes:
        members = {
            "version": VERSION,
            "holder": self.note.holder,
            "epoch": self.epoch,
            "expires": self.expires,
            "seconds": self.seconds,
            "nonce": self.nonce,
            "beat": self.beat,
            "chapters": [[chapter.serial, chapter.epoch] for chapter in self.chapters],
            "lineage": self.note.lineage,
            "serial": self.note.serial,
            "stale": self.note.stale,
        }
        return orjson.dumps(members) + b"\n"  # orjson knows dataclasses and times


def read_record(text: bytes, where: str) -> LeaseRecord:
    """Raises LockFileError: who holds a lease that cannot be read cannot be told."""
    try:
        members = orjson.loads(text)
        if members["version"] <= VERSION:
            return _record(members)
        what = f"it is of version {members['version']}, and this reconcile knows up to {VERSION}"
    except (ValueError, TypeError, KeyError) as error:
        what = repr(error)
    raise LockFileError(
        f"The lease cannot be read: {what}.",
        where=where,
        fix="Use the newer reconcile that wrote it; if no apply is running and it is damaged, remove the object.",
    )


def _record(members: Any) -> LeaseRecord:
    return LeaseRecord(
        Note(holder_from(members["holder"]), members["lineage"], members["serial"], members["stale"]),
        members["nonce"],
        members["epoch"],
        members["seconds"],
        datetime.fromisoformat(members["expires"]) if members["expires"] else None,
        tuple(Chapter(*pair) for pair in members["chapters"]),
        members["beat"],
    )
