"""What journal entries make of records. Pure; folding the same entries twice is folding them once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, assert_never

from reconcile.lockfile.protocol import Entry, EntryKind
from reconcile.model.address import Address
from reconcile.model.record import Record

Changes = dict[Address, Record | None]  # None: the address is forgotten


class Records(Protocol):
    def get(self, address: Address, /) -> Record | None: ...


def fold(records: Records, entries: Iterable[Entry]) -> Changes:
    """The records that differ once the entries, oldest first, are folded into `records`."""
    changes: Changes = {}
    for entry in entries:
        address = entry.address
        changes[address] = fold_one(changes[address] if address in changes else records.get(address), entry)
    return changes


def fold_one(present: Record | None, entry: Entry) -> Record | None:
    """What stands at one address after one entry. `highest` does not fall, and an attempt that had its outcome, or was
    followed by another, is never an intent again. Only a dropped intent says itself which numbers stay used: that of a
    start that was refused is free again. An outcome of a lower attempt is one of the past, unless its history tells
    that it follows what stands: while a lock file was lost, low numbers are given again."""
    after = entry.record
    if entry.kind is EntryKind.DROPPED:
        dropped = present is None or (present.is_intent and present.attempt == entry.attempt)
        return after if dropped else present
    if after is None or present is None:
        return after or present
    match entry.kind:
        case EntryKind.INTENT:
            stands = after.attempt > present.attempt or (after.attempt == present.attempt and present.is_intent)
        case EntryKind.OUTCOME:
            stands = after.attempt >= present.attempt or _follows(after, present)
        case _:
            assert_never(entry.kind)
    if not stands:
        return present
    return after if after.highest >= present.highest else replace(after, highest=present.highest)


def _follows(after: Record, present: Record) -> bool:
    return bool(present.external_id) and any(each.external_id == present.external_id for each in after.history)
