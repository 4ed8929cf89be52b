"""The drift table: how each job differs from what is declared and recorded. Total and pure.

`tests/planner/test_drift.py` walks the whole product of its inputs. What a manifest alone would change is pending;
what happened to a job that we had started is told by the end that it came to. The order stands where the code is:
unknown, nothing to do, jobs with our marks that are not recorded, no manifest, no job of ours yet, the recorded job.
"""

from collections.abc import Iterator
from dataclasses import replace

from reconcile.model.address import Address
from reconcile.model.change import Action, Change, Decision, Plan
from reconcile.model.drift import DriftKind, Finding
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Goal, Guarantee, Phase
from reconcile.model.record import Record
from reconcile.planner.decide import decide
from reconcile.planner.plan import Situation
from reconcile.planner.recorded import as_seen, is_unlisted

_OTHER_MARKS = "its tags name another content than the one that was started: someone changed them"
_IS_BEING_STOPPED = "someone else has asked for its end, which is under way"
_IS_ENDING = "its end is under way, by us or by someone else: our stop of it was not answered"


def find_drift(situation: Situation, plan: Plan) -> tuple[Finding, ...]:
    """All that is not in sync, in the order of kinds and names. `plan` is the one made from this situation."""
    changes = {change.address: change for change in plan.changes}
    addresses = filter(situation.selects, sorted(situation.observed))
    return tuple(found for address in addresses for found in _finding(situation, address, changes.get(address)))


def drift_kind(
    desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities, decision: Decision
) -> DriftKind:
    """One address, one kind. `decision` is what the decision table says of the other four."""
    if seen.phase is Phase.UNKNOWN:
        return DriftKind.UNKNOWN
    if decision.action is Action.NONE:
        return DriftKind.CHANGED if _bears_other_marks(record, seen) else DriftKind.IN_SYNC
    if decision.action in (Action.ADOPT, Action.BLOCKED) and _others_live(record, seen, decision):
        return DriftKind.CHANGED
    if decision.action is Action.ADOPT:
        return _of_adoption(desired, record, seen, can, decision)
    if desired is None or record is None or record.is_intent or record.is_tombstone:
        return DriftKind.PENDING
    return _of_recorded(desired, record, seen, can)


# --- jobs with our marks that are not recorded


def _bears_other_marks(record: Record | None, seen: ObservedJob) -> bool:
    """Where a service shows tags with the job, and they are not those that it was started with."""
    marks = seen.job.marks if seen.job else None
    return record is not None and marks is not None and marks.digest not in ("", record.digest)


def _others_live(record: Record | None, seen: ObservedJob, decision: Decision) -> bool:
    """Live jobs with our marks beside the one that the decision is about."""
    about = decision.record or record
    named = about.external_id if about is not None else {}
    return any(not job.phase.is_terminal and job.external_id != named for job in seen.marked)


def _of_adoption(
    desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities, decision: Decision
) -> DriftKind:
    found = decision.record
    if found is None or not (record is not None and record.is_intent and _is_its_own(found, record)):
        return DriftKind.PENDING if can.guarantee is Guarantee.SWITCH else DriftKind.CHANGED
    if desired is None or decision.then is None:
        return DriftKind.PENDING  # it took place, and only the lock file does not say so yet
    kind = _of_recorded(desired, found, replace(seen, phase=found.phase, job=None), can)
    return DriftKind.PENDING if kind is DriftKind.IN_SYNC else kind


def _is_its_own(found: Record, intent: Record) -> bool:
    """Whether the job is the one that the interrupted start made."""
    return (found.attempt, found.client_token) == (intent.attempt, intent.client_token)


# --- the recorded job


def _of_recorded(desired: DesiredJob, record: Record, seen: ObservedJob, can: Capabilities) -> DriftKind:
    now, switch = as_seen(record, seen), can.guarantee is Guarantee.SWITCH
    if is_unlisted(now, seen) and not switch:
        return DriftKind.IN_SYNC  # it was started a moment ago
    if desired.goal is Goal.STOPPED:
        return _of_stopped(record, now)
    if not record.same_content(desired.digest, desired.generation):
        return DriftKind.MISSING if now.phase is Phase.MISSING else DriftKind.PENDING
    return _of_same_content(record, now, switch=switch)


def _of_stopped(record: Record, now: Record) -> DriftKind:
    """It shall not run, and does."""
    if now.phase is Phase.STOPPING:
        return DriftKind.IN_SYNC
    return DriftKind.CHANGED if record.phase.is_terminal else DriftKind.PENDING


def _of_same_content(record: Record, now: Record, *, switch: bool) -> DriftKind:
    """It shall run or have run, just as it was started."""
    match now.phase:
        case Phase.FAILED:
            return DriftKind.FAILED
        case Phase.MISSING:
            return DriftKind.MISSING
        case Phase.STOPPED | Phase.STOPPING | Phase.SUCCEEDED if record.stop_taken:
            return DriftKind.PENDING  # by us, when the manifest said so
        case Phase.STOPPED | Phase.STOPPING | Phase.SUCCEEDED:
            return DriftKind.CHANGED if switch else DriftKind.STOPPED
        case _:
            return DriftKind.IN_SYNC


# --- what is told of it


def _finding(situation: Situation, address: Address, change: Change | None) -> Iterator[Finding]:
    desired, record = situation.desired.get(address), situation.records.get(address)
    seen, can = situation.observed[address], situation.can_of(situation.source(address))
    decision = decide(desired, record, seen, can)
    kind = drift_kind(desired, record, seen, can, decision)
    if kind is DriftKind.IN_SYNC:
        return
    after = decision.record or record
    yield Finding(
        drift=kind,
        kind=address.kind,
        name=address.name,
        reason=_reason(kind, decision, change),
        address=address,
        goal=desired.goal if desired else None,
        phase=seen.phase if kind is DriftKind.UNKNOWN or after is None else after.phase,
        status=seen.status or (after.status if after else ""),
        attempt=after.attempt if after else 0,
        external_id=(after.external_id or None) if after else None,
        place=desired.place if desired else None,
        diff=change.diff if change else (),
        attempts=after.with_history() if after and after.external_id else (),
        depends_on=situation.source(address).depends_on,
    )


def _reason(kind: DriftKind, decision: Decision, change: Change | None) -> str:
    """With what holds its change back, where something does."""
    if decision.action is Action.NONE:
        return _OTHER_MARKS
    if kind is DriftKind.STOPPED and decision.action is Action.WAIT:
        asked = decision.record is not None and decision.record.stop_requested_at is not None
        return _IS_ENDING if asked else _IS_BEING_STOPPED
    if change is None or change.reason == decision.reason:
        return decision.reason
    return f"{decision.reason}; {change.reason}"
