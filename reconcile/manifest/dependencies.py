"""What is wrong with dependencies: they are on nothing, or go in circles."""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping

from reconcile.errors import nearest
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.graph import Edges, cycles
from reconcile.model.address import Address

_SUGGESTIONS = 10  # each compares with many addresses, slowly
_COMPARED = 200
_SHOWN = 12  # links of a cycle


def dependency_findings(edges: Edges, documents: Mapping[Address, Document], *, complete: bool) -> Iterator[Finding]:
    """`edges` are the dependencies of those that have any, `documents` all addresses there are; where they are not
    `complete`, what is missing may be in a file that has to be corrected first."""
    if complete:
        yield from _unknown(edges, documents)
    for cycle in cycles(edges):
        address, following = cycle[0], cycle[1 % len(cycle)]
        index = edges[address].index(following)
        text = "depends on itself" if len(cycle) == 1 else f"depends on itself: {_shown(cycle)}"
        yield Finding(documents[address], ("dependsOn", index), text)


def _unknown(edges: Edges, documents: Mapping[Address, Document]) -> Iterator[Finding]:
    unknown = [
        (address, index, other)
        for address, needed in edges.items()
        for index, other in enumerate(needed)
        if other not in documents
    ]
    names = sorted(str(address) for address in documents) if unknown else []
    for count, (address, index, other) in enumerate(unknown):
        near = nearest(str(other), _around(str(other), names)) if count < _SUGGESTIONS else ""
        yield Finding(documents[address], ("dependsOn", index), f"there is no {other}{near}")


def _around(name: str, names: list[str]) -> list[str]:
    """All names; of many, those that begin alike."""
    middle = bisect(names, name)
    return names[max(middle - _COMPARED // 2, 0) : middle + _COMPARED]


def _shown(cycle: Iterable[Address]) -> str:
    names = [str(address) for address in cycle]
    if len(names) > _SHOWN:
        names[_SHOWN - 1 :] = [f"… ({len(names) - _SHOWN + 1} more)"]
    return " → ".join([*names, names[0]])
