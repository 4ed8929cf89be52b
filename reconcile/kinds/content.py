"""What a file holds: only regular files, of bearable size, that nobody is writing."""

import os
import stat

from reconcile.kinds.stamp import Stamp, stamp_of

LARGEST_FILE = 16 * 2**20


class Flaw(Exception):
    """What is wrong with a text, and where: `line` and `column` count from 1 (0: not known)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read_content(path: str, *, largest: int = LARGEST_FILE) -> bytes:
    """`largest` in bytes. Raises Flaw."""
    return read_stamped(path, largest=largest)[0]


def read_stamped(path: str, *, largest: int = LARGEST_FILE) -> tuple[bytes, Stamp]:
    """The stamp is from before it was read: what changes meanwhile has another one. Raises Flaw."""
    try:
        return _read(path, largest)
    except OSError as error:
        raise Flaw(f"this file cannot be read: {error.strerror}") from error


def _read(path: str, largest: int) -> tuple[bytes, Stamp]:
    """Not a pipe or a device, even if it took the file's place since it was listed: reading one might never end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise Flaw("this is not a regular file")
        if about.st_size > largest:
            raise Flaw(f"this file has {about.st_size / 2**20:.0f} MB; at most {largest // 2**20} MB are read")
        content = os.read(descriptor, about.st_size + 1)
        if len(content) != about.st_size:
            raise Flaw("somebody is writing this file; try again")
        return content, stamp_of(about)
    finally:
        os.close(descriptor)
