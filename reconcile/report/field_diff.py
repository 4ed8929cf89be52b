"""Field differences of a spec, one line each where the width allows."""

from collections.abc import Iterator, Sequence

from reconcile.model.change import FieldDiff
from reconcile.report.style import Look, Style
from reconcile.report.terms import value_text
from reconcile.report.visible import visible

LONGEST = 240  # characters of one value; `plan --json` has all of it
_BEFORE_DIFFERENCE = 40


_SYMBOLS = {"added": ("+", Look.GREEN), "removed": ("-", Look.RED), "changed": ("~", Look.YELLOW)}


def diff_lines(diffs: Sequence[FieldDiff], style: Style, *, indent: int) -> Iterator[str]:
    for diff in diffs:
        yield from _lines(diff, style, " " * indent)


def sides(diff: FieldDiff) -> tuple[str | None, str | None]:
    """The values before and after, each on one line and not too long; None where there is none."""
    match diff.change:
        case "added":
            return None, _cut(value_text(diff.after))
        case "removed":
            return _cut(value_text(diff.before)), None
        case "changed":
            return _both(value_text(diff.before), value_text(diff.after))


def is_masked(diff: FieldDiff) -> bool:
    """That it differs is all that may be told: both sides are masked."""
    return diff.change == "changed" and bool(diff.before == diff.after)


def _lines(diff: FieldDiff, style: Style, margin: str) -> Iterator[str]:
    symbol, look, values = _parts(diff)
    head = f"{margin}{style.paint(symbol, look)} {visible(diff.path)}:"
    joined = " -> ".join(values)
    if len(margin) + len(symbol) + len(diff.path) + len(joined) + 3 <= style.width:
        yield f"{head} {joined}"
        return
    yield head
    for arrow, value in zip(("", "-> "), values, strict=False):
        yield f"{margin}    {arrow}{value}"


def _parts(diff: FieldDiff) -> tuple[str, Look, tuple[str, ...]]:
    symbol, look = _SYMBOLS[diff.change]
    if is_masked(diff):
        return symbol, look, (f"{value_text(diff.after)}, changed",)
    return symbol, look, tuple(side for side in sides(diff) if side is not None)


def _both(before: str, after: str) -> tuple[str, str]:
    """Long values that begin alike are shown from shortly before the place where they part."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    parting = next(
        (place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    skipped = max(0, parting - _BEFORE_DIFFERENCE)
    return _cut(before, skipped), _cut(after, skipped)


def _cut(text: str, skipped: int = 0) -> str:
    shown = text[skipped : skipped + LONGEST]
    return ("…" if skipped else "") + shown + ("…" if skipped + LONGEST < len(text) else "")
