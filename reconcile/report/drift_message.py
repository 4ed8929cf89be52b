"""A drift report as a message to a chat: JSON with a `text` that Slack and its kin show, and the report itself."""

from html import escape
from typing import Any

from reconcile.model.drift import Drift, Finding
from reconcile.report.drift_json import drift_object
from reconcile.report.drift_text import summary_line
from reconcile.report.encode import json_line
from reconcile.report.terms import clipped, shard_words, time_text
from reconcile.report.visible import prose

_MOST = 20  # findings in the text; a chat is no place for more
_LONGEST = 300  # characters of a reason


def drift_message(drift: Drift, *, project: str, environment: str) -> str:
    where = (project if environment == "default" else f"{project} ({environment})") + shard_words(drift.shard)
    open_ = [finding for finding in drift.findings if finding.is_open]
    lines = [f"{where}: {summary_line(drift)}", *map(_line, open_[:_MOST])]
    if len(open_) > _MOST:
        lines.append(f"… and {len(open_) - _MOST} more")
    message: dict[str, Any] = {
        "text": escape("\n".join(lines), quote=False),  # what a cloud put into a reason is no link and calls nobody
        "project": project,
        "environment": environment,
        "drift": drift_object(drift),
    }
    return json_line(message)


def _line(finding: Finding) -> str:
    since = f" since {time_text(finding.since)}" if finding.since else ""
    return f"• {finding.address}: {finding.drift.value}{since}: {clipped(prose(finding.reason), _LONGEST)}"
