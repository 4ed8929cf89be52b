"""A checked document as a job, its defaults filled in."""

from collections.abc import Mapping
from typing import Any

from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.rules import default_goal
from reconcile.manifest.documents import Document
from reconcile.manifest.rules import is_name_fixed, stop_timeout
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob, Place, Spec
from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect
from reconcile.model.project import Provider

_NOTHING: Mapping[str, Any] = {}
_STOPS = (OnChange.REPLACE, OnRemove.STOP, OnMissing.BLOCK)
_CANNOT_STOP = (OnChange.WAIT, OnRemove.LEAVE, OnMissing.BLOCK)
_UNPROTECTED: frozenset[Protect] = frozenset()


def desired_job(
    document: Document, address: Address, descriptor: Descriptor, provider: Provider, content: str
) -> DesiredJob:
    """`content` is the digest."""
    value: Mapping[str, Any] = document.value
    spec = value["spec"]
    goal = Goal(value["goal"]) if "goal" in value else default_goal(descriptor, spec)
    on_change, on_remove, on_missing = _STOPS if descriptor.can_stop else _CANNOT_STOP
    protect = _UNPROTECTED
    if "lifecycle" in value:
        lifecycle = value["lifecycle"]
        on_change = OnChange(lifecycle.get("onChange", on_change))
        on_remove = OnRemove(lifecycle.get("onRemove", on_remove))
        on_missing = OnMissing(lifecycle.get("onMissing", on_missing))
        protect = frozenset(map(Protect, lifecycle.get("protect", ())))
    return DesiredJob(
        address,
        goal,
        provider.scope,
        provider.name,
        spec,
        content,
        value.get("generation", 1),
        value.get("retry", _NOTHING).get("maxAttempts") or _attempts(descriptor, spec, goal),
        on_change,
        on_remove,
        on_missing,
        protect,
        stop_timeout(value),
        dependencies(value),
        value.get("metadata", _NOTHING).get("labels", _NOTHING),
        Place(document.file, document.first_line),
    )


def dependencies(value: Mapping[str, Any]) -> tuple[Address, ...]:
    """`dependsOn` as addresses."""
    return tuple(map(Address.parse, value["dependsOn"])) if "dependsOn" in value else ()


def _attempts(descriptor: Descriptor, spec: Spec, goal: Goal) -> int:
    """A name that is taken for ever, and always the same, allows one attempt only."""
    if descriptor.start.unique_name and is_name_fixed(descriptor, spec):
        return 1
    return 5 if goal is Goal.RUNNING else 3
