"""A plan as one JSON document, format version 1.0."""

from typing import Any

from reconcile.model.change import Action, Change, FieldDiff, Plan
from reconcile.report.encode import FORMAT_VERSION, json_shard, json_text


def plan_json(plan: Plan) -> str:
    """Ends without a newline. Every count is always there; what needs no change is only counted."""
    return json_text(
        {
            "formatVersion": FORMAT_VERSION,
            **plan_summary_object(plan),
            "changes": [change_object(change) for change in plan.changes],
        }
    )


def plan_summary_object(plan: Plan) -> dict[str, Any]:
    """All but the single changes. Which shard it is of and what refused it are told where there is one."""
    refused = {"refused": {"what": plan.refused.what, "fix": plan.refused.fix}} if plan.refused else {}
    return {**json_shard(plan.shard), "summary": counts_object(plan), **refused}


def counts_object(plan: Plan) -> dict[str, int]:
    return {action.word: plan.counts[action] for action in Action}


def change_object(change: Change) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": change.action.word,
        "then": change.then.word if change.then else None,
        "reason": change.reason,
        "guarantee": change.guarantee.value,
        "attempt": change.attempt,
        "clientToken": change.client_token,
        "diff": [field_object(diff) for diff in change.diff],
    }


def field_object(diff: FieldDiff) -> dict[str, Any]:
    return {"path": diff.path, "change": diff.change, "before": diff.before, "after": diff.after}
