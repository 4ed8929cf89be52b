"""Where the history of drift is kept: a file that only grows, or objects in S3."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from reconcile.applier.history_lines import Source
from reconcile.errors import ReconcileError
from reconcile.lockfile.files import open_file, sync, write_at_once
from reconcile.model.project import LockFileOptions
from reconcile.model.s3_place import is_in_s3


class HistoryError(ReconcileError):
    """The history of drift cannot be read or written."""

    code = "history"


class History(Protocol):
    """Safe for several processes at once. Raises HistoryError."""

    def read(self) -> list[Source]:
        """All of it; nothing where there is none yet."""

    def append(self, line: bytes, *, month: str) -> None:
        """One look, which ends with a line break. `month` (2026-11) is that of the look."""


def open_history(place: str, options: LockFileOptions) -> History:
    """By its form: s3://bucket/key, or a path. `options` are of the project's lock file."""
    if not is_in_s3(place):
        return FileHistory(Path(place))
    from reconcile.applier.history_s3 import open_in_s3  # noqa: PLC0415 - botocore takes longer than a settled plan

    return open_in_s3(place, options)


class FileHistory:
    """Each look is one write to the end of the file, under its lock; a line that a crash left torn is ended first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Source]:
        try:
            descriptor = open_file(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._error("read", error) from error
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return [Source(str(self._path), file.read())]

    def append(self, line: bytes, *, month: str) -> None:  # noqa: ARG002 - it is all in one file
        try:
            descriptor = open_file(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                write_at_once(descriptor, (b"\n" if _is_torn(descriptor) else b"") + line)
                sync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._error("written", error) from error

    def _error(self, what: str, error: OSError) -> HistoryError:
        return HistoryError(
            f"The history of drift cannot be {what}: {error.strerror}.",
            where=str(self._path),
            fix="Name a regular file in a folder that you may write to, and see that its disk is not full.",
        )


def _is_torn(descriptor: int) -> bool:
    """The last line has no end."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
