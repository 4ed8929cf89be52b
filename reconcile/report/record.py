"""One record with its history: the story of an address."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from reconcile.model.job import Spec
from reconcile.model.record import Attempt, Record
from reconcile.report.encode import FORMAT_VERSION, json_text, json_time
from reconcile.report.layout import Cell, table
from reconcile.report.looks import PHASE_LOOKS
from reconcile.report.style import Look, Style
from reconcile.report.terms import NOTHING, age_text, id_text, short_token, time_text, value_text
from reconcile.report.visible import prose, visible

_LABELS = 18
_HISTORY = ("ATTEMPT", "PHASE", "STATUS", "STARTED", "TOOK", "TOKEN", "ID")


def record_text(record: Record, style: Style, *, spec: Spec) -> str:
    """`spec` is that of the record with its sensitive members masked. Ends without a newline."""
    lines = [style.paint(str(record.address), Look.BOLD)]
    lines += [f"  {label:<{_LABELS}}{value}" for label, value in _facts(record, style) if value]
    lines += ["  spec", *(f"    {line}" for line in _tree(spec))]
    if record.history:
        rows = [_attempt_cells(attempt) for attempt in reversed(record.history)]
        indented = replace(style, width=style.width - 4)
        lines += ["  earlier attempts", *(f"    {line}" for line in table(_HISTORY, rows, indented))]
    return "\n".join(lines)


def record_json(record: Record, *, spec: Spec) -> str:
    """The record under the names of the lock file; `spec` as in `record_text`."""
    return json_text({"formatVersion": FORMAT_VERSION, "address": str(record.address)} | _object(record, spec))


def _facts(record: Record, style: Style) -> Iterator[tuple[str, str]]:
    status = f" ({visible(record.status)})" if record.status else ""
    yield "goal", record.goal.value
    yield "phase", style.paint(record.phase.value, PHASE_LOOKS[record.phase]) + status
    yield "status reason", prose(record.status_reason)
    yield "stage", record.stage.value
    yield "attempt", f"{record.attempt}, try {record.tries} of generation {record.generation}"
    yield "highest attempt", str(record.highest) if record.highest != record.attempt else ""
    yield "client token", record.client_token
    yield "job name", visible(record.job_name)
    yield "id", ", ".join(f"{part} {visible(str(value))}" for part, value in record.external_id.items())
    yield "provider", f"{record.provider} ({visible(record.scope)})"
    yield "digest", record.digest
    for label, at in (
        ("intent written", record.intent_at),
        ("started", record.started_at),
        ("stop asked for" if record.stop_taken else "stop not answered", record.stop_requested_at),
        ("ended", record.ended_at),
    ):
        yield label, time_text(at) if at else ""
    yield "labels", ", ".join(f"{visible(key)}={visible(value)}" for key, value in sorted(record.labels.items()))
    yield "depends on", ", ".join(map(str, record.depends_on))
    yield "protected from", ", ".join(sorted(record.protect))
    yield "when removed", record.on_remove.value


def _tree(value: Any) -> Iterator[str]:
    """Nested members, one a line, as YAML people would write it; leaves are JSON."""
    if isinstance(value, Mapping) and value:
        for key, member in value.items():
            yield from _member(visible(str(key)) + ":", member)
    elif isinstance(value, list | tuple) and value:
        for member in value:
            yield from _member("-", member)
    else:
        yield value_text(value)


def _member(head: str, member: Any) -> Iterator[str]:
    lines = list(_tree(member))
    if isinstance(member, Mapping | list | tuple) and member:
        yield head
        yield from (f"  {line}" for line in lines)
    else:
        yield f"{head} {lines[0]}"


def _attempt_cells(attempt: Attempt) -> list[Cell]:
    return [
        Cell(str(attempt.attempt)),
        Cell(attempt.phase.value, PHASE_LOOKS[attempt.phase]),
        Cell(visible(attempt.status) or NOTHING),
        Cell(time_text(attempt.started_at)),
        Cell(age_text(attempt.started_at, attempt.ended_at) if attempt.ended_at else NOTHING),
        Cell(short_token(attempt.client_token)),
        Cell(id_text(attempt.external_id)),
    ]


def _object(record: Record, spec: Spec) -> dict[str, Any]:
    return _run(record) | {
        "provider": record.provider,
        "scope": record.scope,
        "stage": record.stage.value,
        "goal": record.goal.value,
        "highest": record.highest,
        "tries": record.tries,
        "jobName": record.job_name,
        "statusReason": record.status_reason,
        "intentAt": json_time(record.intent_at),
        "stopRequestedAt": json_time(record.stop_requested_at),
        "stopTaken": record.stop_taken,
        "onRemove": record.on_remove.value,
        "protect": sorted(record.protect),
        "stopTimeout": record.stop_timeout,
        "dependsOn": [str(address) for address in record.depends_on],
        "labels": dict(record.labels),
        "spec": spec,
        "history": [_run(attempt) for attempt in record.history],
    }


def _run(run: Record | Attempt) -> dict[str, Any]:
    return {
        "attempt": run.attempt,
        "generation": run.generation,
        "digest": run.digest,
        "clientToken": run.client_token,
        "externalId": dict(run.external_id),
        "phase": run.phase.value,
        "status": run.status,
        "startedAt": json_time(run.started_at),
        "endedAt": json_time(run.ended_at),
    }
