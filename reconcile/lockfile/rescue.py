"""A file for what a store would not take: a journal of its own, which `reconcile state recover` reads."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from reconcile.errors import LockFileError
from reconcile.lockfile.files import guarded, open_file, read_file, sync, write_at_once
from reconcile.lockfile.journal import Journaled, journal_text, parse_journal
from reconcile.lockfile.protocol import Entry, EntryKind, Head
from reconcile.model.record import Record

_FIX = "Give the file that the failed apply named."


def save(records: Iterable[Record], head: Head, places: Sequence[Path]) -> Path | None:
    """Writes the records to the first place that takes them, private and durable; None where none does."""
    text = journal_text(head, map(entry_of, records))
    for path in places:
        try:
            descriptor = open_file(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        except OSError:
            continue
        try:
            write_at_once(descriptor, text)
            sync(descriptor)
        except OSError:
            path.unlink(missing_ok=True)
        else:
            return path
        finally:
            os.close(descriptor)
    return None


def entry_of(record: Record) -> Entry:
    """What says that this record stands."""
    return Entry(EntryKind.INTENT if record.is_intent else EntryKind.OUTCOME, record.address, record)


def load(path: Path) -> Journaled:
    """Raises LockFileError where there is no such file, or a part of it cannot be read: all of it counts."""
    with guarded("read it", path):
        text = read_file(path)
    if text is None:
        raise LockFileError("There is no such file.", where=str(path), fix=_FIX)
    journal = parse_journal(text, str(path))
    if journal is None or journal.head is None:
        raise LockFileError("This is no rescue file.", where=str(path), fix=_FIX)
    if journal.bad or journal.torn:
        raise LockFileError(
            "A part of this rescue file cannot be read.",
            where=str(path),
            fix="The failed apply printed the same records on stderr: settle them by hand (reconcile state settle).",
        )
    return journal
