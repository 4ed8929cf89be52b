"""A drift report as the subject of a page."""

from collections.abc import Iterator

from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.report.looks import DRIFT_LOOKS
from reconcile.report.style import Look
from reconcile.report.terms import id_text, time_text
from reconcile.report.views.html.subject import Badge, Item, Notice, Subject, Tile

_WORDS = {kind: kind.value for kind in DriftKind} | {DriftKind.IN_SYNC: "in sync"}
_PARTIAL = "Partial report: made with --target. Other addresses were not looked at and may drift too."


def of_drift(drift: Drift) -> Subject:
    return Subject(
        title="Drift",
        summary=_summary(drift),
        columns=("Drift", "Job", "Why"),
        nothing="Nothing drifts.",
        tiles=tuple(_tiles(drift)),
        items=tuple(map(_item, drift.findings)),
        notices=tuple(_notices(drift)),
        facts=(("Exit code", str(drift.exit.value)),),
    )


def _summary(drift: Drift) -> str:
    drifting = [finding for finding in drift.findings if finding.drift.is_drift]
    accepted = sum(finding.accepted is not None for finding in drifting)
    jobs = "1 job drifts" if len(drifting) == 1 else f"{len(drifting) or 'No'} jobs drift"
    parts = [f"{jobs}, {accepted} of them accepted" if accepted else jobs]
    if unmanaged := drift.counts[DriftKind.UNMANAGED]:
        parts.append(f"{unmanaged} unmanaged")
    return f"{'; '.join([*parts, f'{drift.in_sync} in sync'])}."


def _tiles(drift: Drift) -> Iterator[Tile]:
    for kind, count in drift.counts.items():
        if count or kind is DriftKind.IN_SYNC:
            yield Tile(count, Badge(_WORDS[kind], DRIFT_LOOKS[kind]))


def _notices(drift: Drift) -> Iterator[Notice]:
    if drift.partial:
        yield Notice(_PARTIAL, Look.YELLOW)
    yield from (Notice(warning, Look.YELLOW) for warning in drift.warnings)


def _item(finding: Finding) -> Item:
    return Item(
        finding.kind,
        finding.name,
        Badge(_WORDS[finding.drift], DRIFT_LOOKS[finding.drift]),
        finding.reason,
        address=finding.address,
        aside="accepted" if finding.accepted else "",
        facts=tuple(_facts(finding)),
        diff=finding.diff,
        attempts=finding.attempts,
        needs=finding.depends_on,
        manifest=finding.manifest,
    )


def _facts(finding: Finding) -> Iterator[str]:
    if finding.accepted:
        yield f"accepted until {finding.accepted.until.isoformat()}: {finding.accepted.reason}"
    if finding.since:
        often = "" if finding.times < 2 else f", for the {_ordinal(finding.times)} time"
        yield f"since {time_text(finding.since)}{often}"
    if finding.goal:
        yield f"goal {finding.goal.value}"
    if finding.status:
        yield f"{finding.phase.value} ({finding.status})"
    if finding.attempt:
        yield f"attempt {finding.attempt}"
    if finding.external_id:
        yield f"id {id_text(finding.external_id)}"
    if finding.place and finding.place.file:
        yield str(finding.place)


def _ordinal(count: int) -> str:
    suffix = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{suffix}"
