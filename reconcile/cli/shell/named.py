"""The address that somebody means."""

from collections.abc import Iterable

from reconcile.applier.workspace import Workspace
from reconcile.errors import UsageError, nearest
from reconcile.model.address import Address


def address_named(text: str, workspace: Workspace) -> Address:
    """One that is declared or recorded. Raises UsageError with the nearest right word."""
    known: dict[str, Address] = {str(each): each for each in {*workspace.jobs, *workspace.lockfile}}
    if text not in known and text in map(str, workspace.undivided):
        raise UsageError(
            f"{text} is in another shard than {workspace.project.shard}.",
            fix="Give that one: --shard INDEX/COUNT, `reconcile status --all-shards` tells of all.",
        )
    if text not in known:
        raise UsageError(
            f"{text} is neither declared nor recorded{_hint(text, known)}", fix="`reconcile status` lists the jobs."
        )
    return known[text]


def _hint(text: str, known: Iterable[str]) -> str:
    """A name alone is taken for one of its addresses."""
    named = sorted(each for each in known if each.partition("/")[2] == text)
    return f"; give the whole address: {' or '.join(named)}" if named else nearest(text, sorted(known))
