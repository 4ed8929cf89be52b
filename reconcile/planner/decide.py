"""The decision table (DESIGN.md section 4): what is wanted, recorded and observed of one address, and what follows.

Total and pure: `tests/planner/test_decide.py` walks the whole product of its inputs. The documented order stands where
the code is: unknown, open intent, marks of ours elsewhere, no record, record.
"""

from dataclasses import replace

from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob, written
from reconcile.model.observed import IntentAge, ObservedJob
from reconcile.model.phase import Goal, Guarantee, OnChange, OnMissing, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Record
from reconcile.planner.adopt import adopted, by_attempt, governed, own_jobs, started


def decide(desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    """One address, one decision. `desired` None: no manifest declares it (any more)."""
    if seen.phase is Phase.UNKNOWN:
        return _blocked(record, seen.trouble or "its service could not be asked; nothing is done on a guess")
    if record is not None and record.is_intent:
        return _open_intent(desired, record, seen, can)
    if record is not None:
        record = governed(record, desired)
    if record is not None and can_change(record):
        record = _as_seen(record, seen)
    elsewhere = _marked_elsewhere(desired, record, seen, can)
    if elsewhere is not None:
        return elsewhere
    if record is None or record.is_tombstone:
        return _unrecorded(desired, record, seen, can)
    return _recorded(desired, record, seen, can)


def can_change(record: Record) -> bool:
    """Whether its job can still be seen in another phase: not, where a tombstone names none, or one that ended."""
    return not record.is_tombstone or (bool(record.external_id) and not record.phase.is_terminal)


def wants_job(desired: DesiredJob | None) -> bool:
    """Whether a job shall run or have run: goal completed or running."""
    return desired is not None and desired.goal is not Goal.STOPPED


# --- an intent without outcome


def _open_intent(desired: DesiredJob | None, intent: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    found = own_jobs(intent, seen, can)
    if len(found) > 1:
        return _blocked(
            intent,
            f"{len(found)} runs since the interrupted start could be its own: "
            f"say which with: reconcile state settle {intent.address} --started ID (or --not-started)",
        )
    if found:
        return _adopt(desired, started(intent, found[0]), seen, can, "the interrupted start has taken place")
    young = seen.age is IntentAge.YOUNG
    elsewhere = _marked_elsewhere(desired, intent, seen, can)
    if elsewhere is not None:
        if young and elsewhere.action is Action.ADOPT:
            return _wait(intent, "an interrupted start may be beside a job with our marks; lists may not show it yet")
        return elsewhere
    if not _still_wanted(desired, intent, can):
        if young:
            return _wait(intent, "an interrupted start is not wanted any more; lists may not show it yet")
        return _after_dropping(desired, intent, seen, can)
    if can.guarantee is Guarantee.LOOK_UP:
        if young:
            return _wait(intent, "an interrupted start left no trace yet; lists may not show it yet")
        reason = "the interrupted start left no run behind"
        return Decision(Action.START, reason, undone(intent), tries=intent.tries)
    return Decision(Action.RESUME, "an interrupted start is sent again, with its own token", intent, tries=intent.tries)


def _still_wanted(desired: DesiredJob | None, intent: Record, can: Capabilities) -> bool:
    """Whether the table would start this content, judged as if the intent had not been written."""
    if desired is None or not wants_job(desired) or not intent.same_content(desired.digest, desired.generation):
        return False
    before = intent.previous
    if before is None:
        return True
    return decide(desired, before, ObservedJob(before.phase), can).action is Action.START


def undone(intent: Record) -> Record:
    """What stands when the intent is dropped: the record before it, or a tombstone. Its attempt number stays used."""
    if intent.previous is not None:
        return replace(intent.previous, highest=intent.highest)
    return replace(intent, stage=Stage.REMOVED, phase=Phase.MISSING, external_id={}, previous=None)


def _after_dropping(desired: DesiredJob | None, intent: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    before = undone(intent)
    rest = decide(desired, before, replace(seen, phase=before.phase, job=None, marked=(), candidates=()), can)
    if rest.action is Action.NONE and desired is None:
        return Decision(Action.FORGET, "an interrupted start that never took place is dropped", before)
    return rest


# --- jobs that carry our marks, and that the record does not name

_HIGHER = "a job carries the marks of this address with a higher attempt than recorded"


def _marked_elsewhere(
    desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities
) -> Decision | None:
    if desired is None and (record is None or record.is_tombstone):
        return None
    known = record if record is not None and (record.left_running or not record.is_tombstone) else None
    if record is not None and _is_unlisted(record, seen):
        return None
    others = by_attempt(job for job in seen.marked if known is None or job.external_id != known.external_id)
    live = [job for job in others if not job.phase.is_terminal]
    known_lives = known is not None and not known.is_intent and known.phase.is_live
    if live and (known_lives or len(live) > 1):
        names = ", ".join(written(job.external_id) for job in live)
        besides = "beside the recorded one" if known_lives else "more than one"
        return _blocked(record, f"live jobs carry the marks of this address, {besides}: stop all but one ({names})")
    if live:
        (job,) = live
        if known is not None and job.marks and job.marks.attempt < known.attempt:
            return _blocked(
                record,
                f"attempt {job.marks.attempt} lives, and is not the recorded one: stop it ({written(job.external_id)})",
            )
        found = adopted(desired, record, job, seen)
        return _adopt(desired, found, seen, can, "a live job carries the marks of this address")
    highest = record.highest if record is not None else 0
    if desired is not None and not known_lives and others and others[-1].marks and others[-1].marks.attempt > highest:
        return _adopt(desired, adopted(desired, record, others[-1], seen), seen, can, _HIGHER)
    return None


def _adopt(desired: DesiredJob | None, record: Record, seen: ObservedJob, can: Capabilities, reason: str) -> Decision:
    rest = decide(desired, record, replace(seen, phase=record.phase, job=None, candidates=()), can)
    if rest.action is Action.ADOPT:  # another job with our marks comes after this one, which becomes history
        return rest
    then = None if rest.action is Action.NONE else rest.action
    if then is not None:
        reason = f"{reason}; then: {rest.reason}"
    return Decision(Action.ADOPT, reason, rest.record, then=then)


# --- no record, or a tombstone


def _unrecorded(desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    if desired is None:
        return Decision(Action.NONE, "", record)
    kept = _kept(desired, record, seen)
    if kept is not None:
        return _recorded(desired, _as_seen(kept, seen), seen, can)
    if can.guarantee is Guarantee.SWITCH and seen.phase.is_live:
        return _found_switch(desired, record, seen, can)
    if not wants_job(desired):
        return Decision(Action.NONE, "", record)
    reason = "it has not been started yet" if record is None else "it is declared again"
    return Decision(Action.START, reason, record, tries=1)


def _kept(desired: DesiredJob, record: Record | None, seen: ObservedJob) -> Record | None:
    """The record inside a tombstone, where it still counts: it is of the same content, or its job may still run."""
    if record is None or not record.external_id:
        return None
    same = record.same_content(desired.digest, desired.generation)
    if not (same or record.left_running or _is_unlisted(record, seen)):
        return None
    return replace(record, stage=Stage.STOPPING if record.stop_requested_at else Stage.STARTED)


def _found_switch(desired: DesiredJob, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    assert seen.job is not None
    found = adopted(desired, record, seen.job, seen)
    if desired.goal is Goal.STOPPED:
        return _recorded(desired, found, seen, can)
    return _adopt(desired, found, seen, can, "it is switched on already; with which parameters is unknown")


# --- a record


def _as_seen(record: Record, seen: ObservedJob) -> Record:
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


def _is_unlisted(record: Record, seen: ObservedJob) -> bool:
    """Whether the recorded job may run although it was not found: lists are late."""
    return record.phase is Phase.MISSING and bool(record.external_id) and seen.age is IntentAge.YOUNG


def _recorded(desired: DesiredJob | None, record: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    if _is_unlisted(record, seen) and can.guarantee is not Guarantee.SWITCH:
        return _wait(record, "it was started a moment ago and is not listed yet")
    if record.phase is Phase.STOPPING:
        return _wait(record, "its end is under way")
    if desired is None:
        return _absent(record, can)
    if desired.goal is Goal.STOPPED:
        return _to_be_stopped(desired, record, can)
    if record.same_content(desired.digest, desired.generation):
        return _same_content(desired, record)
    return _other_content(desired, record, seen, can)


def _same_content(desired: DesiredJob, record: Record) -> Decision:
    match record.phase:
        case Phase.SUCCEEDED if desired.goal is Goal.COMPLETED:
            return Decision(Action.NONE, "it has succeeded", record)
        case Phase.SUCCEEDED:
            return _next_attempt(desired, record, "it shall run, and ended")
        case Phase.FAILED:
            return _next_attempt(desired, record, "it failed")
        case Phase.STOPPED if record.stop_requested_at is not None:
            return Decision(Action.START, "it was stopped by us, and is wanted again", record, tries=1)
        case Phase.STOPPED:
            return _next_attempt(desired, record, "it was stopped by someone else, or by a time-out")
        case Phase.MISSING:
            return _gone(record) if desired.on_missing is OnMissing.BLOCK else _next_attempt(desired, record, _RESTART)
        case _:  # a stop that we asked for did not reach it, and is not wanted any more: its end is not our doing
            record = replace(record, stage=Stage.STARTED, stop_requested_at=None)
            return Decision(Action.NONE, f"it is {record.phase}", record)


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
        return _wait(record, f"{what}; the running job is left to end first")
    if desired.protect:  # a job that must not be stopped must not be stopped to make room either
        return _blocked(record, f"{what}, and it is protected from being replaced (lifecycle.protect)")
    taken = max([record.highest, *(job.marks.attempt for job in seen.marked if job.marks)])
    return Decision(Action.REPLACE, what, replace(record, highest=taken), tries=1)


def _next_attempt(desired: DesiredJob, record: Record, reason: str) -> Decision:
    if record.tries < desired.max_attempts:
        return Decision(Action.START, reason, record, tries=record.tries + 1)
    detail = f" ({record.status_reason})" if record.status_reason else ""
    return _blocked(
        record,
        f"{reason}{detail}, and {record.tries} of {desired.max_attempts} attempts are used: "
        "change its spec, raise retry.maxAttempts, or raise generation",
    )


def _gone(record: Record) -> Decision:
    return _blocked(
        record,
        f"its service no longer knows attempt {record.attempt}, which was not seen to end: it may have run. "
        "Where running it again does no harm, set lifecycle.onMissing: restart",
    )


def _to_be_stopped(desired: DesiredJob, record: Record, can: Capabilities) -> Decision:
    if not record.phase.is_live:
        return Decision(Action.NONE, "it is not running", record)
    if Protect.STOP in desired.protect:
        return _blocked(record, "it shall be stopped, and is protected from that (lifecycle.protect)")
    if not can.can_stop:
        return _wait(record, "its service cannot stop it; it is left to end")
    return Decision(Action.STOP, "it shall be stopped", record)


def _absent(record: Record, can: Capabilities) -> Decision:
    gone = "it is not declared any more"
    if not record.phase.is_live:
        return Decision(Action.FORGET, gone, record)
    if not can.can_stop:
        return Decision(Action.FORGET, f"{gone}; its service cannot stop it, so the job runs on", record)
    if record.on_remove is OnRemove.LEAVE:
        return Decision(Action.FORGET, f"{gone}; the job runs on (onRemove: leave)", record)
    if Protect.STOP in record.protect:
        return _blocked(record, f"{gone}, and it was protected from being stopped (lifecycle.protect)")
    return Decision(Action.STOP, gone, record, then=Action.FORGET)


def _wait(record: Record, reason: str) -> Decision:
    return Decision(Action.WAIT, reason, record)


def _blocked(record: Record | None, reason: str) -> Decision:
    return Decision(Action.BLOCKED, reason, record)
