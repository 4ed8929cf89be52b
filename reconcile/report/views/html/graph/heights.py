"""How far down each slot stands: near its neighbours, and clear of those above it."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from reconcile.report.views.html.graph.layers import Columns, Crossing, Slot

BOX = 58
_GAP = 18
_LINE = 12  # what a line needs of a column that it crosses
_ROUNDS = 8


def heights(columns: Columns) -> Mapping[Slot, float]:
    """The middle of each slot, the highest box beginning at 0."""
    middle = {slot: y for column in columns.slots for slot, y in zip(column, _stacked(column), strict=True)}
    near = _near(columns)
    for _ in range(_ROUNDS):
        for column in columns.slots:
            wanted = [
                sum(middle[other] for other in near.get(slot, [slot])) / len(near.get(slot, [slot])) for slot in column
            ]
            middle.update(zip(column, _apart(column, wanted), strict=True))
    top = min(y - _size(slot) / 2 for slot, y in middle.items())
    return {slot: round(y - top, 1) for slot, y in middle.items()}


def _near(columns: Columns) -> Mapping[Slot, Sequence[Slot]]:
    near: dict[Slot, list[Slot]] = {}
    for line in columns.lines:
        for one, next_one in pairwise(line):
            near.setdefault(one, []).append(next_one)
            near.setdefault(next_one, []).append(one)
    return near


def _size(slot: Slot) -> int:
    return _LINE if isinstance(slot, Crossing) else BOX


def _between(above: Slot, below: Slot) -> float:
    return (_size(above) + _size(below)) / 2 + _GAP


def _stacked(column: Sequence[Slot]) -> list[float]:
    places = [0.0]
    for above, below in pairwise(column):
        places.append(places[-1] + _between(above, below))
    return places


def _apart(column: Sequence[Slot], wanted: Sequence[float]) -> list[float]:
    """Places near the wanted ones, in the same order and apart: slots that want the same place share it in the middle.

    What each wants is counted from where it would be if the column were packed; so apart means never to go down, and
    neighbours that do are put together at their mean.
    """
    packed = _stacked(column)
    blocks: list[tuple[float, int]] = []  # mean and number of those put together
    for want, place in zip(wanted, packed, strict=True):
        mean, count = want - place, 1
        while blocks and blocks[-1][0] > mean:
            above, others = blocks.pop()
            mean, count = (mean * count + above * others) / (count + others), count + others
        blocks.append((mean, count))
    offsets = [mean for mean, count in blocks for _ in range(count)]
    return [place + offset for place, offset in zip(packed, offsets, strict=True)]
