"""Runs that carry no marks: one that another address made, or may have made, is not taken for this one's. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from reconcile.model.address import Address
from reconcile.model.job import ExternalId, written
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Phase
from reconcile.model.record import Record


class Records(Protocol):
    def __iter__(self) -> Iterator[Address]: ...
    def get(self, address: Address, /) -> Record | None: ...


@dataclass(frozen=True, slots=True)
class Claims:
    """What the addresses of one kind have to do with its runs: whose they are recorded to be, and which starts are
    open. An open start may have made any run that its spec could have made."""

    taken: frozenset[str]
    intents: Mapping[Address, Record]

    @classmethod
    def of(cls, kind: str, records: Records) -> "Claims":
        known = [record for address in records if address.kind == kind and (record := records.get(address))]
        ids = [record.external_id for record in known]
        ids += [attempt.external_id for record in known for attempt in record.history]
        return cls(
            frozenset(written(external_id) for external_id in ids if external_id),
            {record.address: record for record in known if record.is_intent},
        )

    def seen_by(self, address: Address, seen: ObservedJob) -> ObservedJob:
        """What was seen without the runs that are recorded; unknown where a run that is left may be another's."""
        free = tuple(job for job in seen.candidates if written(job.external_id) not in self.taken)
        for job in free:
            for other, intent in sorted(self.intents.items()):
                if other != address and _may_have_made(intent, job.external_id):
                    trouble = (
                        f"run {written(job.external_id)} may be its own, or that of the interrupted {other}: "
                        f"{which_job(address)}"
                    )
                    return replace(seen, candidates=free, phase=Phase.UNKNOWN, trouble=trouble)
        return replace(seen, candidates=free)


def which_job(address: Address) -> str:
    """What to do where only a person can tell the job of an interrupted start."""
    return f"say which with: reconcile state settle {address} --started ID (or --not-started)"


def _may_have_made(intent: Record, external_id: ExternalId) -> bool:
    """By the parts of the id that a spec gives: a run of another job is not its own."""
    return all(intent.spec.get(part, value) == value for part, value in external_id.items())
