"""A lock file on this machine: the file, its journal and its lease stand side by side in one folder."""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.errors import LeaseHeld, LockFileError
from reconcile.lockfile.document import Document, nothing, parse_text
from reconcile.lockfile.files import beside, read_file
from reconcile.lockfile.journal import parse_journal
from reconcile.lockfile.lease import HeldFile, is_locked, read_note, try_lease
from reconcile.lockfile.protocol import Held, Holder
from reconcile.lockfile.snapshot import Snapshot, combine, wrong_project
from reconcile.lockfile.text import BLOCK, InMemory, Text, opened

if TYPE_CHECKING:
    from reconcile.lockfile.local_lease import LocalLease

_POLL = 0.2  # seconds between two tries for the lease


def _uuid() -> str:
    return str(uuid.uuid4())


class LocalStore:
    """`project` is what tokens and marks call the project: a lock file of another one is refused. One of more than
    `block` bytes is not taken into memory by those who only read it."""

    def __init__(
        self,
        path: Path,
        project: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        new_lineage: Callable[[], str] = _uuid,
        block: int = BLOCK,
    ) -> None:
        self._path = path
        self._project = project
        self._clock = clock
        self._sleep = sleep
        self._new_lineage = new_lineage
        self._block = block

    def read(self) -> Snapshot:
        """The journal is read before the file: a fold in between shows what was folded in the file."""
        return self._read(partial(opened, self._path, self._block))

    def acquire(self, holder: Holder, *, timeout: float) -> "LocalLease":
        from reconcile.lockfile.local_lease import LocalLease  # noqa: PLC0415 - readers do without it

        held = self._wait_for_lease(timeout)
        note = read_note(beside(self._path, "lease"))
        try:
            return LocalLease(self._path, held, holder, self._read(self._whole), note, self._new_lineage)
        except BaseException:
            held.release(replace(note, holder=None))
            raise

    def held(self) -> Held | None:
        path = beside(self._path, "lease")
        holder = read_note(path).holder
        return Held(holder, None) if holder is not None and is_locked(path) else None

    def force_release(self, holder_id: str) -> None:
        held = self.held()
        raise LockFileError(
            f"Nothing was released: a local lease ends with its process, {held.holder.pid}."
            if held is not None and held.holder.id == holder_id
            else f"The lease is not held by {holder_id}.",
            where=str(beside(self._path, "lease")) + (f": {held.holder}" if held is not None else ""),
            fix="End that process; the lease ends with it." if held is not None else "There is nothing to release.",
        )

    def _read(self, text: Callable[[], Text | None]) -> Snapshot:
        note = read_note(beside(self._path, "lease"))
        where = beside(self._path, "journal")
        journal = parse_journal(read_file(where) or b"", str(where))
        return combine(_document(text(), self._path, self._project), journal, note)

    def _whole(self) -> Text | None:
        content = read_file(self._path)
        return None if content is None else InMemory(content, content)

    def _wait_for_lease(self, timeout: float) -> HeldFile:
        path = beside(self._path, "lease")
        deadline = self._clock() + timeout
        while (held := try_lease(path)) is None:
            left = deadline - self._clock()
            if left <= 0:
                raise _lease_held(path, read_note(path).holder)
            self._sleep(min(left, _POLL))
        return held


def _document(text: Text | None, path: Path, project: str) -> Document:
    if text is None:
        return nothing(str(path), project)
    document = parse_text(text, str(path))
    if document.head.project != project:
        raise wrong_project(str(path), document.head.project, project)
    return document


def _lease_held(path: Path, holder: Holder | None) -> LeaseHeld:
    if holder is None:
        return LeaseHeld("Another apply is running.", where=str(path), fix="Wait for it: --lock-timeout 5m.")
    return LeaseHeld(
        "Another apply is running.",
        where=f"{path}: {holder}",
        fix="Wait for it (--lock-timeout 5m), or end that process: the lease ends with it.",
    )
