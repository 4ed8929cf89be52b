"""Looks for drift: what a survey says of the jobs, and on demand what nobody declared. No lease, no writes."""

from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import datetime

from reconcile.applier.look import look_only
from reconcile.applier.survey import Surveyor
from reconcile.applier.surveyed import Survey, survey_of_settled
from reconcile.applier.unmanaged import find_unmanaged
from reconcile.applier.unset import warnings as unset
from reconcile.applier.workspace import Workspace
from reconcile.model.address import Address
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.planner.drift import find_drift
from reconcile.planner.plan import Situation


def look_for_drift(
    workspace: Workspace, *, targets: Sequence[str] = (), unmanaged: bool = False, now: datetime, pool: Executor | None
) -> Drift:
    """Accepted is nothing yet, and nothing is known of earlier looks."""
    lockfile = workspace.lockfile
    shard = workspace.project.shard
    settled = survey_of_settled(workspace.jobs, lockfile, now) if not (targets or unmanaged) else None
    if settled is not None:
        return Drift((), settled.plan.unchanged, now, warnings=lockfile.warnings, shard=shard)
    surveyor = workspace.surveyor(writable=False)
    survey = look_only(workspace, surveyor, targets=targets, now=now, pool=pool)
    findings = _findings(surveyor, survey, workspace.selection(targets, lockfile, destroy=False))
    in_sync = sum(survey.plan.counts.values()) - len(findings)
    warnings = unset(survey.plan, surveyor.secrets)
    if unmanaged:
        told = frozenset(found.address for found in findings if found.address and found.drift is DriftKind.CHANGED)
        strays = find_unmanaged(surveyor, lockfile, told, now=now, pool=pool)
        findings, warnings = (*findings, *strays.findings), (*warnings, *strays.warnings)
    return Drift(
        tuple(sorted(findings, key=_place)),
        in_sync,
        now,
        partial=survey.plan.partial,
        warnings=(*lockfile.warnings, *warnings),
        shard=shard,
    )


def _findings(surveyor: Surveyor, survey: Survey, only: frozenset[Address] | None) -> tuple[Finding, ...]:
    situation = Situation(
        surveyor.project,
        surveyor.desired,
        survey.records,
        survey.observed,
        surveyor.capabilities,
        _is_not_asked,
        only=only,
    )
    return find_drift(situation, survey.plan)


def _is_not_asked(_kind: str, _path: tuple[str | int, ...]) -> bool:
    """Differences were masked when the plan was made, and are taken from there."""
    return True


def _place(finding: Finding) -> tuple[str, bool, str]:
    """Declared and recorded jobs of a kind, then those that nobody declared."""
    return finding.kind, finding.address is None, finding.name
