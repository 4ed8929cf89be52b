"""Which addresses a command is about: `--target` with addresses, globs and labels."""

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


def _matching(target: str, desired: Mapping[Address, DesiredJob], known: set[Address]) -> set[Address]:
    label, equals, value = target.partition("=")
    if equals:
        return {address for address, job in desired.items() if job.labels.get(label) == value}
    return {address for address in known if fnmatchcase(str(address), target)}


def with_dependencies(chosen: frozenset[Address], desired: Mapping[Address, DesiredJob]) -> set[Address]:
    """The chosen addresses and all that they depend on: what must be looked at to decide about them."""
    found: set[Address] = set()
    queue = list(chosen)
    while queue:
        address = queue.pop()
        if address in found:
            continue
        found.add(address)
        if address in desired:
            queue.extend(desired[address].depends_on)
    return found
