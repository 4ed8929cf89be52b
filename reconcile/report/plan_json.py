"""A plan as one JSON document, format version 1.0."""

from typing import Any

from reconcile.model.change import Action, Change, FieldDiff, Plan
from reconcile.report.encode import FORMAT_VERSION, json_text


def plan_json(plan: Plan) -> str:
    """Ends without a newline. Every count is always there; what needs no change is only counted."""
    return json_text(
        {
            "formatVersion": FORMAT_VERSION,
            "summary": {action.word: plan.counts[action] for action in Action},
            "changes": [_change(change) for change in plan.changes],
        }
    )


def _change(change: Change) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": change.action.word,
        "then": change.then.word if change.then else None,
        "reason": change.reason,
        "guarantee": change.guarantee.value,
        "attempt": change.attempt,
        "clientToken": change.client_token,
        "diff": [_field(diff) for diff in change.diff],
    }


def _field(diff: FieldDiff) -> dict[str, Any]:
    return {"path": diff.path, "change": diff.change, "before": diff.before, "after": diff.after}
