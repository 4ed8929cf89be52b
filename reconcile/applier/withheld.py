"""Reasons that services give, where they may repeat a secret that this run would not recognise: it is not set now, or
was another one when the job was started."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.record import Record
from reconcile.model.references import secret_references
from reconcile.model.secrets import Secrets

WITHHELD = "(withheld: it may repeat a secret that is not set now, or was another one)"


@dataclass(frozen=True, slots=True)
class Withholding:
    """`salt` is that of the digests in records."""

    records: Mapping[Address, Record]
    desired: Mapping[Address, DesiredJob]
    secrets: Secrets
    salt: str

    def applied(self, observed: Mapping[Address, ObservedJob]) -> Mapping[Address, ObservedJob]:
        return {address: self._seen(address, seen) for address, seen in observed.items()}

    def _seen(self, address: Address, seen: ObservedJob) -> ObservedJob:
        if not any(job.reason for job in seen.jobs):
            return seen
        return replace(
            seen,
            job=seen.job and self._job(address, seen.job),
            marked=tuple(self._job(address, job) for job in seen.marked),
            candidates=tuple(self._job(address, job) for job in seen.candidates),
        )

    def _job(self, address: Address, job: Sighting) -> Sighting:
        return replace(job, reason=WITHHELD) if job.reason and self._may_repeat(address, job) else job

    def _may_repeat(self, address: Address, job: Sighting) -> bool:
        record, desired = self.records.get(address), self.desired.get(address)
        own = record if record is not None and _is_of(record, job) else None
        source = own if own and own.spec else desired or record
        names = secret_references(source.spec) if source else frozenset()
        if own is None or not names <= own.secrets.keys():
            return bool(names)
        return bool(self.secrets.unset(names)) or self.secrets.differ(own.secrets, salt=self.salt)


def _is_of(record: Record, job: Sighting) -> bool:
    if job.marks is not None:
        return job.marks.client_token == record.client_token
    return record.is_intent or job.external_id == record.external_id
