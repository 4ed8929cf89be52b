"""The lease of a local lock file: an OS file lock, which ends with the process that holds it, however that ends.

The file beside the lock file is never removed: one who had opened it could lock the removed one while another locks
its successor. It also remembers the newest lock file that was seen here.
"""

import contextlib
import fcntl
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from reconcile.errors import LockFileError
from reconcile.lockfile.files import guarded, open_file, read_file
from reconcile.lockfile.protocol import Holder


@dataclass(frozen=True, slots=True)
class Note:
    """What the lease file says."""

    holder: Holder | None = None
    lineage: str = ""  # of the newest lock file seen here; "" where none was
    serial: int = 0
    stale: bool = False  # the lock file was found to lack something, and no apply has ended well since


class HeldFile:
    """The locked lease file."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._file = os.fstat(descriptor)  # of the open file: no other can have its number meanwhile

    @property
    def is_held(self) -> bool:
        """False once released, and once the file was removed or replaced: another may have locked the new one."""
        return self._descriptor >= 0 and _is_named(self._file, self._path)

    def write(self, note: Note) -> None:
        """The new line is complete before the rest of the old one goes: whoever reads it meanwhile reads a line."""
        line = _note_line(note)
        with guarded("write the lease", self._path):
            os.pwrite(self._descriptor, line, 0)
            os.ftruncate(self._descriptor, len(line))

    def release(self, note: Note) -> None:
        """Idempotent."""
        if self._descriptor < 0:
            return
        with contextlib.suppress(LockFileError):  # a name left in it misleads nobody: only a held lease is asked
            self.write(note)
        os.close(self._descriptor)
        self._descriptor = -1


def try_lease(path: Path) -> HeldFile | None:
    """None where another holds it. Raises LockFileError where the file cannot be made or locked."""
    with guarded("take the lease", path):
        while True:
            descriptor = open_file(path, os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return None
            except OSError:
                os.close(descriptor)
                raise
            if _is_named(os.fstat(descriptor), path):
                return HeldFile(path, descriptor)
            os.close(descriptor)  # removed between the two calls: take its successor


def is_locked(path: Path) -> bool:
    """Whether someone holds it now. Creates nothing."""
    with guarded("look at the lease", path):
        try:
            descriptor = open_file(path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def read_note(path: Path) -> Note:
    """What the lease file says; an empty note where there is none, or nothing that can be read."""
    try:
        members = orjson.loads((read_file(path) or b"").partition(b"\n")[0])
        return Note(holder_from(members["holder"]), members["lineage"], members["serial"], members["stale"])
    except (ValueError, TypeError, KeyError):
        return Note()


def _is_named(file: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(file, os.lstat(path))
    except FileNotFoundError:
        return False


def _note_line(note: Note) -> bytes:
    members = {"holder": note.holder, "lineage": note.lineage, "serial": note.serial, "stale": note.stale}
    return orjson.dumps(members) + b"\n"  # orjson knows dataclasses and times


def holder_from(members: Any) -> Holder | None:
    if members is None:
        return None
    return Holder(**{**members, "since": datetime.fromisoformat(members["since"])})
