"""A drift report as people read it: one block a finding, then one line that counts."""

from collections.abc import Iterator

from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.report.field_diff import diff_lines
from reconcile.report.layout import wrapped
from reconcile.report.looks import DRIFT_LOOKS
from reconcile.report.style import Look, Style
from reconcile.report.terms import id_text, time_text
from reconcile.report.visible import prose, visible

PARTIAL = "Partial report: made with --target. Other addresses were not looked at."
_WORDS = max(len(kind.value) for kind in DriftKind)
_INDENT = 2 + _WORDS + 2


def drift_text(drift: Drift, style: Style) -> str:
    """Ends without a newline."""
    blocks = ["\n".join(_block(finding, style)) for finding in drift.findings]
    return "\n\n".join([*blocks, "\n".join(_end(drift, style))])


def drift_line(drift: Drift) -> str:
    """`Drift: 2 stopped, 1 failed; 40 in sync.`, leaving out what there is none of."""
    in_sync = drift.counts[DriftKind.IN_SYNC]
    counts = [f"{drift.counts[kind]} {kind.value}" for kind in DriftKind if kind.is_drift and drift.counts[kind]]
    apart = [f"{count} {words}" for count, words in (
        (drift.counts[DriftKind.UNMANAGED], "unmanaged"),
        (sum(finding.accepted is not None for finding in drift.findings), "of them accepted"),
        (in_sync, "in sync"),
    ) if count]  # fmt: skip
    told = f"Drift: {', '.join(counts)}" if counts else "No drift"
    return f"{told}; {', '.join(apart)}." if apart else f"{told}."


def finding_name(finding: Finding) -> str:
    """The address; of an unmanaged job its kind and name, or its id where it has no name."""
    if finding.address:
        return str(finding.address)
    return visible(f"{finding.kind}/{finding.name or id_text(finding.external_id)}")


def story(finding: Finding) -> Iterator[str]:
    """What there is to know beside the reason, one sentence each."""
    if finding.goal:
        status = f" ({visible(finding.status)})" if finding.status else ""
        attempt = f", attempt {finding.attempt}" if finding.attempt else ""
        yield f"goal {finding.goal}, phase {finding.phase}{status}{attempt}"
    elif finding.external_id:
        yield f"id {id_text(finding.external_id)}, phase {finding.phase}"
    if finding.since:
        again = f", for the {_ordinal(finding.times)} time" if finding.times > 1 else ""
        yield f"since {time_text(finding.since)}{again}"
    if finding.accepted:
        yield f"accepted until {finding.accepted.until.isoformat()}: {prose(finding.accepted.reason)}"


def _block(finding: Finding, style: Style) -> Iterator[str]:
    word = style.paint(f"{finding.drift:<{_WORDS}}", DRIFT_LOOKS[finding.drift])
    yield f"  {word}  {style.paint(finding_name(finding), Look.BOLD)}"
    yield from wrapped(prose(finding.reason), style, indent=_INDENT)
    for line in story(finding):
        yield from (style.paint(part, Look.DIM) for part in wrapped(line, style, indent=_INDENT))
    yield from diff_lines(finding.diff, style, indent=_INDENT)
    yield from (" " * _INDENT + visible(line) for line in finding.manifest.splitlines())


def _end(drift: Drift, style: Style) -> Iterator[str]:
    if drift.partial:
        yield from (style.paint(line, Look.ALARM) for line in wrapped(PARTIAL, style, indent=0))
    yield from (style.paint(line, Look.BOLD) for line in wrapped(drift_line(drift), style, indent=0))


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
