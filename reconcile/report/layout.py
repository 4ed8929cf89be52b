"""Paragraphs and tables in plain text, fitted to a width."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.report.style import Look, Style

GAP = "  "


def wrapped(text: str, style: Style, *, indent: int) -> list[str]:
    """Lines of prose. Words are never broken: an ARN, an address or a URL can be copied whole."""
    margin = " " * indent
    if indent + len(text) <= style.width:
        return [margin + text]
    return textwrap.wrap(
        text,
        max(style.width, indent + 20),
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    look: Look | None = None


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], style: Style) -> list[str]:
    """Columns side by side. Where the width does not allow that, the first cell of each row gets a line of its own
    and the others follow below it; a last cell that is still too long gets one too."""
    if not rows:
        return []
    titles = [Cell(title, Look.BOLD) for title in head]
    widths = [max(len(row[column].text) for row in [titles, *rows]) for column in range(len(head))]
    if sum(widths) + len(GAP) * (len(head) - 1) <= style.width:
        return [_line(row, widths, style) for row in [titles, *rows]]
    return [line for row in [titles, *rows] for line in _stacked(row, widths[1:], style)]


def _line(row: Sequence[Cell], widths: Sequence[int], style: Style) -> str:
    padded = (_painted(cell, style) + " " * (width - len(cell.text)) for cell, width in zip(row, widths, strict=True))
    return GAP.join(padded).rstrip()


def _stacked(row: Sequence[Cell], widths: Sequence[int], style: Style) -> list[str]:
    first, *middle, last = row
    start = len(GAP) + sum(width + len(GAP) for width in widths[:-1])
    lines = [_painted(first, style)]
    if start + len(last.text) <= style.width:
        return [*lines, GAP + _line([*middle, last], widths, style)]
    lines.append(GAP + _line(middle, widths[:-1], style))
    return [*lines, GAP * 2 + _painted(last, style)]


def _painted(cell: Cell, style: Style) -> str:
    return style.paint(cell.text, cell.look) if cell.look else cell.text
