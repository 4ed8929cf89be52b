"""What one shard of a project is about."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reconcile.errors import ReconcileError, listed
from reconcile.lockfile.protocol import Lockfile
from reconcile.manifest.graph import Edges, groups
from reconcile.manifest.jobs import Jobs
from reconcile.model.address import Address
from reconcile.model.phase import Guarantee
from reconcile.model.shard import Shard

if TYPE_CHECKING:
    from reconcile.kinds.descriptor import Descriptor


class NotDivisible(ReconcileError):
    """The jobs of a project cannot be kept apart as they are divided."""

    code = "not-divisible"


def own_jobs(shard: Shard, jobs: Jobs, edges: Edges, catalog: Mapping[str, "Descriptor"]) -> Jobs:
    """The shard's jobs: what depends on each other stays together. Raises NotDivisible where that could move a job from
    one shard to another whose service does not tell whose it is."""
    first = groups(edges)
    _refuse_movable(first, catalog)
    return jobs.only({address for address in jobs if shard.holds(first.get(address, address))})


def refuse_moved(shard: Shard, mine: Jobs, jobs: Jobs, lockfile: Lockfile) -> None:
    """Raises NotDivisible where what another shard would start is recorded here as well."""
    moved = [address for address in lockfile if address in jobs and address not in mine]
    live = [address for address in moved if (record := lockfile.get(address)) and not record.is_tombstone]
    if live:
        raise NotDivisible(
            f"Of what is recorded in shard {shard}, these belong to another one since their dependencies changed: "
            f"{listed(list(map(str, live)))}.",
            fix=f"Forget each here, its job runs on: reconcile --shard {shard} state rm {live[0]}; its new shard finds "
            "the job by its marks.",
        )


def refuse_divided_late(shard: Shard, whole: Lockfile, place: str) -> None:
    """For a shard that has no lock file yet. Raises NotDivisible where that of the undivided project holds records:
    here nobody would know of them, and what its service has forgotten would be started again."""
    if any((record := whole.get(address)) and not record.is_tombstone for address in whole):
        raise NotDivisible(
            f"This project was applied as a whole, and shard {shard} has no lock file yet. Nothing was done.",
            where=place,
            fix="Go on without --shard. To divide it all the same, move that file away: each shard then adopts what "
            "the services still list, and starts the rest again.",
        )


def refuse_other_division(shard: Shard | None, recorded: Sequence[Shard], place: str) -> None:
    """For a part, or the whole (None), that has no lock file yet. Raises NotDivisible where there are those of another
    division, for the same reason."""
    counts = sorted({each.count for each in recorded} - {shard.count if shard else None})
    if counts:
        raise NotDivisible(
            f"This project was applied in {' and '.join(map(str, counts))} shards, and "
            f"{f'shard {shard}' if shard else 'the whole'} has no lock file yet. Nothing was done.",
            where=f"{place}.shard-*",
            fix=f"Go on with --shard INDEX/{counts[0]} (`status --all-shards` tells of all). To divide it otherwise "
            "all the same, move those files away: what the services still list is then adopted, and the rest is "
            "started again.",
        )


def _refuse_movable(first: Mapping[Address, Address], catalog: Mapping[str, "Descriptor"]) -> None:
    tied = [address for address in first if catalog[address.kind].guarantee is Guarantee.LOOK_UP]
    if tied:
        raise NotDivisible(
            "Jobs of a kind without token and name cannot have dependencies in a project that is divided: "
            f"{listed(list(map(str, tied)))}.",
            fix="Put them, and what they depend on, into a project of their own.",
        )
