"""A drift report as the subject of a page."""

from collections.abc import Iterator

from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.report import drift_text
from reconcile.report.places import under
from reconcile.report.style import Look
from reconcile.report.views.html.subject import Badge, Item, Notice, Subject, Tile


def of_drift(drift: Drift, folder: str) -> Subject:
    return Subject(
        title="Drift",
        summary=drift_text.summary_line(drift).removeprefix("Drift: "),
        columns=("Drift", "Job", "Why"),
        nothing="Nothing drifts.",
        tiles=tuple(_tiles(drift)),
        items=tuple(_item(finding, drift, folder) for finding in drift.findings),
        shard=drift.shard,
        notices=tuple(_notices(drift)),
        facts=(("Exit code", str(drift.exit.value)),),
        moments=drift.over_time,
    )


def _tiles(drift: Drift) -> Iterator[Tile]:
    for kind, count in drift.counts.items():
        if count or kind is DriftKind.IN_SYNC:
            yield Tile(count, _badge(kind))


def _badge(kind: DriftKind) -> Badge:
    word = "in sync" if kind is DriftKind.IN_SYNC else kind.value
    return Badge(word, drift_text.DRIFT_LOOKS[kind])


def _notices(drift: Drift) -> Iterator[Notice]:
    if drift.partial:
        yield Notice(drift_text.PARTIAL, Look.YELLOW)
    yield from (Notice(warning, Look.YELLOW) for warning in drift.warnings)


def _item(finding: Finding, drift: Drift, folder: str) -> Item:
    return Item(
        finding.kind,
        finding.name,
        _badge(finding.drift),
        finding.reason,
        address=finding.address,
        aside="accepted" if finding.accepted else "",
        facts=tuple(_facts(finding, drift, folder)),
        diff=finding.diff,
        attempts=finding.attempts,
        needs=finding.depends_on,
        manifest=finding.manifest,
    )


def _facts(finding: Finding, drift: Drift, folder: str) -> Iterator[str]:
    yield from drift_text.facts(finding, drift)
    if finding.place and finding.place.file:
        yield str(under(folder, finding.place))
