"""A drift report as one JSON document, format version 1.0."""

from typing import Any

from reconcile.model.drift import Acceptance, Drift, DriftKind, Finding
from reconcile.report.encode import FORMAT_VERSION, json_shard, json_text, json_time
from reconcile.report.plan_json import field_object


def drift_json(drift: Drift) -> str:
    """Ends without a newline. Every count is always there; what is in sync is only counted."""
    return json_text(drift_object(drift))


def drift_object(drift: Drift) -> dict[str, Any]:
    """The same, before it becomes text."""
    return {
        "formatVersion": FORMAT_VERSION,
        "at": json_time(drift.at),
        **drift_summary_object(drift),
        "findings": [finding_object(finding) for finding in drift.findings],
    }


def drift_summary_object(drift: Drift) -> dict[str, Any]:
    """All but the single jobs."""
    return {
        **json_shard(drift.shard),
        "partial": drift.partial,
        "summary": {kind.value: drift.counts[kind] for kind in DriftKind},
        "warnings": list(drift.warnings),
        "overTime": [
            {"at": json_time(moment.at), "summary": {kind.value: moment.counts.get(kind, 0) for kind in DriftKind}}
            for moment in drift.over_time
        ],
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "address": str(finding.address) if finding.address else None,
        "drift": finding.drift.value,
        "kind": finding.kind,
        "name": finding.name,
        "reason": finding.reason,
        "goal": finding.goal.value if finding.goal else None,
        "phase": finding.phase.value if finding.attempt or not finding.address else None,
        "status": finding.status,
        "attempt": finding.attempt,
        "id": dict(finding.external_id) if finding.external_id else None,
        "place": str(finding.place) if finding.place else None,
        "diff": [field_object(diff) for diff in finding.diff],
        "since": json_time(finding.since),
        "times": finding.times,
        "accepted": _accepted(finding.accepted),
        "manifest": finding.manifest,
    }


def _accepted(accepted: Acceptance | None) -> dict[str, str] | None:
    return {"until": accepted.until.isoformat(), "reason": accepted.reason} if accepted else None
