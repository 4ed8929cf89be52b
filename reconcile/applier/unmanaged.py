"""Live jobs that nobody declared: what the lists of a project's providers show, without what is ours."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconcile.applier.survey import HISTORY, Surveyor
from reconcile.cloud.marks import bears_name_of
from reconcile.cloud.paths import read_text
from reconcile.cloud.protocol import Driver, ListQuery, ReadFailed
from reconcile.kinds.described import spec_of
from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Lockfile
from reconcile.model.address import Address
from reconcile.model.drift import DriftKind, Finding
from reconcile.model.job import DesiredJob, Spec, written
from reconcile.model.observed import Marks, Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.record import Record
from reconcile.report.manifest import manifest_yaml

_STARTS_ANOTHER = "An apply of this manifest starts a job of its own: it does not take over the one that runs."
_ADOPTS = "An apply of this manifest takes over the job that runs; where the spec differs from its own, it is replaced."


@dataclass(frozen=True, slots=True)
class Unmanaged:
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]  # what could not be looked at


@dataclass(frozen=True, slots=True)
class _Place:
    """One list to make: a kind at a provider, below one parent."""

    driver: Driver
    kind: Descriptor
    parent: Spec


@dataclass(slots=True)
class _Stray:
    place: _Place
    job: Sighting
    marks: Marks | None


@dataclass(slots=True)
class _Known:
    """What the lock file records: `ids` of jobs that are ours, by kind."""

    records: dict[Address, Record] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)

    def is_recorded(self, kind: Descriptor, job: Sighting) -> bool:
        return (kind.kind, written(job.external_id)) in self.ids

    def open_intents(self, kind: str) -> bool:
        return any(record.is_intent and record.address.kind == kind for record in self.records.values())


def find_unmanaged(
    surveyor: Surveyor, lockfile: Lockfile, managed: frozenset[Address], *, now: datetime, pool: Executor | None
) -> Unmanaged:
    """`managed` are addresses whose stray jobs were told already. Raises CloudError for a wrong account."""
    known = _known(surveyor, lockfile)
    warnings: list[str] = []
    places = list(_places(surveyor, known, warnings))

    def look(place: _Place) -> tuple[list[_Stray], list[str]]:
        return _strays(place, surveyor, known, now)

    looked = list(pool.map(look, places) if pool else map(look, places))
    warnings += [warning for _, found in looked for warning in found]
    strays = [stray for found, _ in looked for stray in found if not _is_told(stray, managed)]
    names = {*surveyor.desired, *known.records}
    findings = [_finding(stray, surveyor, names) for stray in sorted(strays, key=_order)]
    return Unmanaged(tuple(findings), tuple(dict.fromkeys(warnings)))


def _known(surveyor: Surveyor, lockfile: Lockfile) -> _Known:
    known = _Known()
    for address in lockfile:
        record = lockfile.get(address)
        if record is None or (record.is_tombstone and address not in surveyor.desired):
            continue
        known.records[address] = record
        ids = (record.external_id, *(attempt.external_id for attempt in record.history))
        known.ids |= {(address.kind, written(external_id)) for external_id in ids if external_id}
    return known


# --- what to list


def _places(surveyor: Surveyor, known: _Known, warnings: list[str]) -> Iterator[_Place]:
    for name, provider in surveyor.project.providers.items():
        kinds = [kind for kind in surveyor.catalog.values() if kind.driver == provider.type and kind.list]
        places = [(kind, parent) for kind in kinds for parent in _parents(surveyor, known, kind, name)]
        driver = surveyor.drivers[name]
        try:
            driver.check_account()
        except ReadFailed as failure:
            warnings.append(f"Jobs of provider {name} that nobody declared were not looked for: {failure}")
            continue
        yield from (_Place(driver, kind, parent) for kind, parent in places)


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


def _strays(place: _Place, surveyor: Surveyor, known: _Known, now: datetime) -> tuple[list[_Stray], list[str]]:
    kind, scope = place.kind, place.driver.provider.scope
    if kind.guarantee is Guarantee.LOOK_UP and known.open_intents(kind.kind):
        return [], [f"{kind.kind} in {scope} was not looked through: a start is open that any of its runs may be"]
    found: list[_Stray] = []
    try:
        for job in place.driver.list_jobs(kind, _query(place, now)):
            if (job.phase.is_live or job.phase is Phase.UNKNOWN) and not known.is_recorded(kind, job):
                marks = _marks(place, job, surveyor, known)
                if not _is_open_start(marks, known):
                    found.append(_Stray(place, replace(job, name=surveyor.secrets.mask(job.name)), marks))
    except ReadFailed as failure:
        return found, [f"{kind.kind} in {scope} could not be looked through: {failure}"]
    return found, []


def _query(place: _Place, now: datetime) -> ListQuery:
    operation = place.kind.list
    if operation is not None and operation.since and not operation.status:
        return ListQuery(place.parent, since=now - HISTORY)
    return ListQuery(place.parent, live=True)


def _marks(place: _Place, job: Sighting, surveyor: Surveyor, known: _Known) -> Marks | None:
    """Where a provider's jobs carry no tags, the name has to do."""
    if place.driver.provider.marks != "name":
        return place.driver.marks(place.kind, job)
    project, environment = surveyor.project.id, surveyor.project.environment
    for address in sorted({*surveyor.desired, *known.records}):
        if address.kind == place.kind.kind and bears_name_of(address, job.name):
            return Marks(project, environment, address, 0, 0, 0, "", "")
    return None


