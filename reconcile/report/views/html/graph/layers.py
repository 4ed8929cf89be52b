"""A group as columns of slots: what is needed stands left of what needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from reconcile.model.address import Address
from reconcile.report.views.html.graph.network import Group, Needs


class Crossing(NamedTuple):
    """Where a line passes a column that it neither begins nor ends in."""

    begin: Address
    end: Address
    column: int


Slot = Address | Crossing

_SWEEPS = 6


@dataclass(frozen=True, slots=True)
class Columns:
    """`slots` of each column from above; `lines` are the slots that each line passes, its ends included."""

    slots: tuple[tuple[Slot, ...], ...]
    lines: tuple[tuple[Slot, ...], ...]


def columns(group: Group) -> Columns:
    layer = _layers(group.needs)
    lines = [_line(other, address, layer) for address, needs in group.needs.items() for other in needs]
    slots: list[list[Slot]] = [[] for _ in range(max(layer.values()) + 1)]
    for address in group.needs:
        slots[layer[address]].append(address)
    for line in lines:
        for crossing in line[1:-1]:
            if isinstance(crossing, Crossing):
                slots[crossing.column].append(crossing)
    return Columns(_untangled(slots, lines), tuple(lines))


def _layers(needs: Needs) -> Mapping[Address, int]:
    """One more than the highest layer of what is needed. Needs that go in a circle, which no valid manifest has, are
    overlooked where they would close it."""
    layer: dict[Address, int] = {}
    left = dict(needs)
    while left:
        ready = [address for address, others in left.items() if not any(other in left for other in others)]
        for address in ready or list(left)[:1]:
            layer[address] = max((layer[other] + 1 for other in needs[address] if other in layer), default=0)
        left = {address: others for address, others in left.items() if address not in layer}
    return layer


def _line(begin: Address, end: Address, layer: Mapping[Address, int]) -> tuple[Slot, ...]:
    return (begin, *(Crossing(begin, end, column) for column in range(layer[begin] + 1, layer[end])), end)


def _untangled(slots: list[list[Slot]], lines: list[tuple[Slot, ...]]) -> tuple[tuple[Slot, ...], ...]:
    """Each slot moves to the mean place of its neighbours in the column before, then in the one after, a few times."""
    left: dict[Slot, list[Slot]] = {}
    right: dict[Slot, list[Slot]] = {}
    for line in lines:
        for one, next_one in pairwise(line):
            left.setdefault(next_one, []).append(one)
            right.setdefault(one, []).append(next_one)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in range(len(slots)) if forward else reversed(range(len(slots))):
            place = {slot: row for other in slots for row, slot in enumerate(other)}
            near = left if forward else right
            slots[column].sort(key=lambda slot: _mean([place[other] for other in near.get(slot, [slot])]))
    return tuple(map(tuple, slots))


def _mean(places: list[int]) -> float:
    return sum(places) / len(places)
