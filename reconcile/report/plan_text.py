"""A plan as people read it: one block a change, then one line that counts."""

from collections.abc import Iterator

from reconcile.model.change import Action, Change, Plan
from reconcile.model.phase import Guarantee
from reconcile.report.field_diff import diff_lines
from reconcile.report.layout import wrapped
from reconcile.report.looks import ACTION_LOOKS
from reconcile.report.style import Look, Style
from reconcile.report.terms import shard_line, short_token
from reconcile.report.visible import prose, visible_lines

_WORDS = max(len(action.word) for action in Action)
INDENT = 2 + 2 + _WORDS + 2  # where an address, and all that is said of it, begins

_COUNTED = {
    Action.START: "to start",
    Action.STOP: "to stop",
    Action.REPLACE: "to replace",
    Action.RESUME: "to resume",
    Action.ADOPT: "to adopt",
    Action.FORGET: "to forget",
    Action.WAIT: "waiting",
    Action.BLOCKED: "blocked",
}

PARTIAL = "Partial plan: made with --target. Other addresses were not looked at and may need changes too."
REFUSED = "A guard of the project refuses to apply this plan:"
BLOCKED_STAYS = "What is blocked stays as it is until its reason is dealt with."


def plan_text(plan: Plan, style: Style) -> str:
    """Ends without a newline. Values of fields were masked where the plan was made."""
    blocks = ["\n".join(_block(change, style)) for change in plan.changes]
    return "\n\n".join([*blocks, "\n".join(_end(plan, style))])


def summary_line(plan: Plan) -> str:
    """`Plan: 2 to start, 1 blocked; 40 unchanged.`, leaving out what there is none of."""
    unchanged = plan.counts[Action.NONE]
    if not plan.was_made:
        return "No plan was made."
    if plan.is_empty:
        return f"No changes. {_jobs_are(unchanged)} as declared." if unchanged else "No changes. There are no jobs."
    counted = ", ".join(f"{plan.counts[action]} {words}" for action, words in _COUNTED.items() if plan.counts[action])
    return f"Plan: {counted}; {unchanged} unchanged."


def attempt_words(change: Change) -> str:
    """What guards the start, where there is one; else only which attempt it is about."""
    words = f"attempt {change.attempt}"
    if not change.starts:
        return words
    match change.guarantee:
        case Guarantee.TOKEN:
            return f"{words}, start guarded by token {short_token(change.client_token)}"
        case Guarantee.UNIQUE_NAME:
            return f"{words}, start guarded by unique-name {short_token(change.client_token)}"
        case Guarantee.SWITCH:
            return f"{words}, start guarded by switch: it is read first"
        case Guarantee.LOOK_UP:
            return f"{words}, start guarded by look-up only: the service keeps neither token nor unique name"


def _jobs_are(count: int) -> str:
    return "1 job is" if count == 1 else f"All {count} jobs are"


def _block(change: Change, style: Style) -> Iterator[str]:
    action = change.action
    head = f"{action.symbol} {action.word:<{_WORDS}}"
    yield f"  {style.paint(head, ACTION_LOOKS[action])}  {style.paint(str(change.address), Look.BOLD)}"
    yield from wrapped(prose(change.reason), style, indent=INDENT)
    if change.then:
        then = f"then {change.then.symbol} {change.then.word}"
        yield " " * INDENT + style.paint(then, ACTION_LOOKS[change.then])
    if change.attempt:
        yield from (style.paint(line, Look.DIM) for line in wrapped(attempt_words(change), style, indent=INDENT))
    yield from diff_lines(change.diff, style, indent=INDENT)


def _end(plan: Plan, style: Style) -> Iterator[str]:
    if plan.shard:
        yield from wrapped(shard_line(plan.shard), style, indent=0)
    if plan.partial:
        yield from (style.paint(line, Look.ALARM) for line in wrapped(PARTIAL, style, indent=0))
    yield from (style.paint(line, Look.BOLD) for line in wrapped(summary_line(plan), style, indent=0))
    if plan.counts[Action.BLOCKED]:
        yield from wrapped(BLOCKED_STAYS, style, indent=0)
    if plan.refused:
        if plan.was_made:
            yield style.paint(REFUSED, Look.ALARM)
        yield visible_lines(str(plan.refused))
