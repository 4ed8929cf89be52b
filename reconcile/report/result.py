"""What an apply did, as a table and as JSON; both from the value that the exit code is made from."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from reconcile.model.result import Ended, Result, Row
from reconcile.report.encode import FORMAT_VERSION, json_error, json_shard, json_text
from reconcile.report.layout import Cell, table, wrapped
from reconcile.report.looks import ACTION_LOOKS
from reconcile.report.style import Look, Style
from reconcile.report.terms import NOTHING, id_text, shard_line
from reconcile.report.visible import prose, visible

_HEAD = ("ADDRESS", "ACTION", "RESULT", "ATTEMPT", "STATUS", "ID")
INTERRUPTED = "Interrupted: nothing new was started. Apply again to go on."
UNMET = "Waited for, and did not reach their goal:"
WAITS = "What waits goes on with the next apply; with --wait, an apply stays for it."
ENDED_WORDS = {ended: ended.value.split()[0] + "".join(map(str.title, ended.value.split()[1:])) for ended in Ended}
ENDED_LOOKS = {
    Ended.DONE: Look.GREEN,
    Ended.FAILED: Look.RED,
    Ended.WAITING: Look.BLUE,
    Ended.BLOCKED: Look.ALARM,
    Ended.NOT_TRIED: Look.YELLOW,
}


def result_text(result: Result, style: Style) -> str:
    """The table, then what was not done and why, then the counts. Ends without a newline."""
    blocks = ["\n".join(table(_HEAD, [_cells(row) for row in result.rows], style))] if result.rows else []
    if notes := [line for row in result.rows if row.detail for line in _note(row, style)]:
        blocks.append("\n".join(notes))
    return "\n\n".join([*blocks, "\n".join(_end(result, style))])


def result_json(result: Result) -> str:
    return json_text(
        {"formatVersion": FORMAT_VERSION}
        | result_summary_object(result)
        | {"results": [_object(row) for row in result.rows]}
    )


def result_summary_object(result: Result) -> dict[str, Any]:
    """All but the single jobs."""
    counted = Counter(row.ended for row in result.rows)
    return {
        **json_shard(result.shard),
        "summary": {ENDED_WORDS[ended]: counted[ended] for ended in Ended},
        "interrupted": result.interrupted,
        "unmet": [str(address) for address in result.unmet],
        "error": json_error(result.error),
    }


def counts_line(result: Result) -> str:
    """`Applied: 2 done, 1 failed.`"""
    counted = Counter(row.ended for row in result.rows)
    counts = ", ".join(f"{counted[ended]} {ended.value}" for ended in Ended if counted[ended])
    return f"Applied: {counts or ('nothing' if result.error else 'nothing to do')}."


def goes_on_later(result: Result) -> bool:
    waits = any(row.ended is Ended.WAITING for row in result.rows)
    return waits and not (result.unmet or result.interrupted)


def _cells(row: Row) -> list[Cell]:
    return [
        Cell(str(row.address)),
        Cell(f"{row.action.symbol} {row.action.word}", ACTION_LOOKS[row.action]),
        Cell(row.ended.value, ENDED_LOOKS[row.ended]),
        Cell(str(row.attempt) if row.attempt else NOTHING),
        Cell(visible(row.status) or NOTHING),
        Cell(id_text(row.external_id)),
    ]


def _note(row: Row, style: Style) -> Iterator[str]:
    yield f"{row.address}: {style.paint(row.ended.value, ENDED_LOOKS[row.ended])}"
    yield from wrapped(prose(row.detail), style, indent=4)


def _end(result: Result, style: Style) -> Iterator[str]:
    if result.shard:
        yield from wrapped(shard_line(result.shard), style, indent=0)
    if result.interrupted:
        yield style.paint(INTERRUPTED, Look.ALARM)
    if result.unmet:
        yield style.paint(UNMET, Look.RED)
        yield from (f"    {address}" for address in result.unmet)
    yield style.paint(counts_line(result), Look.BOLD)
    if goes_on_later(result):
        yield from wrapped(WAITS, style, indent=0)


def _object(row: Row) -> dict[str, Any]:
    return {
        "address": str(row.address),
        "action": row.action.word,
        "ended": ENDED_WORDS[row.ended],
        "detail": row.detail,
        "attempt": row.attempt,
        "phase": row.phase.value,
        "status": row.status,
        "id": dict(row.external_id) if row.external_id else None,
    }
