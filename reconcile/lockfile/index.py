"""Where each record of a lock file is, and how it ended, found without decoding any."""

import re
from enum import Enum, auto
from typing import NamedTuple

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import ending_in, is_sealed
from reconcile.lockfile.text import Text, line_number
from reconcile.model.address import NAME

JOBS = b'"jobs":{\n'  # the second line
END = b"}}\n"  # the last one
ADDRESS = re.compile(rb"[A-Za-z0-9]+/" + NAME.pattern.encode())

_QUOTE, _COMMA = ord('"'), ord(",")
_RECORD_ENDS = (b'"},\n', b'"}\n')


class Index(NamedTuple):
    """By address, as it is written."""

    starts: dict[bytes, int]  # where its line begins
    endings: dict[bytes, bytes]  # see Record.ending: of those that have one, and are no suspects
    suspects: set[bytes]  # those whose checksum does not fit


class _Last(Enum):
    """What the line before was."""

    HEAD = auto()
    RECORD = auto()  # and another one follows
    LAST_RECORD = auto()
    END = auto()


def index(text: Text, where: str) -> Index | None:
    """None unless the text is laid out as `render` does, every comma in its place: only then may lines be taken for
    records without parsing it all. Raises LockFileError where an address comes twice."""
    indexing = _Indexing(text, where)
    position = 0
    for block in text.blocks():
        if not indexing.take(block, position):
            return None
        position += len(block)
    return indexing.found if indexing.last is _Last.END else None


class _Indexing:
    def __init__(self, text: Text, where: str) -> None:
        self.found = Index({}, {}, set())
        self.last = _Last.HEAD
        self._text = text
        self._where = where

    def take(self, block: bytes, position: int) -> bool:
        """Whether the block that begins there is laid out as it should be. Long, for it is all that most plans do."""
        starts, endings, suspects = self.found
        view = memoryview(block)
        start = 0 if position else _end_of_head(block)
        if start < 0:
            return False
        while start < len(block):
            stop = block.find(b"\n", start)
            if block[start] != _QUOTE or stop < 0:
                return block.startswith(END, start) and self._ends(is_last=stop + 1 == len(block))
            if self.last not in _BEFORE_RECORD or not block.endswith(_RECORD_ENDS, start, stop + 1):
                return False
            if (mark := block.find(b'"', start + 1, stop)) < 0:
                return False  # torn: its one quote is all that there is
            key = block[start + 1 : mark]
            if key in starts:
                raise self._twice(key, position + start)
            starts[key] = position + start
            more = block[stop - 1] == _COMMA
            self.last = _Last.RECORD if more else _Last.LAST_RECORD
            if is_sealed(view[start : stop - 1 if more else stop]):
                if ending := ending_in(block, start, stop):
                    endings[key] = ending
            elif ADDRESS.fullmatch(key):
                suspects.add(key)
            else:
                return False
            start = stop + 1
        return True

    def _ends(self, *, is_last: bool) -> bool:
        fits = is_last and self.last in _BEFORE_END
        self.last = _Last.END
        return fits

    def _twice(self, key: bytes, position: int) -> LockFileError:
        lines = [line_number(self._text, each) for each in (self.found.starts[key], position)]
        return twice(self._where, key.decode(), f"lines {lines[0]} and {lines[1]}")


_BEFORE_RECORD = (_Last.HEAD, _Last.RECORD)
_BEFORE_END = (_Last.HEAD, _Last.LAST_RECORD)


def twice(where: str, name: str, lines: str = "") -> LockFileError:
    return LockFileError(
        f"{name} is in the lock file twice" + (f", in {lines}." if lines else "."),
        where=where,
        fix="Keep the line with the higher attempt.",
    )


def _end_of_head(block: bytes) -> int:
    """Where the lines of records begin; -1 where this is no head."""
    jobs = block.find(JOBS)
    is_head = block.startswith(b"{") and jobs >= 0 and block.find(b",\n") + 2 == jobs
    return jobs + len(JOBS) if is_head else -1
