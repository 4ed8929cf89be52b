"""A drift report as one JSON document, format version 1.0."""

from typing import Any

from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.report.encode import FORMAT_VERSION, json_text, json_time
from reconcile.report.plan_json import field_object


def drift_json(drift: Drift) -> str:
    """Ends without a newline. Every count is always there; what is in sync is only counted."""
    return json_text(
        {
            "formatVersion": FORMAT_VERSION,
            "at": json_time(drift.at),
            "partial": drift.partial,
            "warnings": list(drift.warnings),
            "summary": {kind.value: drift.counts[kind] for kind in DriftKind},
            "findings": [finding_object(finding) for finding in drift.findings],
        }
    )


def finding_object(finding: Finding) -> dict[str, Any]:
    accepted, place = finding.accepted, finding.place
    return {
        "drift": finding.drift.value,
        "address": str(finding.address) if finding.address else None,
        "kind": finding.kind,
        "name": finding.name,
        "reason": finding.reason,
        "goal": finding.goal.value if finding.goal else None,
        "phase": finding.phase.value,
        "status": finding.status,
        "attempt": finding.attempt,
        "id": dict(finding.external_id) if finding.external_id else None,
        "place": {"file": place.file, "line": place.line, "column": place.column} if place else None,
        "diff": [field_object(diff) for diff in finding.diff],
        "since": json_time(finding.since),
        "times": finding.times,
        "accepted": {"until": accepted.until.isoformat(), "reason": accepted.reason} if accepted else None,
        "manifest": finding.manifest or None,
    }
