"""The rows of the decision table (`decide`) for an address whose job is recorded. Total and pure."""

from dataclasses import replace

from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import IntentAge, ObservedJob
from reconcile.model.phase import Goal, Guarantee, OnChange, OnMissing, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Record


def decide_recorded(desired: DesiredJob | None, record: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    """`record` as it was just seen; `desired` None: no manifest declares it any more."""
    if is_unlisted(record, seen) and can.guarantee is not Guarantee.SWITCH:
        return wait(record, "it was started a moment ago and is not listed yet")
    if record.phase is Phase.STOPPING:
        return wait(record, "its end is under way")
    if desired is None:
        return _absent(record, can)
    if desired.goal is Goal.STOPPED:
        return _to_be_stopped(desired, record, can)
    if record.same_content(desired.digest, desired.generation):
        return _same_content(desired, record)
    return _other_content(desired, record, seen, can)


def as_seen(record: Record, seen: ObservedJob) -> Record:
    """The record with what was just seen. What ended stays ended, though its service forgets it."""
    if seen.phase is Phase.MISSING and record.phase.is_terminal:
        return record
    if seen.job is None:
        return replace(record, phase=seen.phase)
    job = seen.job
    return replace(
        record,
        phase=job.phase,
        status=job.status,
        status_reason=job.reason,
        started_at=record.started_at or job.created_at,
        ended_at=job.ended_at if job.phase.is_terminal else None,
    )


def is_unlisted(record: Record, seen: ObservedJob) -> bool:
    """Whether the recorded job may run although it was not found: lists are late."""
    return record.phase is Phase.MISSING and bool(record.external_id) and seen.age is IntentAge.YOUNG


def wait(record: Record, reason: str) -> Decision:
    return Decision(Action.WAIT, reason, record)


def blocked(record: Record | None, reason: str) -> Decision:
    return Decision(Action.BLOCKED, reason, record)


def _same_content(desired: DesiredJob, record: Record) -> Decision:
    match record.phase:
        case Phase.SUCCEEDED if desired.goal is Goal.COMPLETED:
            return Decision(Action.NONE, "it has succeeded", record)
        case Phase.SUCCEEDED:
            return _next_attempt(desired, record, "it shall run, and ended")
        case Phase.FAILED:
            return _next_attempt(desired, record, "it failed")
        case Phase.STOPPED if record.stop_taken:
            return Decision(Action.START, "it was stopped by us, and is wanted again", record, tries=1)
        case Phase.STOPPED if record.stop_requested_at is not None:
            return _next_attempt(desired, record, _WHOSE_STOP)
        case Phase.STOPPED:
            return _next_attempt(desired, record, "it was stopped by someone else, or by a time-out")
        case Phase.MISSING:
            return _gone(record) if desired.on_missing is OnMissing.BLOCK else _next_attempt(desired, record, _RESTART)
        case _:  # a stop that we asked for did not reach it, and is not wanted any more: its end is not our doing
            record = replace(record, stage=Stage.STARTED, stop_requested_at=None, stop_taken=False)
            return Decision(Action.NONE, f"it is {record.phase}", record)


# In doubt it counts as an attempt. Taken for ours, a stop that never reached its service would give one attempt more
# than maxAttempts allows, each time. Counted, one that was ours after all costs one attempt, and a person is asked only
# where none is left.
_WHOSE_STOP = "it was stopped, by us or by someone else: our stop of it was not answered"

_RESTART = "its service no longer knows the job (onMissing: restart)"


def _other_content(desired: DesiredJob, record: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    what = "its spec changed" if record.digest != desired.digest else "its generation changed"
    if record.phase is Phase.MISSING and desired.on_missing is OnMissing.BLOCK:
        return _gone(record)
    if record.phase is Phase.MISSING:
        return Decision(Action.START, f"{what}; {_RESTART}", record, tries=1)
    if not record.phase.is_live:
        return Decision(Action.START, f"{what} after attempt {record.attempt} {record.phase}", record, tries=1)
    if desired.on_change is OnChange.KEEP:
        return Decision(Action.NONE, f"{what}; the running job is kept", record)
    if desired.on_change is OnChange.WAIT or not can.can_stop:
        return wait(record, f"{what}; the running job is left to end first")
    if desired.protect:  # a job that must not be stopped must not be stopped to make room either
        return blocked(record, f"{what}, and it is protected from being replaced (lifecycle.protect)")
    taken = max([record.highest, *(job.marks.attempt for job in seen.marked if job.marks)])
    return Decision(Action.REPLACE, what, replace(record, highest=taken), tries=1)


def _next_attempt(desired: DesiredJob, record: Record, reason: str) -> Decision:
    if record.status_reason and record.phase is not Phase.MISSING:
        reason = f"{reason} ({record.status_reason})"
    if record.tries < desired.max_attempts:
        return Decision(Action.START, reason, record, tries=record.tries + 1)
    return blocked(
        record,
        f"{reason}, and {record.tries} of {desired.max_attempts} attempts are used: "
        "change its spec, raise retry.maxAttempts, or raise generation",
    )


def _gone(record: Record) -> Decision:
    return blocked(
        record,
        f"its service no longer knows attempt {record.attempt}, which was not seen to end: it may have run. "
        "Where running it again does no harm, set lifecycle.onMissing: restart, which holds for every time; or, this "
        f"once, forget it: reconcile state rm {record.address}, and raise generation",
    )


def _to_be_stopped(desired: DesiredJob, record: Record, can: Capabilities) -> Decision:
    if not record.phase.is_live:
        return Decision(Action.NONE, "it is not running", record)
    if Protect.STOP in desired.protect:
        return blocked(record, "it shall be stopped, and is protected from that (lifecycle.protect)")
    if not can.can_stop:
        return wait(record, "its service cannot stop it; it is left to end")
    return Decision(Action.STOP, "it shall be stopped", record)


def _absent(record: Record, can: Capabilities) -> Decision:
    gone = "it is not wanted any more"  # its manifest was removed, or all is to be destroyed
    if not record.phase.is_live:
        return Decision(Action.FORGET, gone, record)
    if not can.can_stop:  # before onRemove: leave is also what such a kind has by default
        return Decision(Action.FORGET, f"{gone}; its service cannot stop it, so the job runs on", record)
    if record.on_remove is OnRemove.LEAVE:
        return Decision(Action.FORGET, f"{gone}; the job runs on (onRemove: leave)", record)
    if Protect.STOP in record.protect:
        return blocked(record, f"{gone}, and it was protected from being stopped (lifecycle.protect)")
    return Decision(Action.STOP, gone, record, then=Action.FORGET)
