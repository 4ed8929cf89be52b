"""What a survey gives, and the survey of a project in which nothing can change: it takes no look and no decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from reconcile.lockfile.protocol import Lockfile
from reconcile.manifest.jobs import Jobs
from reconcile.model.address import Address
from reconcile.model.change import Plan
from reconcile.model.settled import is_settled
from reconcile.model.shard import Shard

if TYPE_CHECKING:
    from reconcile.model.observed import ObservedJob
    from reconcile.model.record import Record


@dataclass(frozen=True, slots=True)
class Survey:
    """A plan, and what it was made from. `at` is when reading ended, `calls` counts the requests that it took, `live`
    the jobs of the project that run, by the latest that is known of each."""

    plan: Plan
    observed: Mapping[Address, "ObservedJob"]
    at: datetime
    live: int
    calls: int
    records: Mapping[Address, "Record"] = field(default_factory=dict)  # of what could change, as it was decided about


def survey_of_settled(jobs: Jobs, lockfile: Lockfile, now: datetime, *, shard: Shard | None = None) -> Survey | None:
    """What a survey would say where every job is settled; None where one is not, or more is recorded than declared."""
    if len(lockfile) > len(jobs.settling):
        return None
    ending = lockfile.ending
    if not all(is_settled(settling, ending(address)) for address, settling in jobs.settling.items()):
        return None
    return Survey(Plan((), len(jobs.settling), warnings=lockfile.warnings, shard=shard), {}, now, 0, 0)
