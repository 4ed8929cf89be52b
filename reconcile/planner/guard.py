"""What a plan may not exceed without being asked for. Pure."""

from math import ceil

from reconcile.errors import GuardRefused
from reconcile.model.change import Action, Plan
from reconcile.model.project import Guards


def check_guards(plan: Plan, guards: Guards, *, live: int) -> None:
    """Raises GuardRefused, naming the guard and what would pass. `live` is how many jobs run now."""
    stopping = sum(
        Action.STOP in (change.action, change.then) or Action.REPLACE in (change.action, change.then)
        for change in plan.changes
    )
    if guards.max_stops is not None and stopping > guards.max_stops:
        raise GuardRefused(
            f"The plan stops or replaces {stopping} jobs; guards.maxStops allows {guards.max_stops}.",
            fix=f"Apply fewer at a time (--target), or raise guards.maxStops to {stopping} in the project file.",
        )
    if guards.max_stop_percent is not None and live and 100 * stopping / live > guards.max_stop_percent:
        raise GuardRefused(
            f"The plan stops or replaces {stopping} of {live} running jobs; guards.maxStopPercent allows "
            f"{guards.max_stop_percent:g} %.",
            fix="Apply fewer at a time (--target), or raise guards.maxStopPercent to "
            f"{ceil(100 * stopping / live)} in the project file.",
        )
