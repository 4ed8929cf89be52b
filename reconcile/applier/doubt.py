"""What may be missing from a lock file that is new, was lost, or has lost something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Entry, EntryKind, Lockfile
from reconcile.manifest.jobs import Jobs
from reconcile.model.address import Address
from reconcile.model.phase import Guarantee
from reconcile.model.record import Record
from reconcile.model.settled import is_settled
from reconcile.planner.doubt import doubted


def doubts(
    lockfile: Lockfile, jobs: Jobs, catalog: Mapping[str, Descriptor], *, at: datetime
) -> Mapping[Address, Record]:
    """The declared jobs that carry no marks and may have been started without a record. Whoever writes to such a lock
    file writes them all, whatever it is about: the next one finds a lock file that is as good as any."""
    if lockfile.existed:
        return {}
    found: dict[Address, Record] = {}
    for address, settling in jobs.settling.items():
        if catalog[address.kind].guarantee is not Guarantee.LOOK_UP or is_settled(settling, lockfile.ending(address)):
            continue
        record = lockfile.get(address)
        if record is None or not (record.is_intent or record.suspect):
            found[address] = doubted(jobs[address], record, at)
    return found


def entries_of(unsure: Mapping[Address, Record]) -> list[Entry]:
    return [Entry(EntryKind.OUTCOME, address, record) for address, record in unsure.items()]


@dataclass(frozen=True, slots=True)
class Doubting:
    """A lock file as a plan reads it."""

    lockfile: Lockfile
    unsure: Mapping[Address, Record]

    @property
    def existed(self) -> bool:
        return self.lockfile.existed

    def __iter__(self) -> Iterator[Address]:
        return iter(self.lockfile)

    def get(self, address: Address) -> Record | None:
        return self.unsure.get(address) or self.lockfile.get(address)

    def ending(self, address: Address) -> str:
        return self.lockfile.ending(address)
