"""Files that a command leaves for others to read: whole, or not at all.

The lock file is written by `lockfile.files`: through no link, private, and durable under its name as well."""

import os
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
    """What a crash leaves beside it has a hidden name, which is no manifest's."""
    temporary = path.with_name(f".{path.name[:100]}.{os.urandom(4).hex()}.tmp")
    mode = 0o600 if private else 0o666
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.exists() and not private:
                os.fchmod(descriptor, path.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _failed(path: Path, error: OSError) -> FileNotWritten:
    return FileNotWritten(
        f"The file cannot be written: {error.strerror}.",
        where=str(path),
        fix="Name a file in a folder that you may write to, and see that its disk is not full.",
    )
