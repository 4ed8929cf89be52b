"""From decisions to a plan: what must wait, which attempt and token each start has, what differs. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, FieldDiff, Plan
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Guarantee
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.tokens import client_token
from reconcile.planner.decide import decide
from reconcile.planner.diff import Path, diff_specs
from reconcile.planner.order import Place, hold_for_capacity, hold_for_dependencies, stops_before

# For what is recorded of a kind or a provider that the project does not have any more: it is never acted on.
UNKNOWABLE = Capabilities(Guarantee.LOOK_UP, can_stop=False)


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that a plan is made from. Addresses that are settled appear in `desired` only.

    `capabilities` by (kind, provider): a project may lift a provider's limits. `records` holds what is recorded of the
    addresses to be decided.
    """

    project: Project
    desired: Mapping[Address, DesiredJob]
    records: Mapping[Address, Record]
    observed: Mapping[Address, ObservedJob]
    capabilities: Mapping[tuple[str, str], Capabilities]
    is_sensitive: Callable[[str, Path], bool]
    active: Mapping[Place, int] = field(default_factory=dict)
    unchanged: int = 0  # settled addresses
    only: frozenset[Address] | None = None  # changes of other addresses are left out: they were looked at as context

    def can_of(self, source: DesiredJob | Record) -> Capabilities:
        return self.capabilities.get((source.address.kind, source.provider), UNKNOWABLE)

    def selects(self, address: Address) -> bool:
        return self.only is None or address in self.only

    def source(self, address: Address) -> DesiredJob | Record:
        return self.desired.get(address) or self.records[address]


def decide_all(situation: Situation) -> dict[Address, Decision]:
    """The table, for every address that was observed; no dependencies or limits yet."""
    return {address: decide_one(situation, address) for address in situation.observed}


def decide_one(situation: Situation, address: Address) -> Decision:
    desired, record = situation.desired.get(address), situation.records.get(address)
    can = situation.can_of(desired or situation.records[address])
    return decide(desired, record, situation.observed[address], can)


def make_plan(situation: Situation) -> Plan:
    """The plan: changes in the order of their addresses."""
    decisions = hold_for_dependencies(decide_all(situation), situation.desired)
    sources = {address: situation.source(address) for address in decisions}
    places = {address: (address.kind, source.scope) for address, source in sources.items()}
    of_place = {place: sources[address] for address, place in places.items()}
    limits = {place: situation.can_of(source).max_active for place, source in of_place.items()}
    decisions = hold_for_capacity(decisions, places, limits, situation.active)
    before = stops_before(decisions, lambda address: sources[address].depends_on)
    changes = tuple(
        _change(situation, sources[address], decisions[address], before.get(address, ()))
        for address in sorted(decisions, key=tuple)  # plain tuples are compared several times as fast
        if decisions[address].action is not Action.NONE and situation.selects(address)
    )
    quiet = [
        decision.record
        for address, decision in decisions.items()
        if decision.action is Action.NONE and situation.selects(address)
    ]
    refreshed = tuple(record for record in quiet if record and record != situation.records.get(record.address))
    unchanged = situation.unchanged + len(quiet)
    partial = situation.only is not None
    return Plan(changes, unchanged, refreshed, partial=partial, shard=situation.project.shard)


def _change(
    situation: Situation, source: DesiredJob | Record, decision: Decision, after: tuple[Address, ...]
) -> Change:
    desired = source if isinstance(source, DesiredJob) else None
    can = situation.can_of(source)
    attempt, token = _attempt_and_token(situation.project, desired, decision, can)
    diff = _diff(situation, desired, decision)
    return Change(source.address, decision, can.guarantee, desired, attempt, token, diff, after)


def _attempt_and_token(
    project: Project, desired: DesiredJob | None, decision: Decision, can: Capabilities
) -> tuple[int, str]:
    record = decision.record
    if desired is None or decision.action not in (Action.START, Action.REPLACE):
        return (record.attempt, record.client_token) if record is not None else (0, "")
    attempt = (record.highest if record is not None else 0) + 1
    if can.guarantee in (Guarantee.SWITCH, Guarantee.LOOK_UP):
        return attempt, ""  # nothing that carries it ever leaves
    content = desired.digest, desired.generation
    return attempt, client_token(project.id, project.environment, desired.address, *content, attempt)


def _diff(situation: Situation, desired: DesiredJob | None, decision: Decision) -> tuple[FieldDiff, ...]:
    record = decision.record
    if desired is None or record is None or record.digest == desired.digest or not record.spec:
        return ()
    return diff_specs(record.spec, desired.spec, lambda path: situation.is_sensitive(desired.address.kind, path))
