"""The lock file as a lease would write it: what was read, what was appended since, and the number of the next write."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from reconcile.lockfile.document import parse, record_line
from reconcile.lockfile.fold import Changes, fold_one
from reconcile.lockfile.layout import render
from reconcile.lockfile.lease import Note
from reconcile.lockfile.protocol import Entry, Head
from reconcile.lockfile.snapshot import Snapshot
from reconcile.model.address import Address
from reconcile.model.record import Record


class Draft:
    """Not safe for threads. `base` is the head that the next write counts from, and that a journal continues."""

    def __init__(self, found: Snapshot, note: Note, new_lineage: Callable[[], str]) -> None:
        self.document = found.document
        self._changes: Changes = dict(found.changes)
        lineage = found.head.lineage or new_lineage()
        serial = max(found.head.serial, note.serial if note.lineage == lineage else 0)
        self.base = replace(found.head, lineage=lineage, serial=serial)

    @property
    def head(self) -> Head:
        """That of the file as it is kept."""
        return self.document.head

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._changes[entry.address] = fold_one(self._present(entry.address), entry)

    def pending(self, validated_with: str, *, forced: bool, plan: str = "") -> tuple[Head, bytes] | None:
        """The text to write, and its head; None where that makes no difference. `forced`: also where only the serial
        would differ. A file that does not exist is not written for nothing; that `plan` was used is something."""
        exists = bool(self.document.original)
        forced = bool(plan) or (exists and (forced or validated_with != self.head.validated_with))
        if not (self._changes or forced):
            return None
        before = {address: self.document.line(address) for address in self.document}
        after = {**before, **{address: record_line(record) for address, record in self._changes.items() if record}}
        for address in [address for address, record in self._changes.items() if record is None]:
            after.pop(address, None)
        if after == before and not forced:
            self._changes = {}
            return None
        head = replace(self.base, serial=self.base.serial + 1, validated_with=validated_with, plan=plan)
        return head, render(head, (after[address] for address in sorted(after)))

    def written(self, head: Head, text: bytes) -> None:
        """What `pending` gave is in the file now."""
        self.document = parse(text, self.document.where)
        self.base = head
        self._changes = {}

    def _present(self, address: Address) -> Record | None:
        return self._changes[address] if address in self._changes else self.document.get(address)