def _is_open_start(marks: Marks | None, known: _Known) -> bool:
    record = known.records.get(marks.address) if marks else None
    return record is not None and record.is_intent and marks is not None and marks.client_token == record.client_token


def _is_told(stray: _Stray, managed: frozenset[Address]) -> bool:
    return stray.marks is not None and stray.marks.address in managed


def _order(stray: _Stray) -> tuple[str, str, str]:
    return stray.place.kind.kind, stray.job.name, written(stray.job.external_id)


# --- what is told of it


def _finding(stray: _Stray, surveyor: Surveyor, taken: set[Address]) -> Finding:
    kind, job, marks = stray.place.kind, stray.job, stray.marks
    project = surveyor.project
    foreign = marks is not None and (marks.project, marks.environment) != (project.id, project.environment)
    return Finding(
        DriftKind.UNMANAGED,
        kind.kind,
        job.name or written(job.external_id),
        _whose(marks, taken, foreign=foreign),
        phase=job.phase,
        status=job.status,
        external_id=job.external_id,
        manifest="" if foreign or (marks and marks.address in taken) else _manifest(stray, taken),
    )


def _whose(marks: Marks | None, taken: set[Address], *, foreign: bool) -> str:
    if marks is None:
        return "no manifest of this project declares it, and it carries no marks of reconcile"
    if foreign:
        return f"it belongs to {marks.address} of the project {marks.project} (environment {marks.environment})"
    if marks.address in taken:
        return f"it carries the marks of {marks.address}, attempt {marks.attempt}, and is not the job that is recorded"
    return f"it carries the marks of {marks.address}, which is neither declared nor recorded any more"


def _manifest(stray: _Stray, taken: set[Address]) -> str:
    place, job, marks = stray.place, stray.job, stray.marks
    try:
        details: Mapping[str, object] = place.driver.details(place.kind, job.external_id)
    except ReadFailed:
        details = {}
    address = marks.address if marks else _free_name(place.kind.kind, job, taken)
    taken.add(address)
    return manifest_yaml(
        address,
        place.driver.provider.name,
        spec_of(place.kind, details, job.external_id),
        about=(f"{written(job.external_id)}, {job.status}", _ADOPTS if marks else _STARTS_ANOTHER),
    )


def _free_name(kind: str, job: Sighting, taken: set[Address]) -> Address:
    text = job.name or list(job.external_id.values())[-1].rpartition("/")[2]
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-") or "job"
    number, address = 1, Address(kind, name)
    while address in taken:
        number += 1
        address = Address(kind, f"{name}-{number}")
    return address
