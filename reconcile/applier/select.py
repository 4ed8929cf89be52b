"""Which addresses a command is about: `--target` with addresses, globs and labels."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from reconcile.errors import UsageError, nearest
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob


def select(
    targets: Sequence[str], desired: Mapping[Address, DesiredJob], recorded: Iterable[Address]
) -> frozenset[Address] | None:
    """The addresses that the targets name, None where there are no targets. Raises UsageError where one names none."""
    if not targets:
        return None
    known = {*desired, *recorded}
    chosen: set[Address] = set()
    for target in targets:
        found = _matching(target, desired, known)
        if not found:
            raise UsageError(
                f"--target {target}: there is no such job{nearest(target, sorted(map(str, known)))}",
                fix="Give an address, a glob ('EMR*/nightly-*'), or label=value.",
            )
        chosen |= found
    return frozenset(chosen)


def _reached(chosen: Iterable[Address], leads_to: Mapping[Address, Iterable[Address]]) -> set[Address]:
    found: set[Address] = set()
    queue = list(chosen)
    while queue:
        address = queue.pop()
        if address not in found:
            found.add(address)
            queue.extend(leads_to.get(address, ()))
    return found


def _matching(target: str, desired: Mapping[Address, DesiredJob], known: set[Address]) -> set[Address]:
    label, equals, value = target.partition("=")
    if equals:
        return {address for address, job in desired.items() if job.labels.get(label) == value}
    return {address for address in known if fnmatchcase(str(address), target)}


def with_dependants(chosen: frozenset[Address], depends_on: Mapping[Address, Iterable[Address]]) -> frozenset[Address]:
    """The chosen addresses and all that depend on them: what must end before they may."""
    needed_by: dict[Address, set[Address]] = defaultdict(set)
    for dependant, needed in depends_on.items():
        for address in needed:
            needed_by[address].add(dependant)
    return frozenset(_reached(chosen, needed_by))


def with_dependencies(chosen: frozenset[Address], desired: Mapping[Address, DesiredJob]) -> set[Address]:
    """The chosen addresses and all that they depend on: what must be looked at to decide about them."""
    return _reached(chosen, {address: job.depends_on for address, job in desired.items()})
