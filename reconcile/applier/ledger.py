"""What is recorded now: the lock file as the lease found it, and what this apply has added to its journal."""

from collections.abc import Iterator, Mapping

from reconcile.applier.commit import GroupCommit
from reconcile.applier.doubt import entries_of
from reconcile.lockfile.protocol import Entry, EntryKind, Lockfile
from reconcile.model.address import Address
from reconcile.model.record import Record


class Ledger:
    """The one place that writes records during an apply."""

    def __init__(self, snapshot: Lockfile, journal: GroupCommit, unsure: Mapping[Address, Record]) -> None:
        self._snapshot = snapshot
        self._journal = journal
        self._unsure = unsure
        self._changed: dict[Address, Record | None] = dict(unsure)

    def get(self, address: Address) -> Record | None:
        return self._changed[address] if address in self._changed else self._snapshot.get(address)

    def ending(self, address: Address) -> str:
        if address not in self._changed:
            return self._snapshot.ending(address)
        record = self._changed[address]
        return record.ending if record is not None else ""

    def __iter__(self) -> Iterator[Address]:
        yield from self._snapshot
        yield from (address for address in self._changed if self._snapshot.get(address) is None)

    @property
    def existed(self) -> bool:
        return self._snapshot.existed

    @property
    def stale(self) -> bool:
        return self._snapshot.stale

    @property
    def changed(self) -> list[Record]:
        """What this apply has done, as it is now."""
        return [
            record for address, record in self._changed.items() if record and record is not self._unsure.get(address)
        ]

    def begin(self) -> None:
        """Writes the doubts, before any intent: of what comes after them, they say nothing."""
        for entry in entries_of(self._unsure):
            self._journal.note(entry)

    async def intend(self, intent: Record) -> None:
        """Returns once the intent cannot be lost any more. Raises LockFileError."""
        before = self.get(intent.address)
        self._changed[intent.address] = intent
        try:
            await self._journal.durable(Entry(EntryKind.INTENT, intent.address, intent))
        except BaseException:  # whoever waits for this does not send it
            self._changed[intent.address] = before
            raise

    async def keep_surely(self, record: Record) -> None:
        """Like `keep`, and returns once it cannot be lost any more."""
        self._changed[record.address] = record
        await self._journal.durable(Entry(EntryKind.OUTCOME, record.address, record))

    def keep(self, record: Record) -> None:
        """An outcome: started, adopted, seen in another phase, removed."""
        if record == self.get(record.address):
            return
        before = self.get(record.address)
        dropped = before is not None and before.is_intent and record.attempt < before.attempt
        self._changed[record.address] = record
        if dropped and before is not None:
            self._journal.note(Entry(EntryKind.DROPPED, record.address, record, before.attempt))
        else:
            self._journal.note(Entry(EntryKind.OUTCOME, record.address, record))

    def drop(self, intent: Record) -> None:
        """The intent surely had no effect: what stood before it stands again, and its attempt number is free."""
        self._changed[intent.address] = intent.previous
        self._journal.note(Entry(EntryKind.DROPPED, intent.address, intent.previous, intent.attempt))
