"""A drift report as people read it: what differs, since when, and what to do about it."""

from collections.abc import Iterator

from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.report.field_diff import diff_lines
from reconcile.report.layout import wrapped
from reconcile.report.style import Look, Style
from reconcile.report.terms import age_text, id_text, shard_line, time_text
from reconcile.report.visible import prose, visible, visible_lines

DRIFT_LOOKS = {
    DriftKind.STOPPED: Look.YELLOW,
    DriftKind.FAILED: Look.RED,
    DriftKind.MISSING: Look.RED,
    DriftKind.CHANGED: Look.ALARM,
    DriftKind.UNMANAGED: Look.CYAN,
    DriftKind.PENDING: Look.GREEN,
    DriftKind.UNKNOWN: Look.ALARM,
    DriftKind.IN_SYNC: Look.DIM,
}
PARTIAL = "Partial: made with --target. Other jobs were not looked at."
_WORDS = max(len(kind.value) for kind in DriftKind)
_INDENT = 2 + _WORDS + 2
_COUNTED = {kind: kind.value for kind in DriftKind} | {DriftKind.IN_SYNC: "in sync"}


def drift_text(drift: Drift, style: Style) -> str:
    """Ends without a newline. Values of fields were masked where the plan was made."""
    blocks = ["\n".join(_block(finding, drift, style)) for finding in drift.findings]
    manifests = [visible_lines(finding.manifest.rstrip("\n")) for finding in drift.findings if finding.manifest]
    if manifests:
        blocks.append("Manifests for what nobody declared:\n\n" + "\n---\n".join(manifests))
    return "\n\n".join([*blocks, "\n".join(_end(drift, style))])


def summary_line(drift: Drift) -> str:
    """`Drift: 1 stopped, 2 pending; 40 in sync.`, leaving out what there is none of."""
    counts = drift.counts
    drifts = ", ".join(f"{counts[kind]} {_COUNTED[kind]}" for kind in DriftKind if kind.is_drift and counts[kind])
    unmanaged = f", {counts[DriftKind.UNMANAGED]} unmanaged" if counts[DriftKind.UNMANAGED] else ""
    accepted = sum(finding.accepted is not None for finding in drift.findings)
    told = f" ({accepted} accepted)" if accepted else ""
    return f"Drift: {drifts}{told}; {counts[DriftKind.IN_SYNC]} in sync{unmanaged}." if drifts else (
        f"No drift. {counts[DriftKind.IN_SYNC]} in sync{unmanaged}."
    )  # fmt: skip


def finding_name(finding: Finding) -> str:
    """The address; of a job that nobody declared its kind and name."""
    return str(finding.address) if finding.address else visible(f"{finding.kind} {finding.name}")


def facts(finding: Finding, drift: Drift) -> Iterator[str]:
    """What there is to know beside the reason."""
    if finding.external_id:
        attempt = f"attempt {finding.attempt}, " if finding.attempt else ""
        status = f", {visible(finding.status)}" if finding.status else ""
        yield f"{attempt}id {id_text(finding.external_id)}{status}"
    if finding.since:
        often = "for the first time" if finding.times <= 1 else f"{finding.times} times so far"
        yield f"since {time_text(finding.since)} ({age_text(finding.since, drift.at)}), {often}"
    if finding.accepted:
        yield f"accepted until {finding.accepted.until}: {prose(finding.accepted.reason)}"


def _block(finding: Finding, drift: Drift, style: Style) -> Iterator[str]:
    word = style.paint(f"{finding.drift.value:<{_WORDS}}", DRIFT_LOOKS[finding.drift])
    yield f"  {word}  {style.paint(finding_name(finding), Look.BOLD)}"
    yield from wrapped(prose(finding.reason), style, indent=_INDENT)
    for line in facts(finding, drift):
        yield from (style.paint(text, Look.DIM) for text in wrapped(line, style, indent=_INDENT))
    yield from diff_lines(finding.diff, style, indent=_INDENT)


def _end(drift: Drift, style: Style) -> Iterator[str]:
    if drift.shard:
        yield from wrapped(shard_line(drift.shard), style, indent=0)
    if drift.partial:
        yield style.paint(PARTIAL, Look.ALARM)
    yield style.paint(summary_line(drift), Look.BOLD)
    if any(finding.is_open for finding in drift.findings):
        yield from wrapped(
            "To repair it: reconcile apply. To live with it: reconcile drift accept ADDRESS --until DATE --reason TEXT",
            style,
            indent=0,
        )
