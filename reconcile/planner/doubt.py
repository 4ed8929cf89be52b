"""Records that were lost, of kinds whose jobs carry no marks: nothing tells that a start has gone before. Pure."""

from dataclasses import replace
from datetime import datetime

from reconcile.errors import listed
from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob, written
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Guarantee, Phase, Stage
from reconcile.model.record import Record
from reconcile.planner.adopt import unstarted
from reconcile.planner.claims import which_job

_TOLD = 3  # runs that are told by name


def doubted(desired: DesiredJob, record: Record | None, at: datetime) -> Record:
    """What is recorded, with the doubt that later starts were recorded too, and are lost. Where nothing is recorded,
    a tombstone of no attempt carries it."""
    if record is not None:
        return replace(record, doubted_at=at)
    return replace(unstarted(desired), stage=Stage.REMOVED, phase=Phase.MISSING, doubted_at=at)


def taken_for(desired: DesiredJob, record: Record) -> Record:
    """The record of the start that was lost, yet without its job: a person knows that there was one."""
    again = record.same_content(desired.digest, desired.generation)
    return replace(
        unstarted(desired),
        attempt=record.highest + 1,
        highest=record.highest + 1,
        tries=record.tries + 1 if again else 1,
        history=record.with_history() if record.external_id else (),
    )


def unless_it_has_run(decision: Decision, seen: ObservedJob, can: Capabilities) -> Decision:
    """The decision; blocked where it would start what may be among the runs that were seen."""
    record = decision.record
    if decision.action is not Action.START or can.guarantee is not Guarantee.LOOK_UP or not seen.candidates:
        return decision
    if record is None or record.doubted_at is None:
        return decision
    runs = sorted(seen.candidates, key=_age, reverse=True)
    told = listed(list(map(_told, runs)), _TOLD)
    reason = (
        "its lock file is new, or has lost something, and its jobs carry no marks. Before a start is recorded, there "
        f"{'was a run' if len(runs) == 1 else f'were {len(runs)} runs'} that no record claims: {told}. One of them may "
        f"be its own: {which_job(record.address)}"
    )
    return Decision(Action.BLOCKED, reason, record)


def _age(run: Sighting) -> float:
    return run.created_at.timestamp() if run.created_at else 0.0


def _told(run: Sighting) -> str:
    return written(run.external_id) + (f" of {run.created_at:%Y-%m-%d %H:%M}" if run.created_at else "")
