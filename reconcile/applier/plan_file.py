"""How a saved plan is written down."""

import json
from collections.abc import Mapping
from typing import Any

from reconcile import __version__
from reconcile.applier.saved_plan import AGAIN, SavedPlan, StalePlan, digest_of
from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.phase import Guarantee
from reconcile.model.shard import Shard
from reconcile.report.encode import FORMAT_VERSION, json_compact, json_shard
from reconcile.report.plan_json import change_object, counts_object


class PlanFileError(ReconcileError):
    """A saved plan cannot be read."""

    code = "plan-file"


def encoded(plan: SavedPlan) -> str:
    """The whole file, on one line, of a plan that was redacted. The checksum is over all the rest."""
    members = {
        "apiVersion": "reconcile/v1",
        "kind": "Plan",
        "formatVersion": FORMAT_VERSION,
        "madeBy": f"reconcile {__version__}",
        "madeAt": plan.made_at,
        "project": plan.project,
        "nonce": plan.nonce,
        "base": {"lineage": plan.lineage, "serial": plan.serial},
        "manifests": plan.manifests,
        "observed": plan.observed,
        "targets": list(plan.targets),
        "destroy": plan.destroy,
        "partial": plan.plan.partial,
        **json_shard(plan.plan.shard),
        "summary": counts_object(plan.plan),
        "changes": [change_object(change) for change in plan.plan.changes],
    }
    return f"{json_compact({**members, 'checksum': digest_of(members)})}\n"


def decoded(text: bytes, path: str) -> SavedPlan:
    """Raises StalePlan where the file was edited, PlanFileError where it is no saved plan."""
    try:
        members = json.loads(text)
        known = (members["kind"], members["formatVersion"]) == ("Plan", FORMAT_VERSION)
        checksum = members.pop("checksum")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        known, members, checksum = False, {}, ""
    if not known:
        raise PlanFileError(
            "This is not a saved plan, or one of another version.", where=path, fix="Make one: reconcile plan -o FILE"
        )
    if checksum != digest_of(members):
        raise StalePlan("This plan was edited after it was made.", where=path, fix=AGAIN)
    try:
        return _saved_plan(members, path)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StalePlan("This plan was edited after it was made.", where=path, fix=AGAIN) from error


def _saved_plan(members: Mapping[str, Any], path: str) -> SavedPlan:
    return SavedPlan(
        members["project"],
        members["madeAt"],
        members["nonce"],
        members["base"]["lineage"],
        members["base"]["serial"],
        members["manifests"],
        members["observed"],
        _plan(members),
        tuple(members["targets"]),
        members["destroy"],
        path,
    )


def _plan(members: Mapping[str, Any]) -> Plan:
    return Plan(
        tuple(map(_change, members["changes"])),
        members["summary"][Action.NONE.word],
        partial=members["partial"],
        shard=Shard(**members["shard"]) if "shard" in members else None,
    )


_ACTIONS = {action.word: action for action in Action}


def _change(members: Mapping[str, Any]) -> Change:
    """As far as it was written down: enough to be shown and compared."""
    then = members["then"]
    action, after = _ACTIONS[members["action"]], _ACTIONS[then] if then else None
    decision = Decision(action, members["reason"], None, then=after)
    return Change(
        Address.parse(members["address"]),
        decision,
        Guarantee(members["guarantee"]),
        None,
        members["attempt"],
        members["clientToken"],
        tuple(FieldDiff(each["path"], each["change"], each["before"], each["after"]) for each in members["diff"]),
    )
