"""Long answers, in pieces: a million lines are too many to be one text, and too few to be a million writes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

_AT_ONCE = 1000


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """As they come; none is empty."""
    left = iter(items)
    while batch := list(islice(left, _AT_ONCE)):
        yield batch


def in_pieces(lines: Iterable[str]) -> Iterator[str]:
    """Many lines at a time, without the last one's end."""
    return map("\n".join, batches(lines))
