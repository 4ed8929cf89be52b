"""Which drift is accepted, and which acceptances mean nothing any more. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from reconcile.model.address import Address
from reconcile.model.drift import Acceptance, Drift, DriftKind, Finding

Entries = Mapping[Address, tuple[DriftKind, Acceptance]]


def with_acceptances(drift: Drift, entries: Entries, known: Collection[Address]) -> Drift:
    """`known` are the addresses that are declared or recorded."""
    today = drift.at.date()
    found = {finding.address: finding for finding in drift.findings if finding.address}
    findings = tuple(_accepted(finding, entries, today) for finding in drift.findings)
    warnings = [
        warning
        for address, (kind, acceptance) in sorted(entries.items())
        if (warning := _warning(address, kind, acceptance, found.get(address), known, today))
    ]
    return replace(drift, findings=findings, warnings=(*drift.warnings, *warnings))


def _accepted(finding: Finding, entries: Entries, today: date) -> Finding:
    if finding.address is None or finding.address not in entries:
        return finding
    kind, acceptance = entries[finding.address]
    holds = kind is finding.drift and today <= acceptance.until
    return replace(finding, accepted=acceptance if holds else None)


def _warning(
    address: Address,
    kind: DriftKind,
    acceptance: Acceptance,
    finding: Finding | None,
    known: Collection[Address],
    today: date,
) -> str:
    """What is amiss with an acceptance, "" where nothing is."""
    if address not in known:
        return f"{address}: its drift is accepted, and it is neither declared nor recorded: remove the acceptance"
    if today > acceptance.until:
        return f"{address}: its drift was accepted until {acceptance.until}, which has passed"
    if finding is not None and finding.drift not in (kind, DriftKind.UNKNOWN):
        return f"{address}: it is accepted as {kind}, and is {finding.drift} now: that is not covered"
    return ""
