"""A plan as the subject of a page."""

from collections.abc import Iterator

from reconcile.model.change import Action, Change, Plan
from reconcile.report.looks import ACTION_LOOKS
from reconcile.report.places import under
from reconcile.report.plan_text import BLOCKED_STAYS, PARTIAL, attempt_words, summary_line
from reconcile.report.style import Look
from reconcile.report.views.html.subject import Badge, Item, Notice, Subject, Tile, error_notice


def of_plan(plan: Plan, folder: str) -> Subject:
    return Subject(
        title="Plan",
        summary=summary_line(plan).removeprefix("Plan: "),
        columns=("Action", "Job", "Why"),
        nothing="Nothing is to be done." if plan.was_made else "No job was looked at.",
        tiles=tuple(
            Tile(count, _tile(action))
            for action, count in plan.counts.items()
            if count or (action is Action.NONE and plan.was_made)
        ),
        items=tuple(_item(change, folder) for change in plan.changes),
        shard=plan.shard,
        notices=tuple(_notices(plan)),
    )


def action_badge(action: Action) -> Badge:
    return Badge(action.word, ACTION_LOOKS[action], action.symbol.strip())


def _tile(action: Action) -> Badge:
    return Badge("unchanged", Look.DIM) if action is Action.NONE else action_badge(action)


def _notices(plan: Plan) -> Iterator[Notice]:
    if plan.refused:
        yield error_notice(plan.refused)
    if plan.partial:
        yield Notice(PARTIAL, Look.YELLOW)
    yield from (Notice(warning, Look.YELLOW) for warning in plan.warnings)
    if plan.counts[Action.BLOCKED]:
        yield Notice(BLOCKED_STAYS, Look.DIM)


def _item(change: Change, folder: str) -> Item:
    record = change.decision.record
    return Item(
        change.address.kind,
        change.address.name,
        action_badge(change.action),
        change.reason,
        address=change.address,
        aside=f"then {change.then.symbol} {change.then.word}" if change.then else "",
        facts=tuple(_facts(change, folder)),
        diff=change.diff,
        attempts=record.with_history() if record else (),
        needs=change.needs,
    )


def _facts(change: Change, folder: str) -> Iterator[str]:
    if change.attempt:
        yield attempt_words(change)
    if change.desired and change.desired.place.file:
        yield str(under(folder, change.desired.place))
