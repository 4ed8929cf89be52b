"""Manifests written in the usual way: indentation, the order of the top-level fields, no spaces at the ends of lines.

Lines are moved and shifted as they are, so comments, quotes and line breaks stay as somebody chose them. What was
written is read again, and refused where it says anything else.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from reconcile.kinds.content import Flaw
from reconcile.kinds.envelope import API_VERSION
from reconcile.kinds.text import text_of
from reconcile.manifest.documents import Document, documents
from reconcile.manifest.indentation import Entry, Layout, layout_of

_MARKER = re.compile(r"(?:---|\.\.\.)(?:\s|\Z)")
_ALONE = re.compile(r"(?:---|\.\.\.)[ \t]*(?:#.*)?")  # a marker with nothing of the document on its line
_ORDER = {"apiVersion": 0, "kind": 1, "metadata": 2, "spec": 4}
_BETWEEN = 3  # everything else, as somebody chose to order it


def formatted(file: str, content: bytes) -> bytes:
    """What the file should hold; the same bytes where it does, and for JSON and what is not ours. Raises Flaw where
    the file cannot be read, or cannot be formatted without a risk."""
    text = text_of(content)
    before = list(documents(file, text))
    if file.endswith(".json") or not before or not all(map(_is_ours, before)):
        return content
    try:
        new = _written(text.replace("\r\n", "\n"))
    except yaml.YAMLError as error:
        raise Flaw("this YAML is written in a way that cannot be formatted") from error
    values, words = _values(before), _words(text)
    for end in ("\n", new[len(new.rstrip("\n")) :]):  # a text that keeps its empty lines (|+) may be the last thing
        tidy = new.rstrip("\n") + end
        if _same(values, _values(documents(file, tidy))) and words == _words(tidy):
            return tidy.encode()
    raise Flaw("this file cannot be formatted without a change of what it says; it is left as it is")


def passed_over(file: str, content: bytes) -> tuple[int, ...]:
    """The lines of documents for whose sake a file with manifests is left alone: they are not ours. Raises Flaw."""
    found = [] if file.endswith(".json") else list(documents(file, text_of(content)))
    others = [document for document in found if not _is_ours(document)]
    return tuple(document.first_line for document in others) if len(others) < len(found) else ()


def _is_ours(document: Document) -> bool:
    if document.flaw:
        raise document.flaw
    return isinstance(document.value, dict) and document.value.get("apiVersion") == API_VERSION


def _written(text: str) -> str:
    split: list[list[str]] = [[]]
    for line in text.removesuffix("\n").split("\n"):
        if _MARKER.match(line) and split[-1]:
            split.append([])
        split[-1].append(line)
    lines = [line for document in split for line in _document(document)]
    return "\n".join(lines) + "\n"


def _document(lines: list[str]) -> list[str]:
    """Those of one document, its marker included."""
    head = 1 if _ALONE.fullmatch(lines[0]) else 0
    if not head and _MARKER.match(lines[0]):
        return lines
    body = lines[head:]
    layout = layout_of("\n".join([*body, ""]))
    shifted = list(_shifted(body, layout))
    return [*(line.rstrip() for line in lines[:head]), *(_ordered(shifted, layout) if layout.is_mapping else shifted)]


def _shifted(lines: list[str], layout: Layout) -> Iterator[str]:
    """Each line where it belongs. What goes on from the line before moves with it."""
    starts = [entry.line for entry in layout.entries]
    for number, line in enumerate(lines):
        after = bisect_right(starts, number)
        last = layout.entries[after - 1] if after else None
        if number in layout.taken:
            yield _moved(line, last)
        elif last and last.line == number:
            yield _begun(line, [entry for entry in layout.entries[:after] if entry.line == number]).rstrip()
        elif line.lstrip().startswith("#"):
            yield _comment(line, last, layout.entries[after] if after < len(starts) else None).rstrip()
        else:
            yield _moved(line, last).rstrip()


def _begun(line: str, entries: list[Entry]) -> str:
    """A line that begins with entries: dashes, or dashes and a key, or a key."""
    last = entries[-1]
    rest = line[last.column + 1 :].lstrip() if last.is_dash else line[last.column :]
    dashes = "- " * sum(entry.is_dash for entry in entries)
    return " " * entries[0].target + dashes + rest


def _moved(line: str, last: Entry | None) -> str:
    """By as much as the entry that it belongs to."""
    shift = last.target - last.column if last else 0
    if not line or shift >= 0:
        return " " * shift + line if line else line
    return line[min(-shift, len(line) - len(line.lstrip(" "))) :]


def _comment(line: str, last: Entry | None, following: Entry | None) -> str:
    """With what stands in the same column: the next entry, or else one of the collections that are open here."""
    column = len(line) - len(line.lstrip())
    if following and following.column == column:
        return " " * following.target + line.lstrip()
    if last and column in last.levels:
        return " " * last.levels[column] + line.lstrip()
    return _moved(line, following or last)


def _ordered(lines: list[str], layout: Layout) -> Iterable[str]:
    """What a document is about comes first and its spec last, each field with the comment above it. What stands above
    the first field stays there, and so does what stands below the last."""
    names = [name for _, name in layout.keys]
    order = sorted(names, key=lambda name: _ORDER.get(name, _BETWEEN))
    if names == order:
        return lines
    starts = [_with_comment(lines, line, layout) if place else line for place, (line, _) in enumerate(layout.keys)]
    end = _with_comment(lines, len(lines), layout)
    blocks = dict(zip(names, (lines[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)), strict=True))
    return [*lines[: starts[0]], *(line for name in order for line in blocks[name]), *lines[end:]]


def _with_comment(lines: list[str], start: int, layout: Layout) -> int:
    """Where the comments and the empty lines above this line begin."""
    while start - 1 not in layout.kept and (
        (above := lines[start - 1]) == "" or (above.startswith("#") and start - 1 not in layout.taken)
    ):
        start -= 1
    return start


def _values(found: Iterable[Document]) -> list[Any]:
    return [None if document.flaw else document.value for document in found]


def _same(one: Any, other: Any) -> bool:
    """Equal, and of equal types: neither is 1 true, nor 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _words(text: str) -> Counter[str]:
    """Comments included: no parser tells whether they are still there."""
    return Counter(text.split())
