"""The journal in S3: one object a batch of entries, named by chapter and number, each written where there was nothing.

Who takes the lease over closes the chapters of its predecessor: their next number gets an end mark. A predecessor that
wakes up meets it with its next append, and knows by it that its lease is gone.

When a chapter was folded, its first object goes first: one without it says nothing that is not in the lock file.
"""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import dumps
from reconcile.lockfile.journal import Journaled, journal_text, parse_journal
from reconcile.lockfile.protocol import Entry, Head
from reconcile.lockfile.s3_objects import Objects
from reconcile.lockfile.s3_record import Chapter

FOLDER = "journal/"

_PART = re.compile(rf"{FOLDER}(\d+)/(\d+)/(\d+)")
_END = b'{"closedBy":'
_READERS = 8
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Page:
    """One journal object."""

    part: str
    chapter: Chapter
    number: int
    text: bytes

    @property
    def is_end(self) -> bool:
        return self.text.startswith(_END)


class Pen:
    """Writes the chapters of one lease. Not safe for threads."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._chapter = Chapter(0, 0)
        self._head: Head | None = None
        self.written: list[str] = []  # the parts of the present chapter

    def begin(self, chapter: Chapter, head: Head) -> None:
        """Everything that follows continues the lock file of that head."""
        self._chapter, self._head, self.written = chapter, head, []

    def write(self, entries: Sequence[Entry]) -> bool:
        """False where the chapter is closed."""
        assert self._head is not None
        part = part_of(self._chapter, len(self.written) + 1)
        if self._objects.put(part, journal_text(self._head, entries), over=None) is None:
            return False
        self.written.append(part)
        return True


def part_of(chapter: Chapter, number: int) -> str:
    return f"{FOLDER}{chapter.serial:010}/{chapter.epoch:010}/{number:010}"


def close(objects: Objects, chapter: Chapter, by: str) -> None:
    """Returns when nothing can be added to the chapter any more."""
    places = [_place(part) for part in objects.parts(part_of(chapter, 0).rpartition("/")[0])]
    number = max((place[1] for place in places if place), default=0)
    end = _END + dumps(by) + b',"version":1}\n'
    while True:  # the predecessor may be writing at this moment: it can be ahead a few times, but not for ever
        if number:
            last = objects.get(part_of(chapter, number))
            if last is not None and last.body.startswith(_END):
                return
        number += 1
        if objects.put(part_of(chapter, number), end, over=None) is not None:
            return


def read_pages(objects: Objects) -> tuple[Page, ...]:
    """All that is there, in the order in which it was written. What vanishes meanwhile was folded: then it is looked
    once more, lest a part is taken for the whole."""
    for _ in range(_TRIES):
        parts = [part for part in objects.parts(FOLDER) if _place(part)]
        if not parts:
            return ()
        with ThreadPoolExecutor(min(_READERS, len(parts)), thread_name_prefix="journal") as pool:
            found = list(pool.map(objects.get, parts))
        if all(found):
            pages = [_page(part, stored.body) for part, stored in zip(parts, found, strict=True) if stored]
            return tuple(sorted(pages, key=lambda page: (page.chapter.serial, page.chapter.epoch, page.number)))
    raise LockFileError(
        "The journal changes faster than it can be read.",
        where=objects.where(FOLDER),
        fix="Run the command again when the apply that is running has ended.",
    )


def joined(pages: Iterable[Page], file: Head, where: str) -> Journaled | None:
    """The pages as one journal, without those that are in the lock file with that head already. None where that leaves
    nothing. Raises LockFileError where a newer version wrote them."""
    told: list[tuple[Page, Journaled]] = []
    for _, found in groupby(pages, key=lambda page: page.chapter):
        chapter = list(found)
        if chapter[0].number == 1:
            told += [(page, _parsed(page, where)) for page in chapter if not page.is_end]
    left = [(page, text) for page, text in told if not _is_folded(text.head, file)]
    heads = [text.head for _, text in left if text.head is not None]
    if not heads:
        return Journaled(None, (), tuple(page.part for page, _ in left)) if left else None
    fits = [(page, text) for page, text in left if text.head is not None and text.head.lineage == heads[-1].lineage]
    bad = [page.part for page, text in left if text.bad or text.torn or (page, text) not in fits]
    return Journaled(heads[-1], tuple(entry for _, text in fits for entry in text.entries), tuple(bad))


def remove(objects: Objects, parts: Iterable[str]) -> None:
    """The first of each chapter before the others; see above."""
    places = {part: place for part in parts if (place := _place(part))}
    first = [part for part, (_, number) in places.items() if number == 1]
    if first:
        objects.delete(first)
    if rest := [part for part in places if part not in set(first)]:
        objects.delete(rest)


def _page(part: str, text: bytes) -> Page:
    place = _place(part)
    assert place is not None
    return Page(part, *place, text)


def _parsed(page: Page, where: str) -> Journaled:
    return parse_journal(page.text, where) or Journaled(None, (), torn=True)


def _is_folded(head: Head | None, file: Head) -> bool:
    """A holder deletes what it folded after it wrote the file; it may have died before it came to that."""
    return head is not None and head.lineage == file.lineage and head.serial < file.serial


def _place(part: str) -> tuple[Chapter, int] | None:
    match = _PART.fullmatch(part)
    return (Chapter(int(match[1]), int(match[2])), int(match[3])) if match else None
