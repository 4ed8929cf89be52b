"""The part of the page that shows what waits for what: pictures, and the same as a list."""

from collections.abc import Iterator, Mapping, Sequence

from reconcile.model.address import Address
from reconcile.report.views.html.graph.drawing import ELSEWHERE, drawing
from reconcile.report.views.html.graph.network import Group, Needs, groups, needs_of
from reconcile.report.views.html.markup import Markup, cut, element, joined
from reconcile.report.views.html.subject import Item
from reconcile.report.views.html.table import row_id

BOXES = 150  # in all pictures
LINES = 400
LISTED = 1_000


def graph(items: Sequence[Item]) -> Markup:
    """Nothing where no job needs another."""
    needs = needs_of(items)
    if not needs:
        return Markup("")
    drawn, left_out = _chosen(list(groups(needs)))
    places = {item.address: place for place, item in enumerate(items) if item.address}
    badges = {item.address: item.badge for item in items if item.address}
    pictures = [drawing(group, badges, number) for number, group in enumerate(drawn, 1)]
    return joined(
        (
            element("p", " ".join(_notes(needs, badges, left_out, len(items)))),
            *([_frame(pictures)] if pictures else []),
            _list(needs, places),
        )
    )


def _chosen(found: Sequence[Group]) -> tuple[list[Group], int]:
    """As many groups as there is room for, in their order, and how many jobs the others have."""
    boxes, lines, left_out = BOXES, LINES, 0
    chosen = []
    for group in found:
        if len(group.needs) <= boxes and group.edges <= lines:
            chosen.append(group)
            boxes, lines = boxes - len(group.needs), lines - group.edges
        else:
            left_out += len(group.needs)
    return chosen, left_out


def _notes(needs: Needs, badges: Mapping[Address, object], left_out: int, items: int) -> Iterator[str]:
    if left_out < len(needs):
        yield "An arrow leads from a job to those that need it."
    if not needs.keys() <= badges.keys():
        yield f"Jobs that are “{ELSEWHERE.word}” stand here because one that is needs them."
    if left_out:
        yield f"The picture leaves out {left_out} of {len(needs)} jobs: it would be too large to be read."
    if alone := items - sum(address in badges for address in needs):
        yield f"Without dependencies: {alone} of {items} jobs."


def _frame(pictures: Sequence[Markup]) -> Markup:
    return element(
        "div", *pictures, class_="wide pictures", tabindex=0, role="region", aria_label="Pictures of dependencies"
    )


def _list(needs: Needs, places: Mapping[Address, int]) -> Markup:
    lines = [(address, others) for address, others in needs.items() if others]
    entries = (
        element("li", _link(address, places), " needs ", joined((_link(other, places) for other in others), ", "))
        for address, others in lines[:LISTED]
    )
    rest = element("p", f"{len(lines) - LISTED} more are left out.") if len(lines) > LISTED else Markup("")
    return element("details", element("summary", "The dependencies as a list"), element("ul", *entries), rest)


def _link(address: Address, places: Mapping[Address, int]) -> Markup:
    place = places.get(address)
    name = element("bdi", cut(str(address)))
    return name if place is None else element("a", name, href=f"#{row_id(place)}")
