"""What a manifest may not say of its kind, though each word of it is right."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.rules import goal_problem
from reconcile.manifest.loaded import Path
from reconcile.model.duration import seconds_of
from reconcile.model.job import STOP_TIMEOUT
from reconcile.model.phase import Goal, OnChange, OnRemove
from reconcile.model.references import references

_LONGEST_STOP = 7 * 24 * 3600


def rule_problems(descriptor: Descriptor, value: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Paths and messages. `value` is a document whose envelope is right."""
    if "goal" in value and (message := goal_problem(descriptor, Goal(value["goal"]), value["spec"])):
        yield ("goal",), message
    if "lifecycle" in value and not descriptor.can_stop:
        yield from _stops(descriptor, value["lifecycle"])
    if "timeouts" in value and stop_timeout(value) > _LONGEST_STOP:
        yield ("timeouts", "stop"), "at most seven days (168h) are waited for"
    if descriptor.start.unique_name and is_name_fixed(descriptor, value["spec"]):
        yield from _needs_other_names(descriptor, value)


def stop_timeout(value: Mapping[str, Any]) -> float:
    """`timeouts.stop` in seconds."""
    text = value.get("timeouts", {}).get("stop")
    return seconds_of(text) if text is not None else STOP_TIMEOUT


def is_name_fixed(descriptor: Descriptor, spec: Mapping[str, Any]) -> bool:
    """The spec gives the job's name, and the same one at every attempt."""
    name = spec.get(descriptor.start.name)
    return isinstance(name, str) and not {"job.attempt", "job.token"}.intersection(references(name))


def _stops(descriptor: Descriptor, lifecycle: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    cannot = f"{descriptor.service} cannot stop such a job"
    if lifecycle.get("onChange") == OnChange.REPLACE:
        yield ("lifecycle", "onChange"), f"{cannot}, so nothing can replace it while it runs; use wait or keep"
    if lifecycle.get("onRemove") == OnRemove.STOP:
        yield ("lifecycle", "onRemove"), f"{cannot}; use leave"


def _needs_other_names(descriptor: Descriptor, value: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    member = descriptor.start.name
    name = value["spec"][member]
    way_out = f"write {member}: {name}-${{job.attempt}}, or leave {member} out"
    for_ever = f"{member} is fixed, and {descriptor.service} takes a name only once, for ever"
    if value.get("retry", {}).get("maxAttempts", 1) > 1:
        yield ("retry", "maxAttempts"), f"a second attempt would need another name: {for_ever}; {way_out}"
    if value.get("generation", 1) > 1 and "job.generation" not in references(name):
        yield ("generation",), f"another generation needs another name: {for_ever}; {way_out}"
