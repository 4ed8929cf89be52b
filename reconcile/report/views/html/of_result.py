"""What an apply did, as the subject of a page."""

from collections import Counter
from collections.abc import Iterator

from reconcile.model.result import Ended, Result, Row
from reconcile.report.places import under
from reconcile.report.result import ENDED_LOOKS, INTERRUPTED, UNMET, WAITS, counts_line, goes_on_later
from reconcile.report.style import Look
from reconcile.report.terms import id_text
from reconcile.report.views.html.subject import Badge, Item, Notice, Subject, Tile, error_notice


def of_result(result: Result, folder: str) -> Subject:
    counted = Counter(row.ended for row in result.rows)
    return Subject(
        title="Apply",
        summary=counts_line(result).removeprefix("Applied: ").capitalize(),
        columns=("Result", "Job", "Detail"),
        nothing="No job was touched." if result.error else "Nothing was to be done.",
        tiles=tuple(Tile(counted[ended], Badge(ended.value, ENDED_LOOKS[ended])) for ended in Ended),
        items=tuple(_item(row, folder) for row in result.rows),
        shard=result.shard,
        notices=tuple(_notices(result)),
        facts=(("Exit code", str(result.exit.value)),),
    )


def _notices(result: Result) -> Iterator[Notice]:
    if result.error is not None:
        yield error_notice(result.error)
    if result.interrupted:
        yield Notice(INTERRUPTED, Look.ALARM)
    if result.unmet:
        yield Notice(UNMET, Look.RED, tuple(map(str, result.unmet)))
    if goes_on_later(result):
        yield Notice(WAITS, Look.DIM)


def _item(row: Row, folder: str) -> Item:
    return Item(
        row.address.kind,
        row.address.name,
        Badge(row.ended.value, ENDED_LOOKS[row.ended]),
        row.detail,
        address=row.address,
        aside=f"{row.action.symbol} {row.action.word}".strip(),
        facts=tuple(_facts(row, folder)),
        attempts=row.attempts,
        needs=row.depends_on,
    )


def _facts(row: Row, folder: str) -> Iterator[str]:
    if row.attempt:
        yield f"attempt {row.attempt}"
    if row.status:
        yield f"{row.phase.value} ({row.status})"
    if row.external_id:
        yield f"id {id_text(row.external_id)}"
    if row.place and row.place.file:
        yield str(under(folder, row.place))
