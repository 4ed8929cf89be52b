"""What must wait for something else: dependencies, and room under a service's limit of active jobs. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from reconcile.model.address import Address
from reconcile.model.change import Action, Decision
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, Phase

Place = tuple[str, str]  # kind and scope: what a limit of active jobs applies to


def hold_for_dependencies(
    decisions: Mapping[Address, Decision], desired: Mapping[Address, DesiredJob]
) -> dict[Address, Decision]:
    """Turns a start into a wait until what it depends on is where it shall be, in its present content.

    An address without a decision is settled. An open intent is not held back: its start was decided before.
    """

    def held(address: Address, decision: Decision) -> Decision:
        job = desired.get(address)
        if job is None or not job.depends_on or decision.action not in (Action.START, Action.REPLACE):
            return decision
        unmet = [str(other) for other in job.depends_on if not _is_met(desired.get(other), decisions.get(other))]
        if not unmet:
            return decision
        return replace(decision, action=Action.WAIT, reason=f"it depends on {', '.join(unmet)}", tries=0, then=None)

    return {address: held(address, decision) for address, decision in decisions.items()}


def _is_met(job: DesiredJob | None, decision: Decision | None) -> bool:
    if job is None:
        return False
    if decision is None:  # settled
        return True
    if decision.action is not Action.NONE:
        return False
    if job.goal is Goal.STOPPED:
        return True
    if decision.record is None:
        return False
    # A job kept in its older content (onChange: keep) is not the one that was meant.
    meant = decision.record.same_content(job.digest, job.generation)
    wanted = Phase.SUCCEEDED if job.goal is Goal.COMPLETED else Phase.RUNNING
    return meant and decision.record.phase is wanted


def hold_for_capacity(
    decisions: Mapping[Address, Decision],
    places: Mapping[Address, Place],
    limits: Mapping[Place, int | None],
    seen_active: Mapping[Place, int],
) -> dict[Address, Decision]:
    """Turns the starts that do not fit under a limit into waits; those with the fewest starts behind them go first.

    `seen_active` are all live jobs of a place, ours among them. An intent that is still open was not seen: it comes on
    top of them.
    """
    starting: dict[Place, list[Address]] = defaultdict(list)
    active: Counter[Place] = Counter()
    open_intents: Counter[Place] = Counter()
    for address, decision in decisions.items():
        record = decision.record
        if decision.action is Action.START:
            starting[places[address]].append(address)
        elif record is not None and record.is_intent:
            open_intents[places[address]] += 1
        elif record is not None and record.phase.is_live:
            active[places[address]] += 1
    held = dict(decisions)
    for place, addresses in starting.items():
        limit = limits.get(place)
        if limit is None:
            continue
        taken = max(active[place], seen_active.get(place, 0)) + open_intents[place]
        room = max(0, limit - taken)
        addresses.sort(key=lambda address: (_starts_behind(decisions[address]), address))
        kind, scope = place
        reason = f"no more than {limit} {kind} may be active in {scope}"
        for address in addresses[room:]:
            held[address] = replace(decisions[address], action=Action.WAIT, reason=reason, tries=0, then=None)
    return held


def _starts_behind(decision: Decision) -> int:
    return decision.record.highest if decision.record is not None else 0


def stops_before(
    decisions: Mapping[Address, Decision], depends_on: Callable[[Address], Iterable[Address]]
) -> dict[Address, tuple[Address, ...]]:
    """For each stop, the dependants whose ends must be seen first: those that are stopped as well, now or already."""
    stopping = {address for address, decision in decisions.items() if decision.action is Action.STOP}
    before: dict[Address, list[Address]] = {address: [] for address in stopping}
    for dependant, decision in sorted(decisions.items()) if stopping else ():
        if dependant in stopping or (decision.record is not None and decision.record.phase is Phase.STOPPING):
            for address in depends_on(dependant):
                if address in before:
                    before[address].append(dependant)
    return {address: tuple(dependants) for address, dependants in before.items()}
