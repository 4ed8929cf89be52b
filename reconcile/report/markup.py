"""Text from manifests and clouds in the Markdown of GitHub and GitLab: shown, never obeyed. The one place that knows
which characters mean something there."""

import re
from collections.abc import Iterable

from reconcile.report.terms import clipped
from reconcile.report.visible import prose, visible

_HIDDEN = "\u200b"  # what keeps a word from being taken for a mention or a reference, and is not seen
_ACTIVE = re.compile(r"[\\`*_{}\[\]<>()|~&^]")
_FIRST = re.compile(r"^(\d*)([-+=#.])")  # where a line begins with them
_REFERENCE = re.compile(r"([@#!])(?=\w)")
_SHORTEST_FENCE = 3


def inline(text: str, longest: int = 2000) -> str:
    """Prose on one line. Nothing in it is markup, a link, a mention or mathematics."""
    escaped = _FIRST.sub(r"\1\\\2", _ACTIVE.sub(r"\\\g<0>", clipped(prose(text), longest)))
    linkless = escaped.replace("://", ":\\//").replace("www.", "www\\.")
    return _REFERENCE.sub(rf"\1{_HIDDEN}", linkless).replace("$", "<span>$</span>")


def code(text: str, longest: int = 300) -> str:
    """One line in fixed width, as it is. Not for cells of tables."""
    shown = clipped(visible(text), longest) or "-"
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Iterable[str], language: str) -> str:
    """A block of lines that no line of it can end."""
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * max(_SHORTEST_FENCE, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def indented(text: str, by: str = "  ") -> str:
    """All lines but the first, so that they belong to a list's item."""
    return re.sub(r"\n(?=[^\n])", f"\n{by}", text)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
