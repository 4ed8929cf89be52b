"""Lock file, journal and what was seen before, put together: the state as readers see it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from reconcile.errors import LockFileError
from reconcile.lockfile.document import Document
from reconcile.lockfile.fold import Changes, fold
from reconcile.lockfile.journal import Journaled
from reconcile.lockfile.lease import Note
from reconcile.lockfile.protocol import Head
from reconcile.model.address import Address
from reconcile.model.record import Record


class Fate(Enum):
    """What becomes of a journal that an earlier run left."""

    NONE = "there is none"
    FOLDED = "what it says is taken in, and it can go"
    KEPT = "it is set aside: it says something that is not taken in"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The Lockfile that a store of files gives."""

    head: Head
    existed: bool
    warnings: tuple[str, ...]
    document: Document
    changes: Changes
    fate: Fate = Fate.NONE
    stale: bool = False

    @property
    def base(self) -> Head:
        return replace(self.head, serial=self.head.serial + 1, plan="") if self.changes else self.head

    def __len__(self) -> int:
        here = sum((record is not None) - (address in self.document) for address, record in self.changes.items())
        return len(self.document) + here

    def __iter__(self) -> Iterator[Address]:
        if not self.changes:
            return iter(self.document)
        kept = [address for address in self.document if address not in self.changes]
        return iter(sorted([*kept, *(address for address, record in self.changes.items() if record)]))

    def get(self, address: Address) -> Record | None:
        return self.changes[address] if address in self.changes else self.document.get(address)

    def ending(self, address: Address) -> str:
        if address not in self.changes:
            return self.document.ending(address)
        record = self.changes[address]
        return record.ending if record is not None else ""

    def digest(self, address: Address) -> str | None:
        if address not in self.changes:
            return self.document.digest(address)
        record = self.changes[address]
        return record.digest if record else None


def combine(document: Document, journal: Journaled | None, note: Note) -> Snapshot:
    """Raises LockFileError where the journal is of another project."""
    found = _with_journal(document, journal)
    if found.head.lineage == "":
        older = "it is gone" if note.lineage else ""
    elif note.lineage not in ("", found.head.lineage):
        older = "the one here is of another origin"
    else:
        older = f"the one here has serial {found.head.serial}" if note.serial > found.head.serial else ""
    if older:
        warning = f"{document.where}: serial {note.serial} of this lock file was seen here before, and {older}."
        found = replace(found, stale=True, warnings=(*found.warnings, warning))
    stale = found.stale or note.stale
    return replace(found, stale=stale, existed=found.existed and not stale)


def _with_journal(document: Document, journal: Journaled | None) -> Snapshot:
    head, warnings = document.head, document.warnings
    exists = head.lineage != ""
    if journal is None:
        return Snapshot(head, exists, warnings, document, {})
    where = f"{document.where}.journal"
    if journal.bad:
        warnings += (f"{where}: {', '.join(journal.bad)} cannot be read and is left out; the rest is taken in.",)
    match _belongs(document, journal):
        case Fate.NONE:
            return Snapshot(head, exists, warnings, document, {}, Fate.FOLDED)
        case Fate.KEPT:
            warnings += (f"{where}: is of another lock file than the one beside it, and is not taken in.",)
            return Snapshot(head, exists, warnings, document, {}, Fate.KEPT, stale=True)
        case Fate.FOLDED:
            pass
    assert journal.head is not None
    base = replace(journal.head, validated_with=head.validated_with)
    fate = Fate.KEPT if journal.bad else Fate.FOLDED
    older = base.serial > head.serial
    if older:
        here = f"has serial {head.serial}" if exists else "is gone"
        warnings += (f"{document.where}: the journal beside it continues serial {base.serial}, but the file {here}.",)
    changes = fold(document, journal.entries)
    return Snapshot(base, not older, warnings, document, changes, fate, stale=older or bool(journal.bad))


def _belongs(document: Document, journal: Journaled) -> Fate:
    """FOLDED: to be folded. NONE: was folded before. KEPT: of something else."""
    mine, theirs = document.head, journal.head
    if theirs is None:
        return Fate.KEPT
    if mine.lineage == "":
        if theirs.project != mine.project:
            raise wrong_project(f"{document.where}.journal", theirs.project, mine.project)
        return Fate.FOLDED
    if theirs.lineage != mine.lineage:
        return Fate.KEPT
    if theirs.serial >= mine.serial:
        return Fate.FOLDED
    told = fold({}, journal.entries)
    return Fate.NONE if all(_knows(document, record) for record in told.values() if record) else Fate.KEPT


def _knows(document: Document, told: Record) -> bool:
    known = document.get(told.address)
    return known is not None and known.highest >= told.attempt


def wrong_project(where: str, theirs: str, ours: str) -> LockFileError:
    return LockFileError(
        f"This lock file is of project {theirs}, not of {ours}.",
        where=where,
        fix="Name another lockFile in reconcile.yaml; if the project was renamed, give it its old metadata.id.",
    )
