"""The table of jobs: what each is to do, and what was last heard of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from reconcile.model.address import Address
from reconcile.model.job import DesiredJob, ExternalId
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Goal, Phase
from reconcile.model.record import Record
from reconcile.model.settled import Wanted
from reconcile.model.shard import Shard
from reconcile.report.encode import FORMAT_VERSION, json_pieces, json_shard, json_time
from reconcile.report.layout import Cell, table
from reconcile.report.looks import PHASE_LOOKS
from reconcile.report.pieces import in_pieces
from reconcile.report.style import Look, Style
from reconcile.report.terms import NOTHING, age_text, id_text
from reconcile.report.visible import prose, visible

_HEAD = ("ADDRESS", "GOAL", "PHASE", "STATUS", "ATTEMPT", "AGE", "ID")
_NOT_STARTED = "not started"
_UNCONFIRMED = "start not confirmed"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One address. `goal` is None where no manifest wants the job any more, `phase` where nothing was started."""

    address: Address
    goal: Goal | None
    phase: Phase | None
    status: str = ""
    attempt: int = 0
    started_at: datetime | None = None
    external_id: ExternalId | None = None
    unconfirmed: bool = False  # a start was sent, or about to be, and nobody knows yet what came of it
    trouble: str = ""  # why the service could not be asked


def status_row(
    address: Address, desired: DesiredJob | Wanted | None, record: Record | None, observed: ObservedJob | None
) -> StatusRow:
    """What to show of one address; `observed` only where it was asked for just now."""
    goal = desired.goal if desired else None
    if record is None or not _counts(record, desired):
        return StatusRow(address, goal, None)
    phase, status, external_id = record.phase, record.status, record.external_id
    if observed is not None and not (observed.phase is Phase.MISSING and record.phase.is_terminal):
        phase, status = observed.phase, observed.status
        external_id = observed.job.external_id if observed.job else external_id
    return StatusRow(
        address,
        goal,
        phase,
        status,
        record.attempt,
        record.started_at or record.intent_at,
        external_id,
        record.is_intent and not (observed and observed.job),
        observed.trouble if observed else "",
    )


def _counts(record: Record, desired: DesiredJob | Wanted | None) -> bool:
    """Whether a plan would go by it: a tombstone only where its job runs on, or where the same content is declared."""
    if not record.is_tombstone or record.left_running:
        return True
    return desired is not None and bool(record.external_id) and record.same_content(desired.digest, desired.generation)


def status_text(rows: Iterable[StatusRow], style: Style, *, now: datetime) -> Iterator[str]:
    """In pieces of whole lines."""
    return in_pieces(_lines(rows, style, now))


def status_json(rows: Iterable[StatusRow], shard: Shard | None = None) -> Iterator[str]:
    """In pieces of whole lines. `shard`: that they are of."""
    return json_pieces({"formatVersion": FORMAT_VERSION, **json_shard(shard)}, "jobs", map(_object, rows))


def _lines(rows: Iterable[StatusRow], style: Style, now: datetime) -> Iterator[str]:
    cells, troubles = [], []
    for row in rows:
        cells.append(_cells(row, now))
        if row.trouble:
            troubles.append(f"{row.address}: could not be asked: {prose(row.trouble)}")
    if not cells:
        yield "There are no jobs."
    yield from table(_HEAD, cells, style)
    yield from ("", *troubles) if troubles else ()


def _cells(row: StatusRow, now: datetime) -> tuple[Cell, ...]:
    """There may be a million rows: what many have in common is kept once."""
    return (
        Cell(str(row.address)),
        _common(row.goal.value if row.goal else "(not declared)"),
        _common(row.phase.value, PHASE_LOOKS[row.phase]) if row.phase else _common(_NOT_STARTED, Look.DIM),
        _common(_UNCONFIRMED if row.unconfirmed else visible(row.status) or NOTHING),
        _common(str(row.attempt) if row.attempt else NOTHING),
        _common(age_text(row.started_at, now)),
        Cell(id_text(row.external_id)),
    )


_common = cache(Cell)


def _object(row: StatusRow) -> dict[str, Any]:
    return {
        "address": str(row.address),
        "goal": row.goal.value if row.goal else None,
        "phase": row.phase.value if row.phase else None,
        "status": row.status,
        "attempt": row.attempt,
        "startedAt": json_time(row.started_at),
        "id": dict(row.external_id) if row.external_id else None,
        "unconfirmed": row.unconfirmed,
        "trouble": row.trouble,
    }
