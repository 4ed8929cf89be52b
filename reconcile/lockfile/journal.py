"""The journal beside the lock file: one line an entry, each with its checksum, below a line that says whose it is."""

import os
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import dumps, is_sealed, record_from, record_json, seal
from reconcile.lockfile.files import guarded, open_file, sync, sync_folder, write_at_once
from reconcile.lockfile.protocol import Entry, EntryKind, Head, refuse_after
from reconcile.model.address import Address

VERSION = 1


@dataclass(frozen=True, slots=True)
class Journaled:
    """A journal as it was read. `bad` are the places that cannot be read: lines, but for a torn last one."""

    head: Head | None  # of the lock file that it continues; None where the first line cannot be read
    entries: tuple[Entry, ...]
    bad: tuple[str, ...] = ()
    torn: bool = False  # the last line was never written to its end: nobody relies on it


def parse_journal(text: bytes, where: str) -> Journaled | None:
    """None where nothing was ever appended. Raises LockFileError where a newer version wrote it."""
    lines = text.split(b"\n")
    torn = lines.pop() != b""
    if lines and not is_sealed(lines[-1]) and (len(lines) == 1 or b"\0" in lines[-1]):  # zeros: never on the disk
        lines.pop()
        torn = True
    if not lines:
        return None
    head = _head_from(lines[0], where)
    entries = {number: _entry_from(line) for number, line in enumerate(lines[1:], start=2)}
    bad = tuple(f"line {number}" for number, entry in entries.items() if entry is None)
    return Journaled(head, tuple(entry for entry in entries.values() if entry), bad, torn)


def journal_text(head: Head, entries: Iterable[Entry]) -> bytes:
    """A journal with these entries."""
    first = {"version": VERSION, "project": head.project, "lineage": head.lineage, "serial": head.serial}
    return seal(dumps(first)) + b"\n" + entry_lines(entries)


def entry_lines(entries: Iterable[Entry]) -> bytes:
    return b"".join(seal(dumps(_entry_json(entry))) + b"\n" for entry in entries)


class Journal:
    """The journal of one lease, being written. The first write creates it. Safe for threads."""

    def __init__(self, path: Path, head: Head) -> None:
        self._path = path
        self._head = head
        self._descriptor = -1
        self._written = self._synced = 0  # how many writes there were, and how many of them are known to be on disk
        self._failed: LockFileError | None = None
        self._writing = threading.Lock()
        self._syncing = threading.Lock()

    def write(self, entries: Sequence[Entry]) -> int:
        """Appends in one write, and says what to give to `make_durable`. Raises LockFileError, ever after too: what
        a failed write left in the file, nothing may be appended to."""
        lines = entry_lines(entries)
        with self._writing:
            refuse_after(self._failed)
            try:
                with guarded("write the journal", self._path):
                    self._append(lines)
            except LockFileError as error:
                self._failed = error
                raise
            self._written += 1
            return self._written

    def make_durable(self, write: int) -> None:
        """Returns after a sync that began after that write; writes that wait here together share one. Raises
        LockFileError, ever after too: the pages that a failed sync dropped are not seen by a second one."""
        with self._syncing:
            if self._synced >= write:
                return
            with self._writing:
                refuse_after(self._failed)
                upto = self._written
            try:
                with guarded("make the journal durable", self._path):
                    sync(self._descriptor)
            except LockFileError as error:
                self._failed = error
                raise
            self._synced = upto

    def clear(self, head: Head) -> None:
        """Everything in it is in the lock file of this head now. A crash before this leaves a journal of another
        serial, which is ignored."""
        with self._syncing, self._writing:
            with guarded("remove the journal", self._path):
                self._path.unlink(missing_ok=True)
            self._close()
            self._head = head

    def close(self) -> None:
        with self._syncing, self._writing:
            self._close()

    def _append(self, lines: bytes) -> None:
        if self._descriptor < 0:
            self._descriptor = open_file(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
            write_at_once(self._descriptor, journal_text(self._head, ()) + lines)
            sync_folder(self._path)
        else:
            write_at_once(self._descriptor, lines)
        if os.fstat(self._descriptor).st_nlink == 0:
            raise LockFileError(
                "The journal was removed while it was being written.",
                where=str(self._path),
                fix="Leave the files beside the lock file alone while an apply is running; run the command again.",
            )

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._synced = self._written


def _head_from(line: bytes, where: str) -> Head | None:
    match orjson.loads(line) if is_sealed(line) else None:
        case {"version": int(version)} if version > VERSION:
            raise LockFileError(
                f"The journal is of version {version}; this reconcile knows up to {VERSION}.",
                where=where,
                fix="Use the newer reconcile that wrote it.",
            )
        case {"project": str(project), "lineage": str(lineage), "serial": int(serial)}:
            return Head(project, lineage, serial)
        case _:
            return None


def _entry_json(entry: Entry) -> dict[str, Any]:
    record = entry.record and record_json(entry.record)
    members = {"address": str(entry.address), "kind": entry.kind, "record": record}
    return members if not entry.attempt else {**members, "attempt": entry.attempt}


def _entry_from(line: bytes) -> Entry | None:
    if not is_sealed(line):
        return None
    try:
        members = orjson.loads(line)
        kind, _, name = members["address"].partition("/")
        address, record = Address(kind, name), members["record"]
        attempt = members.get("attempt", 0)
        return Entry(EntryKind(members["kind"]), address, record and record_from(address, record), attempt)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
