"""Since when, and how often, a job drifts, as far as the history goes back. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from reconcile.model.drift import Drift, DriftKind, Finding, Moment
from reconcile.model.drift_history import Look, key_of

LATEST = 500  # looks that are told of as a development over time


def with_history(drift: Drift, earlier: Sequence[Look]) -> Drift:
    """`earlier` are the looks at this project and environment, oldest first."""
    findings = tuple(_remembered(finding, earlier, drift.at) for finding in drift.findings)
    moments = [Moment(look.at, look.counts) for look in earlier if look.about is None]
    if not drift.partial:
        moments.append(Moment(drift.at, drift.counts))
    return replace(drift, findings=findings, over_time=tuple(moments[-LATEST:]))


def _remembered(finding: Finding, earlier: Sequence[Look], at: datetime) -> Finding:
    key = key_of(finding)
    seen = [(look.at, _as_told(look.found.get(key), finding.drift)) for look in earlier if look.covers(finding)]
    known = [(when, kind) for when, kind in seen if kind is not DriftKind.UNKNOWN or finding.drift is DriftKind.UNKNOWN]
    since = at
    for when, kind in reversed(known):
        if kind is not finding.drift:
            break
        since = when
    kinds = [None, *(kind for _, kind in known), finding.drift]
    times = sum(before is None and now is not None for before, now in pairwise(kinds))
    return replace(finding, since=since, times=times)


def _as_told(kind: DriftKind | None, of: DriftKind) -> DriftKind | None:
    """That a service could not be asked neither ends a drift nor begins one; it is a series of its own."""
    return None if of is DriftKind.UNKNOWN and kind is not DriftKind.UNKNOWN else kind
