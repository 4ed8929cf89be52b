"""The text of a lock file: in memory, or left on the disk where it is long."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from reconcile.errors import LockFileError
from reconcile.lockfile.files import guarded, open_file

BLOCK = 2**20  # bytes that are read at once; a file that is no longer is kept in memory
_LINE = 2**12  # that most lines do not exceed
_AHEAD = 2**16  # read at once by who takes line after line
_DESCRIPTORS = 128  # above, files are read whole and closed


class Text(Protocol):
    """Lines, found by where they begin."""

    @property
    def original(self) -> bytes:
        """All that the file holds, which need not be laid out as the lines are."""

    def blocks(self) -> Iterator[bytes]:
        """All of it in order, cut at line ends."""

    def line(self, start: int) -> bytes:
        """The line that begins there, without its end. Raises LockFileError where it cannot be read any more."""


class InMemory:
    def __init__(self, text: bytes, original: bytes) -> None:
        self._text = text
        self.original = original

    def blocks(self) -> Iterator[bytes]:
        yield self._text

    def line(self, start: int) -> bytes:
        return self._text[start : self._text.index(b"\n", start)]


class OnDisk:
    """The file as it was opened: another one that takes its name does not matter. Where it is written to in place
    nothing more is read from it."""

    def __init__(self, path: Path, block: int) -> None:
        """Raises OSError."""
        self._path = path
        self._block = block
        self._descriptor = -1
        self._descriptor = open_file(path, os.O_RDONLY)
        self._about = self._now()
        self._window = (0, b"")  # where it begins, and what was read there last

    def __del__(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    @property
    def may_stay(self) -> bool:
        """It is worth a descriptor. A system may allow no more than 256; the numbers of those in use are the lowest."""
        return self._about[0] > self._block and self._descriptor < _DESCRIPTORS

    @property
    def original(self) -> bytes:
        return b"".join(self.blocks())

    def blocks(self) -> Iterator[bytes]:
        pieces, position, size = list[bytes](), 0, self._about[0]
        while position < size:
            piece = self._read(min(self._block, size - position), position)
            position += len(piece)
            end = piece.rfind(b"\n") + 1
            if end:
                yield b"".join((*pieces, piece[:end]))
                pieces.clear()
            pieces.append(piece[end:])
        if rest := b"".join(pieces):
            yield rest

    def line(self, start: int) -> bytes:
        position, window = self._window
        end = window.find(b"\n", start - position) if 0 <= start - position < len(window) else -1
        if end >= 0:
            return window[start - position : end]
        return self._line_read(start, is_next=0 <= start - position <= len(window))

    def _line_read(self, start: int, *, is_next: bool) -> bytes:
        """Who goes through all of them finds the next ones in memory."""
        end, length, left = -1, _AHEAD if is_next else _LINE, self._about[0] - start
        while end < 0:
            window = self._read(min(length, left), start)
            end, length = window.find(b"\n"), length * 16
            if end < 0 and len(window) == left:
                raise self._written_to()  # in a way that size and time do not show: there was a line
        self._window = (start, window)  # at once: there may be threads
        return window[:end]

    def _read(self, length: int, position: int) -> bytes:
        with guarded("read it", self._path):
            found = os.pread(self._descriptor, length, position)
        if not found or self._now() != self._about:
            raise self._written_to()
        return found

    def _written_to(self) -> LockFileError:
        return LockFileError(
            "The lock file was written to while it was being read.",
            where=str(self._path),
            fix="Run the command again. Whoever replaces it should do so by a rename, as Git does.",
        )

    def _now(self) -> tuple[int, int]:
        about = os.fstat(self._descriptor)
        return about.st_size, about.st_mtime_ns


def opened(path: Path, block: int) -> Text | None:
    """None where there is no such file. Raises LockFileError."""
    with guarded("read it", path):
        try:
            file = OnDisk(path, block)
        except FileNotFoundError:
            return None
    if file.may_stay:
        return file
    content = file.original
    return InMemory(content, content)


def line_number(text: Text, position: int) -> int:
    number, start = 1, 0
    for block in text.blocks():
        number += block.count(b"\n", 0, max(0, position - start))
        start += len(block)
    return number
