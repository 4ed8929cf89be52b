"""Live jobs that nobody declared: what the lists of a project's providers show, without what is ours."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconcile.applier.stray import Listing, Stray, finding_of
from reconcile.applier.survey import HISTORY, Surveyor
from reconcile.cloud.marks import bears_name_of
from reconcile.cloud.paths import read_text
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Lockfile
from reconcile.model.address import Address
from reconcile.model.drift import Finding
from reconcile.model.job import DesiredJob, Spec, written
from reconcile.model.observed import Marks, Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.record import Record


@dataclass(frozen=True, slots=True)
class Unmanaged:
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]  # what could not be looked at


@dataclass(frozen=True, slots=True)
class _Known:
    """What the lock file records: `ids` of jobs that are ours, by kind."""

    records: dict[Address, Record] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)

    def is_recorded(self, kind: Descriptor, job: Sighting) -> bool:
        return (kind.kind, written(job.external_id)) in self.ids

    def has_open_intent(self, kind: str) -> bool:
        return any(record.is_intent and record.address.kind == kind for record in self.records.values())


def find_unmanaged(
    surveyor: Surveyor, lockfile: Lockfile, managed: frozenset[Address], *, now: datetime, pool: Executor | None
) -> Unmanaged:
    """`managed` are addresses whose stray jobs were told already."""
    known = _known(surveyor, lockfile)
    warnings: list[str] = []
    listings = list(_listings(surveyor, known, warnings))

    def look(listing: Listing) -> tuple[list[Stray], list[str]]:
        return _strays(listing, surveyor, known, now)

    looked = list(pool.map(look, listings) if pool else map(look, listings))
    warnings += [warning for _, found in looked for warning in found]
    strays = [stray for found, _ in looked for stray in found if not _is_told(stray, managed)]
    names = {*surveyor.desired, *known.records}
    findings = [finding_of(stray, surveyor.project, names) for stray in sorted(strays, key=_order)]
    return Unmanaged(tuple(findings), tuple(dict.fromkeys(warnings)))


def _known(surveyor: Surveyor, lockfile: Lockfile) -> _Known:
    known = _Known()
    for address in lockfile:
        record = lockfile.get(address)
        if record is None or (record.is_tombstone and address not in surveyor.desired):
            continue
        known.records[address] = record
        ids = (record.external_id, *(attempt.external_id for attempt in record.history))
        known.ids.update((address.kind, written(external_id)) for external_id in ids if external_id)
    return known


# --- what to list


def _listings(surveyor: Surveyor, known: _Known, warnings: list[str]) -> Iterator[Listing]:
    for name, provider in surveyor.project.providers.items():
        kinds = [kind for kind in surveyor.catalog.values() if kind.driver == provider.type and kind.list]
        pairs = [(kind, parent) for kind in kinds for parent in _parents(surveyor, known, kind, name)]
        driver = surveyor.drivers[name]
        try:
            driver.check_account()
        except ReadFailed as failure:
            warnings.append(f"Jobs of provider {name} that nobody declared were not looked for: {failure}")
            continue
        yield from (Listing(driver, kind, parent) for kind, parent in pairs)


def _parents(surveyor: Surveyor, known: _Known, kind: Descriptor, provider: str) -> list[Spec]:
    """Where a list needs to know in what to look (an applicationId): all that manifests and records name."""
    members = tuple(kind.list.parent.values()) if kind.list else ()
    if not members:
        return [{}]
    declared = [surveyor.desired[address] for address in surveyor.desired if address.kind == kind.kind]
    recorded = [record for record in known.records.values() if record.address.kind == kind.kind]
    sources: list[DesiredJob | Record] = [*declared, *recorded]
    found: dict[tuple[str, ...], Spec] = {}
    for source in sources:
        values = tuple(read_text(source.spec, member) for member in members)
        if source.provider == provider and all(values) and not any("${" in value for value in values):
            found.setdefault(values, dict(zip(members, values, strict=True)))
    return list(found.values())


# --- what is nobody's


def _strays(listing: Listing, surveyor: Surveyor, known: _Known, now: datetime) -> tuple[list[Stray], list[str]]:
    kind, scope = listing.kind, listing.driver.provider.scope
    if kind.guarantee is Guarantee.LOOK_UP and known.has_open_intent(kind.kind):
        return [], [f"{kind.kind} in {scope} was not looked through: a start is open that any of its runs may be"]
    found: list[Stray] = []
    try:
        for job in listing.driver.list_jobs(kind, _query(listing, now)):
            if (job.phase.is_live or job.phase is Phase.UNKNOWN) and not known.is_recorded(kind, job):
                marks = _marks(listing, job, surveyor, known)
                if not _is_open_start(marks, known):
                    found.append(Stray(listing, replace(job, name=surveyor.secrets.mask(job.name)), marks))
    except ReadFailed as failure:
        return found, [f"{kind.kind} in {scope} could not be looked through: {failure}"]
    return found, []


def _query(listing: Listing, now: datetime) -> ListQuery:
    operation = listing.kind.list
    if operation is not None and operation.since and not operation.status:
        return ListQuery(listing.parent, since=now - HISTORY)
    return ListQuery(listing.parent, live=True)


def _marks(listing: Listing, job: Sighting, surveyor: Surveyor, known: _Known) -> Marks | None:
    """Where a provider's jobs carry no tags, the name has to do."""
    if listing.driver.provider.marks != "name":
        return listing.driver.marks(listing.kind, job)
    project, environment = surveyor.project.id, surveyor.project.environment
    for address in sorted({*surveyor.desired, *known.records}):
        if address.kind == listing.kind.kind and bears_name_of(address, job.name):
            return Marks(project, environment, address, 0, 0, 0, "", "")
    return None


def _is_open_start(marks: Marks | None, known: _Known) -> bool:
    record = known.records.get(marks.address) if marks else None
    return record is not None and record.is_intent and marks is not None and marks.client_token == record.client_token


def _is_told(stray: Stray, managed: frozenset[Address]) -> bool:
    return stray.marks is not None and stray.marks.address in managed


def _order(stray: Stray) -> tuple[str, str, str]:
    return stray.listing.kind.kind, stray.job.name, written(stray.job.external_id)
