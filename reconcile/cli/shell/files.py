"""Files that a command leaves for others to read: whole, or not at all."""

import os
import tempfile
from pathlib import Path

from reconcile.errors import ReconcileError


class FileNotWritten(ReconcileError):
    """A file that was asked for could not be written."""

    code = "file-not-written"


def write_whole(path: Path, text: str) -> None:
    """Whoever reads it meanwhile reads the old text or the new one. As readable as any new file. Raises
    FileNotWritten."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    except OSError as error:
        raise _failed(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _failed(path, error) from error


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
