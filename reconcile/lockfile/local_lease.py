"""The right to apply with a local lock file, and all that is written under it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile.draft import Draft
from reconcile.lockfile.files import beside, guarded, read_file, replace_file
from reconcile.lockfile.journal import Journal
from reconcile.lockfile.lease import HeldFile, Note
from reconcile.lockfile.protocol import Entry, Head, Holder
from reconcile.lockfile.snapshot import Fate, Snapshot


class LocalLease:
    """What an earlier run left in the journal is in the lock file before the constructor returns."""

    def __init__(
        self, path: Path, held: HeldFile, holder: Holder, found: Snapshot, note: Note, new_lineage: Callable[[], str]
    ) -> None:
        self.holder = holder
        self._path = path
        self._held = held
        self._note = replace(note, holder=holder, stale=found.stale)
        self._draft = Draft(found, note, new_lineage)
        self._lock = threading.Lock()
        self._journal = Journal(beside(path, "journal"), self._draft.base)
        held.write(self._note)
        self._recover(found.fate)
        self._snapshot = replace(found, head=self._draft.head, document=self._draft.document, changes={})

    def snapshot(self) -> Snapshot:
        return self._snapshot

    def still_ours(self) -> bool:
        return self._held.is_held

    def append(self, entries: Sequence[Entry], *, durable: bool) -> None:
        self._refuse_if_released()
        with self._lock:
            self._draft.add(entries)  # before the write: should it fail, a fold can still save what was done
            written = self._journal.write(entries)
        if durable:
            self._journal.make_durable(written)

    def fold(self, *, validated_with: str, plan: str = "") -> Head:
        self._refuse_if_released()
        with self._lock:
            self._fold(validated_with, forced=self._note.stale, plan=plan)
            self._journal.clear(self._draft.base)
            head = self._draft.head
            self._note = Note(self.holder, head.lineage, head.serial, stale=False)
            self._held.write(self._note)
            return head

    def release(self) -> None:
        self._journal.close()
        self._held.release(replace(self._note, holder=None))

    def _recover(self, fate: Fate) -> None:
        """Takes in what an earlier run left, and leaves no journal, not even one that was never begun."""
        self._fold(self._draft.head.validated_with, forced=False)
        if fate is Fate.KEPT:
            journal = beside(self._path, "journal")
            with guarded("set the journal aside", journal):
                journal.replace(beside(self._path, f"journal.{self._draft.base.serial}"))
        self._journal.clear(self._draft.base)

    def _fold(self, validated_with: str, *, forced: bool, plan: str = "") -> None:
        """Writes the file where that makes a difference; `forced`: also where only the serial would differ."""
        pending = self._draft.pending(validated_with, forced=forced, plan=plan)
        if pending is not None:
            self._refuse_if_changed()
            replace_file(self._path, pending[1])
            self._draft.written(*pending)

    def _refuse_if_released(self) -> None:
        if not self._held.is_held:
            raise LeaseLost(
                "The lease is not ours any more: its file was removed, or it was given back.",
                where=str(beside(self._path, "lease")),
                fix="Run the command again; the journal keeps what was done.",
            )

    def _refuse_if_changed(self) -> None:
        if (read_file(self._path) or b"") != self._draft.document.original:
            raise LockFileError(
                "The lock file was changed by something else during this apply; it is left as it is.",
                where=str(self._path),
                fix="The journal beside it keeps what was done, and the next command takes it in. "
                "Do not pull or check out while an apply is running.",
            )
