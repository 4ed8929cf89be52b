"""Dependencies as a graph."""

from collections.abc import Collection, Iterator, Mapping

from reconcile.model.address import Address

Edges = Mapping[Address, tuple[Address, ...]]


def is_sound(edges: Edges, addresses: Collection[Address]) -> bool:
    """Every dependency exists, and none is in a circle."""
    return all(other in addresses for needed in edges.values() for other in needed) and not any(cycles(edges))


def cycles(edges: Edges) -> Iterator[list[Address]]:
    """One cycle at least of everything that is caught in one; each begins with its first address."""
    done: set[Address] = set()
    for start in edges:
        if start not in done and (cycle := _cycle_from(start, edges, done)):
            first = cycle.index(min(cycle))
            yield cycle[first:] + cycle[:first]


def _cycle_from(start: Address, edges: Edges, done: set[Address]) -> list[Address]:
    """The first cycle that a walk from `start` meets. Without recursion: a chain may be long."""
    found: list[Address] = []
    path = {start: iter(edges[start])}
    while path:
        following = next(next(reversed(path.values())), None)
        if following is None:
            done.add(path.popitem()[0])
        elif following in path:
            found = found or [*path][[*path].index(following) :]
        elif following not in done:
            path[following] = iter(edges.get(following, ()))
    return found


def groups(edges: Edges) -> dict[Address, Address]:
    """What is tied together by dependencies: to each address that is in any, the first address of its group."""
    parent: dict[Address, Address] = {}

    def first(address: Address) -> Address:
        root = address
        while parent.setdefault(root, root) != root:
            root = parent[root]
        while parent[address] != root:
            parent[address], address = root, parent[address]
        return root

    for address, others in edges.items():
        for other in others:
            one, two = sorted((first(address), first(other)))
            parent[two] = one
    return {address: first(address) for address in [*parent]}
