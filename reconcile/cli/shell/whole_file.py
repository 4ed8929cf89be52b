"""Files that readers see whole or not at all, for who may read what the user makes."""

import os
import secrets
import stat
from pathlib import Path


def write_whole(path: Path, text: str, *, mode: int = 0o666) -> None:
    """Replaces the file, and where the path is a link, what it leads to. A pipe or a device is written to as it is.
    `mode` is that of a new file, less what the user withholds. Raises OSError."""
    data = text.encode("utf-8", "backslashreplace")
    if path.is_relative_to("/dev") or (path.exists() and not path.is_file()):
        with path.open("ab") as file:
            file.write(data)
    else:
        _replace(Path(os.path.realpath(path)), data, mode)


def _replace(path: Path, data: bytes, mode: int) -> None:
    """What a crash leaves beside it has a hidden name: no manifest and no report."""
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.exists():
                os.fchmod(descriptor, stat.S_IMODE(path.stat().st_mode))
            file.write(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
