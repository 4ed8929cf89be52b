"""The right to apply with a lock file in S3, and all that is written under it."""

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile.draft import Draft
from reconcile.lockfile.lease import Note
from reconcile.lockfile.protocol import Entry, Head, Holder, refuse_after
from reconcile.lockfile.s3_held import HeldObject
from reconcile.lockfile.s3_journal import Page, Pen, close, remove
from reconcile.lockfile.s3_objects import Objects
from reconcile.lockfile.s3_record import Chapter
from reconcile.lockfile.s3_state import State
from reconcile.lockfile.snapshot import Fate, Snapshot

_READINGS = 3  # of the lock file, while a predecessor that is not dead may write it
_REMEMBERED = 1000  # epochs for which an end mark is kept: whoever was away for longer knows it by the clock


class S3Lease:
    """Predecessors are shut out, and what they left in the journal is in the lock file, before the constructor
    returns. `read` is called after that; `hush` ends the heartbeats."""

    def __init__(
        self,
        objects: Objects,
        held: HeldObject,
        read: Callable[[Note], State],
        note: Note,
        new_lineage: Callable[[], str],
        hush: Callable[[], None],
    ) -> None:
        assert held.record.holder is not None
        self.holder: Holder = held.record.holder
        self._objects = objects
        self._held = held
        self._hush = hush
        self._lock = threading.Lock()
        self._pen = Pen(objects)
        self._failed: LockFileError | None = None
        self._close_others()
        for _ in range(_READINGS):
            found = read(note)
            self._etag = found.etag
            self._stale = found.snapshot.stale
            self._draft = Draft(found.snapshot, note, new_lineage)
            if self._recover(found):
                break
        else:
            raise self._changed()
        self._snapshot = replace(found.snapshot, head=self._draft.head, document=self._draft.document, changes={})

    def snapshot(self) -> Snapshot:
        return self._snapshot

    def still_ours(self) -> bool:
        return self._held.is_sure

    def append(self, entries: Sequence[Entry], *, durable: bool) -> None:  # noqa: ARG002 - an object is durable
        """One object. What was sent and not confirmed may still come to be: nothing is appended after it."""
        with self._lock:
            self._held.refuse_if_over()
            self._draft.add(entries)  # before the write: should it fail, a fold can still save what was done
            refuse_after(self._failed)
            try:
                written = self._pen.write(entries)
            except LockFileError as error:
                self._failed = error
                raise
            if not written:
                raise self._held.lose()

    def fold(self, *, validated_with: str, plan: str = "") -> Head:
        with self._lock:
            self._held.refuse_if_over()
            if not self._held.is_sure:
                self._held.beat()
            before = self._draft.base
            try:
                written = self._write(validated_with, forced=self._stale, plan=plan, just_read=False)
            except LockFileError as error:  # it may still come to be: whoever is next is on its guard
                self._failed = error
                raise
            if not written:
                raise self._changed()
            folded = list(self._pen.written)
            head = self._draft.head
            note = Note(self.holder, head.lineage, head.serial, stale=False)
            if folded or self._failed or self._draft.base != before or note != self._held.record.note:
                self._stale = False
                self._begin_chapter(note)
                with suppress(LockFileError):  # all is recorded: what stays is ignored, and removed by the next one
                    remove(self._objects, folded)
            return head

    def release(self) -> None:
        self._hush()
        self._held.release(finished=self._failed is None)

    def _close_others(self) -> None:
        for chapter in self._held.record.chapters[:-1]:
            close(self._objects, chapter, self.holder.id)

    def _recover(self, found: State) -> bool:
        """Takes in what an earlier run left, and leaves no journal but for end marks. Where a predecessor may be about
        to write the lock file, it is written anew at once: then that one is refused. False where it was quicker."""
        haunted = len(self._held.record.chapters) > 1
        if not self._write(self._draft.head.validated_with, forced=haunted, just_read=True):
            return False
        if found.snapshot.fate is Fate.KEPT:
            self._set_aside(found.pages)
        remove(self._objects, self._old(found.pages))
        record = self._held.record
        mine = Chapter(self._draft.base.serial, record.epoch)
        note = replace(record.note, stale=self._stale)
        if record.chapters != (mine,) or record.note != note:
            self._held.write(replace(record, chapters=(mine,), note=note))
        self._pen.begin(mine, self._draft.base)
        return True

    def _write(self, validated_with: str, *, forced: bool, just_read: bool, plan: str = "") -> bool:
        """Writes the file where that makes a difference; `forced`: also where only the serial would differ. False where
        the file is not as we read it. One that was `just_read` may be a successor's: the lease is asked first."""
        pending = self._draft.pending(validated_with, forced=forced, plan=plan)
        if pending is None:
            return True
        if just_read:
            self._held.beat()
        etag = self._objects.put("", pending[1], over=self._etag)
        if etag is None:
            return False
        self._etag = etag
        self._draft.written(*pending)
        return True

    def _begin_chapter(self, note: Note) -> None:
        """Whoever takes the lease over from now on closes the new chapter, and the old one can go."""
        record = self._held.record
        chapter = Chapter(self._draft.base.serial, record.epoch + 1)
        self._held.write(replace(record, note=note, epoch=chapter.epoch, chapters=(chapter,)))
        self._pen.begin(chapter, self._draft.base)

    def _old(self, pages: Iterable[Page]) -> list[str]:
        forgotten = self._held.record.epoch - _REMEMBERED
        return [page.part for page in pages if not page.is_end or page.chapter.epoch < forgotten]

    def _set_aside(self, pages: Iterable[Page]) -> None:
        for page in pages:
            if not page.is_end:
                self._objects.put(f"kept/{page.part}", page.text, over=None)

    def _changed(self) -> LockFileError | LeaseLost:
        """Why the file is not as we read it."""
        try:
            self._held.beat()
        except LeaseLost as lost:
            return lost
        return LockFileError(
            "The lock file was changed by something else during this apply; it is left as it is.",
            where=self._objects.where(),
            fix="The journal beside it keeps what was done, and the next command takes it in. "
            "Leave the object alone while an apply is running.",
        )
