"""The right word for a wrong one."""

import difflib
from collections.abc import Collection


def nearest(word: str, words: Collection[str]) -> str:
    """`Did you mean …?`, or "" where nothing is near."""
    near = difflib.get_close_matches(word, words, n=1)
    return f"Did you mean {near[0]}?" if near else ""
