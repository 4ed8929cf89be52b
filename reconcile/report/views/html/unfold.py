"""What can be unfolded below the row of a job, for as many jobs as one page bears."""

from collections.abc import Sequence

from reconcile.report.views.html.diff import diff_table
from reconcile.report.views.html.markup import Markup, cut, element, lines
from reconcile.report.views.html.subject import Item

ROOM = 1_500_000  # characters of markup in all: with it, and with as many rows, a page opens within seconds
_OPEN = 12  # fields of a report so small that nothing needs to be folded


def unfold(items: Sequence[Item]) -> list[Markup | None]:
    """What belongs below each item: nothing where there is nothing, None where there was no room any more."""
    room = ROOM
    is_open = sum(len(item.diff) for item in items) <= _OPEN
    found: list[Markup | None] = []
    for item in items:
        more = _more(item, is_open=is_open) if room > 0 or not summary(item) else None
        room -= len(more or "")
        found.append(more)
    return found


def summary(item: Item) -> str:
    """What there is to unfold."""
    if item.diff:
        return "1 field differs" if len(item.diff) == 1 else f"{len(item.diff)} fields differ"
    return "Manifest that would declare it" if item.manifest else ""


def _more(item: Item, *, is_open: bool) -> Markup:
    if item.diff:
        return element("details", _summary(item), diff_table(item.diff, item.name), open=is_open)
    if item.manifest:
        return element("details", _summary(item), element("pre", lines(cut(item.manifest))))
    return Markup("")


def _summary(item: Item) -> Markup:
    return element("summary", summary(item), element("span", f": {item.name}", class_="unseen"))
