"""Files that survive a crash: never through a symbolic link, never readable by others, never half written."""

import errno
import fcntl
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconcile.errors import LockFileError

PRIVATE = 0o600
_MOST = 2**30  # bytes: no system writes as many as 2**31 at once

_FIX = {
    errno.ENOSPC: "Free some space on that disk, then run the command again.",
    errno.EDQUOT: "Free some space in your quota, then run the command again.",
    errno.EFBIG: "Raise the limit of file sizes (ulimit -f), then run the command again.",
    errno.EROFS: "The file system is read-only: mount it for writing, or name another place in lockFile.",
    errno.EACCES: "Get the right to write to that folder and file, or name another place in lockFile.",
    errno.EPERM: "Get the right to write to that folder and file, or name another place in lockFile.",
    errno.ENOENT: "Create that folder, or name another place in lockFile.",
    errno.ELOOP: "It is a symbolic link, which is not followed: name the file itself in lockFile.",
    errno.ENXIO: "It is not a regular file: name another place in lockFile.",
}


def beside(path: Path, what: str) -> Path:
    """`reconcile.lock.json.journal`, say."""
    return path.with_name(f"{path.name}.{what}")


@contextmanager
def guarded(doing: str, path: Path) -> Iterator[None]:
    """Turns what the system refuses into an error for people."""
    try:
        yield
    except OSError as error:
        fix = _FIX.get(error.errno or 0, "See to that disk and folder, then run the command again.")
        raise LockFileError(f"Cannot {doing}: {error.strerror}.", where=str(path), fix=fix) from error


def open_file(path: Path, flags: int) -> int:
    """A descriptor of a regular file, created private to the user. Raises OSError."""
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, PRIVATE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
    return descriptor


def read_file(path: Path) -> bytes | None:
    """All of it; None where there is no such file."""
    with guarded("read it", path):
        try:
            descriptor = open_file(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return file.read()


def write_at_once(descriptor: int, data: bytes | memoryview) -> None:
    """One write, all of it: a part of it is a full disk. Raises OSError."""
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sync(descriptor: int) -> None:
    """Returns when the file's data is on the disk. Raises OSError."""
    if sys.platform == "darwin":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync alone leaves it in the drive's own cache
    else:
        os.fdatasync(descriptor)


def sync_folder(path: Path) -> None:
    """Makes the names of the files in the folder of `path` durable. Raises OSError."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, data: bytes) -> None:
    """Whatever dies in between, `path` is the old file or the new one. Keeps the old one's mode."""
    temporary = beside(path, "tmp")
    with guarded("write it", path):
        temporary.unlink(missing_ok=True)  # what a crash left
        descriptor = open_file(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.fchmod(descriptor, _mode(path))
            for start in range(0, len(data), _MOST):
                write_at_once(descriptor, memoryview(data)[start : start + _MOST])
            sync(descriptor)
        except OSError:
            temporary.unlink()
            raise
        finally:
            os.close(descriptor)
        temporary.replace(path)
        sync_folder(path)


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return PRIVATE
