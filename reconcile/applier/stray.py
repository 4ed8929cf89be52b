"""A live job that nobody declared: what is told of it, and the manifest that would declare it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconcile.cloud.protocol import Driver, ReadFailed
from reconcile.kinds.described import spec_of
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.drift import DriftKind, Finding
from reconcile.model.job import Spec, written
from reconcile.model.observed import Marks, Sighting
from reconcile.model.project import Project
from reconcile.report.manifest import manifest_yaml

_STARTS_ANOTHER = "An apply of this manifest starts a job of its own: it does not take over the one that runs."
_ADOPTS = "An apply of this manifest takes over the job that runs; where the spec differs from its own, it is replaced."


@dataclass(frozen=True, slots=True)
class Listing:
    """One list to make: a kind at a provider, below one parent."""

    driver: Driver
    kind: Descriptor
    parent: Spec


@dataclass(frozen=True, slots=True)
class Stray:
    """`marks` are None where it carries none of ours."""

    listing: Listing
    job: Sighting
    marks: Marks | None


def finding_of(stray: Stray, project: Project, taken: set[Address]) -> Finding:
    """`taken` are addresses that are in use; that of the manifest joins them."""
    kind, job, marks = stray.listing.kind, stray.job, stray.marks
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


def _manifest(stray: Stray, taken: set[Address]) -> str:
    listing, job, marks = stray.listing, stray.job, stray.marks
    try:
        details: Mapping[str, object] = listing.driver.details(listing.kind, job.external_id)
    except ReadFailed:
        details = {}
    address = marks.address if marks else _free_name(listing.kind.kind, job, taken)
    taken.add(address)
    return manifest_yaml(
        address,
        listing.driver.provider.name,
        spec_of(listing.kind, details, job.external_id),
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
