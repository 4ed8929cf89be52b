"""Paragraphs and tables in plain text, fitted to a width."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reconcile.report.style import Look, Style
from reconcile.report.visible import visible

GAP = "  "


def wrapped(text: str, style: Style, *, indent: int, first: str | None = None) -> list[str]:
    """Lines of prose, the first one behind `first` where it is given. Words are never broken: an ARN, an address or
    a URL can be copied whole."""
    margin = " " * indent
    begin = margin if first is None else first
    if len(begin) + len(text) <= style.width:
        return [begin + text]
    import textwrap  # noqa: PLC0415 - what is piped stays on one line

    return textwrap.wrap(
        text,
        max(style.width, indent + 20),
        initial_indent=begin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


class Cell(NamedTuple):
    text: str
    look: Look | None = None


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], style: Style) -> Iterator[str]:
    """Lines: columns side by side; a last cell that does not fit any more gets a line of its own below its row. Where
    even the first cells leave no room for that, each row's first cell gets a line of its own and the others follow."""
    if not rows:
        return
    lines = [[Cell(title, Look.BOLD) for title in head], *rows]
    widths = [max(len(row[column].text) for row in lines) for column in range(len(head))]
    last = min(widths[-1], _ROOM_FOR_LAST)
    fits = sum(widths[:-1]) + last + len(GAP) * len(widths[:-1]) <= style.width
    for row in lines:
        yield from _side_by_side(row, widths, style) if fits else _stacked(row, widths[1:], style)


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]], style: Style) -> str:
    """A table of texts that need no look of their own, made safe to print; its head alone where there are no rows."""
    cells = [[Cell(visible(text)) for text in row] for row in rows]
    return "\n".join(table(head, cells, style)) or GAP.join(head)


_ROOM_FOR_LAST = 36  # enough for the ids of most services, not for an ARN


def _side_by_side(row: Sequence[Cell], widths: Sequence[int], style: Style, margin: str = "") -> list[str]:
    *before, last = row
    padded = [
        _painted(cell, style) + " " * (width - len(cell.text)) for cell, width in zip(before, widths, strict=False)
    ]
    start = len(margin) + sum(width + len(GAP) for width in widths[:-1])
    if start + len(last.text) <= style.width:
        return [margin + GAP.join([*padded, _painted(last, style)]).rstrip()]
    return [margin + GAP.join(padded).rstrip(), margin + GAP * 2 + _painted(last, style)]


def _stacked(row: Sequence[Cell], widths: Sequence[int], style: Style) -> list[str]:
    return [_painted(row[0], style), *_side_by_side(row[1:], widths, style, margin=GAP)]


def _painted(cell: Cell, style: Style) -> str:
    return style.paint(cell.text, cell.look) if cell.look else cell.text
