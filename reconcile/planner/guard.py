"""What a plan may not do without being asked for. Pure."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from reconcile.errors import GuardRefused, counted, listed
from reconcile.model.change import Action, Change, Plan
from reconcile.model.project import Guards
from reconcile.planner.roles import fits, roles_of


class _Refusal(NamedTuple):
    what: str
    fix: str


def refusal(plan: Plan, guards: Guards, *, live: int) -> GuardRefused | None:
    """Names every guard that refuses and what would pass; None where none does. It is not raised, for a plan is shown
    with it. `live` is how many jobs run now."""
    found = [*_stops(plan, guards, live), *_starts(plan, guards), *_kinds(plan, guards), *_roles(plan, guards)]
    if not found:
        return None
    return GuardRefused("\n".join(each.what for each in found), fix="\n       ".join(each.fix for each in found))


def _stops(plan: Plan, guards: Guards, live: int) -> Iterator[_Refusal]:
    if guards.max_stops is None and guards.max_stop_percent is None:
        return
    stops = (Action.STOP, Action.REPLACE)
    count = sum(change.action in stops or change.then in stops for change in plan.changes)
    if guards.max_stops is not None and count > guards.max_stops:
        yield _Refusal(
            f"The plan stops or replaces {counted(count, 'job')}; guards.maxStops allows {guards.max_stops}.",
            f"Apply fewer at a time (--target), or raise guards.maxStops to {count} in the project file.",
        )
    if guards.max_stop_percent is not None and live and 100 * count / live > guards.max_stop_percent:
        yield _Refusal(
            f"The plan stops or replaces {count} of {live} running jobs; guards.maxStopPercent allows "
            f"{guards.max_stop_percent:g} %.",
            "Apply fewer at a time (--target), or raise guards.maxStopPercent to "
            f"{ceil(100 * count / live)} in the project file.",
        )


def _starts(plan: Plan, guards: Guards) -> Iterator[_Refusal]:
    if guards.max_starts is None:
        return
    count = sum(change.starts for change in plan.changes)
    if count > guards.max_starts:
        yield _Refusal(
            f"The plan starts {counted(count, 'job')} at once; guards.maxStarts allows {guards.max_starts}.",
            f"Apply fewer at a time (--target), or raise guards.maxStarts to {count} in the project file.",
        )


def _kinds(plan: Plan, guards: Guards) -> Iterator[_Refusal]:
    if guards.kinds is None:
        return
    refused = [str(change.address) for change in _starting(plan) if change.address.kind not in guards.kinds]
    if refused:
        kinds = sorted({address.partition("/")[0] for address in refused})
        yield _Refusal(
            f"guards.kinds does not allow {listed(kinds)}: {listed(refused)}.",
            f"Remove the manifests, or add {listed(kinds)} to guards.kinds in the project file.",
        )


def _roles(plan: Plan, guards: Guards) -> Iterator[_Refusal]:
    if guards.roles is None:
        return
    refused = {
        role: change.address
        for change in _starting(plan)
        for role in roles_of(change.desired.spec if change.desired else {})
        if not fits(role, guards.roles)
    }
    if refused:
        told = [f"{role} ({address})" for role, address in sorted(refused.items())]
        yield _Refusal(
            f"guards.roles does not allow {listed(told)}.",
            f"Use a role that fits one of: {listed(guards.roles)}; or add the role in the project file.",
        )


def _starting(plan: Plan) -> Iterator[Change]:
    """What starts now, or may start later in the same apply."""
    for change in plan.changes:
        if change.starts or change.action is Action.WAIT:
            yield change
