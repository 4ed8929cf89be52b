"""One group of jobs as SVG."""

from collections.abc import Mapping

from reconcile.model.address import Address
from reconcile.report.style import Look
from reconcile.report.views.html.graph.heights import BOX, heights
from reconcile.report.views.html.graph.layers import Columns, Slot, columns
from reconcile.report.views.html.graph.network import Group
from reconcile.report.views.html.markup import Markup, cut, element, joined
from reconcile.report.views.html.subject import Badge

_WIDTH = 216
_BETWEEN = 56
_STEP = _WIDTH + _BETWEEN
_EDGE = 4  # room around all, for outlines
_LETTERS = 26  # of a name, in letters of one width
_LETTERS_OF_KIND = 30  # these are smaller
ELSEWHERE = Badge("not in this report", Look.DIM)


def drawing(group: Group, badges: Mapping[Address, Badge], number: int) -> Markup:
    """`number` tells the drawings of a page apart."""
    layers = columns(group)
    middle = heights(layers)
    width = _STEP * len(layers.slots) - _BETWEEN + 2 * _EDGE
    height = round(max(middle[address] for address in group.needs) + BOX / 2) + 2 * _EDGE
    column = {slot: place for place, slots in enumerate(layers.slots) for slot in slots}
    title, told = f"picture-{number}", f"picture-{number}-told"
    return element(
        "svg",
        element("title", _title(group), id=title),
        element("desc", _told(group), id=told),
        *_lines(layers, column, middle),
        *(_box(address, badges.get(address, ELSEWHERE), column, middle) for address in group.needs),
        role="img",
        aria_labelledby=title,
        aria_describedby=told,
        width=width,
        height=height,
        viewBox=f"{-_EDGE} {-_EDGE} {width} {height}",
    )


def _title(group: Group) -> str:
    return f"Dependencies of {len(group.needs)} jobs"


def _told(group: Group) -> str:
    return "; ".join(f"{address} needs {', '.join(map(str, needs))}" for address, needs in group.needs.items() if needs)


def _box(address: Address, badge: Badge, column: Mapping[Slot, int], middle: Mapping[Slot, float]) -> Markup:
    x, y = column[address] * _STEP, middle[address] - BOX / 2
    word = f"{badge.symbol} {badge.word}".strip()
    return element(
        "g",
        element("title", f"{address}: {badge.word}"),
        element("rect", x=x, y=f"{y:g}", width=_WIDTH, height=BOX, rx=6),
        element("text", cut(address.name, _LETTERS), x=x + 12, y=f"{y + 20:g}", class_="name"),
        element("text", cut(address.kind, _LETTERS_OF_KIND), x=x + 12, y=f"{y + 34:g}", class_="kind"),
        element("text", word, x=x + 12, y=f"{y + 49:g}", class_="word"),
        class_=f"box {badge.look.name.lower()}",
    )


def _lines(layers: Columns, column: Mapping[Slot, int], middle: Mapping[Slot, float]) -> list[Markup]:
    return [_line([(column[slot] * _STEP, middle[slot]) for slot in line]) for line in layers.lines]


def _line(points: list[tuple[int, float]]) -> Markup:
    """From the right side of the first box to the left side of the last; straight through the columns between."""
    (x, y), *others = points
    path = [f"M{x + _WIDTH} {y:g}"]
    for place, (next_x, next_y) in enumerate(others):
        last = place == len(others) - 1
        bend = _BETWEEN // 2
        path.append(f"C{next_x - bend} {y:g} {next_x - bend} {next_y:g} {next_x - (5 if last else 0)} {next_y:g}")
        if not last:
            path.append(f"H{next_x + _WIDTH}")
        y = next_y
    return joined((element("path", d="".join(path), class_="line"), _tip(*points[-1])))


def _tip(x: int, y: float) -> Markup:
    return element("path", d=f"M{x - 1} {y:g}l-8 -4v8z", class_="tip")
