"""Files that a command leaves for others to read: whole, or not at all."""

import os
import tempfile
from pathlib import Path

from reconcile.errors import ReconcileError


class FileNotWritten(ReconcileError):
    """A file that was asked for could not be written."""

    code = "file-not-written"


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Whoever reads it meanwhile reads the old text or the new one. As readable as any new file, unless it is
    `private`. Where the path is a link, what it leads to is replaced; a pipe or a device is written to as it is. Raises
    FileNotWritten."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
            with path.open("ab") as file:
                file.write(data)
        else:
            _replace(Path(os.path.realpath(path)), data, private=private)
    except OSError as error:
        raise _failed(path, error) from error


def _replace(path: Path, data: bytes, *, private: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if not private:
                os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """That of the file before it; else what the user's umask leaves of a file."""
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        umask = os.umask(0o077)
        os.umask(umask)
        return 0o666 & ~umask


def _failed(path: Path, error: OSError) -> FileNotWritten:
    return FileNotWritten(
        f"The file cannot be written: {error.strerror}.",
        where=str(path),
        fix="Name a file in a folder that you may write to, and see that its disk is not full.",
    )
