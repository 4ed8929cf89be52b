"""Jobs and what they need, in groups that hang together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.model.address import Address
from reconcile.report.views.html.subject import Item

Needs = Mapping[Address, tuple[Address, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Jobs that hang together, in the order of their addresses; `needs` has an entry for each."""

    needs: Needs

    @property
    def edges(self) -> int:
        return sum(map(len, self.needs.values()))


def needs_of(items: Iterable[Item]) -> Needs:
    """Of every job that needs another, or is needed: those of the report, and their neighbours."""
    told = {item.address: tuple(sorted(set(item.needs))) for item in items if item.address and item.needs}
    named = {address for needs in told.values() for address in needs}
    return {address: told.get(address, ()) for address in sorted(told.keys() | named)}


def groups(needs: Needs) -> Iterator[Group]:
    neighbours = _neighbours(needs)
    seen: set[Address] = set()
    for address in needs:
        if address not in seen:
            members = _reached(address, neighbours)
            seen |= members
            yield Group({member: needs[member] for member in sorted(members)})


def _neighbours(needs: Needs) -> Mapping[Address, Sequence[Address]]:
    both: dict[Address, list[Address]] = {address: [] for address in needs}
    for address, others in needs.items():
        for other in others:
            both[address].append(other)
            both[other].append(address)
    return both


def _reached(begin: Address, neighbours: Mapping[Address, Sequence[Address]]) -> set[Address]:
    reached, waiting = {begin}, [begin]
    while waiting:
        new = set(neighbours[waiting.pop()]) - reached
        reached |= new
        waiting += sorted(new)
    return reached
