"""The right word for a wrong one."""

import difflib
from collections.abc import Collection, Mapping
from typing import TypeVar

from reconcile.errors import UsageError

_Kind = TypeVar("_Kind")


def nearest(word: str, words: Collection[str]) -> str:
    """`Did you mean …?`, or "" where nothing is near."""
    near = difflib.get_close_matches(word, words, n=1)
    return f"Did you mean {near[0]}?" if near else ""


def kind_named(name: str, catalog: Mapping[str, _Kind]) -> _Kind:
    """Raises UsageError with the nearest right word."""
    if name not in catalog:
        raise UsageError(
            f"There is no kind {name!r}.", fix=nearest(name, catalog.keys()) or "`reconcile kinds` lists them."
        )
    return catalog[name]
