"""The decision table: what is wanted, recorded and observed of one address, and what follows.

Total and pure: `tests/planner/test_decide.py` walks the whole product of its inputs. The documented order stands where
the code is: unknown, open intent, marks of ours elsewhere, no record, record.
"""

from dataclasses import replace

from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob, written
from reconcile.model.observed import IntentAge, ObservedJob
from reconcile.model.phase import Goal, Guarantee, Phase, Stage
from reconcile.model.record import Record
from reconcile.planner.adopt import adopted, by_attempt, comes_after, governed, own_jobs, started
from reconcile.planner.claims import which_job
from reconcile.planner.doubt import unless_it_has_run
from reconcile.planner.recorded import as_seen, blocked, decide_recorded, is_unlisted, wait


def decide(desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    """One address, one decision. `desired` None: no manifest declares it (any more)."""
    return unless_it_has_run(_decided(desired, record, seen, can), seen, can)


def _decided(desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    if seen.phase is Phase.UNKNOWN:
        return blocked(record, seen.trouble or "its service could not be asked; nothing is done on a guess")
    if record is not None and record.suspect:
        return _of_suspect(desired, replace(record, suspect=False), seen, can)
    if record is not None and record.is_intent:
        return _open_intent(desired, record, seen, can)
    if record is not None:
        record = governed(record, desired)
    if record is not None and can_change(record):
        record = as_seen(record, seen)
    elsewhere = _marked_elsewhere(desired, record, seen, can)
    if elsewhere is not None:
        return elsewhere
    if record is None or record.is_tombstone:
        return _unrecorded(desired, record, seen, can)
    return decide_recorded(desired, record, seen, can)


def can_change(record: Record) -> bool:
    """Whether its job can still be seen in another phase: not, where a tombstone names none, or one that ended."""
    return not record.is_tombstone or (bool(record.external_id) and not record.phase.is_terminal)


def wants_job(desired: DesiredJob | None) -> bool:
    """Whether a job shall run or have run: goal completed or running."""
    return desired is not None and desired.goal is not Goal.STOPPED


# --- a record that is not as we wrote it


def _of_suspect(desired: DesiredJob | None, record: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    """Trusted where its job bears it out and there is nothing to do; else nothing is done on its word, and it is not
    written again, which would make it trusted."""
    decision = decide(desired, record, seen, can)
    match decision:
        case Decision(Action.NONE | Action.FORGET) | Decision(Action.ADOPT, then=None):
            return decision
        case _:
            return blocked(
                None,
                "its line in the lock file is not as reconcile wrote it, and by what it says now there would be "
                f"something to do ({decision.reason}): take the line from the last good version of the file",
            )


# --- an intent without outcome


def _open_intent(desired: DesiredJob | None, intent: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    found = own_jobs(intent, seen, can)
    if len(found) > 1:
        return blocked(
            intent, f"{len(found)} runs since the interrupted start could be its own: {which_job(intent.address)}"
        )
    if found:
        return _adopt(desired, started(intent, found[0]), seen, can, "the interrupted start has taken place")
    young = seen.age is IntentAge.YOUNG
    elsewhere = _marked_elsewhere(desired, intent, seen, can)
    if elsewhere is not None:
        if young and elsewhere.action is Action.ADOPT:
            return wait(intent, "an interrupted start may be beside a job with our marks; lists may not show it yet")
        return elsewhere
    if not _still_wanted(desired, intent, can):
        if young:
            return wait(intent, "an interrupted start is not wanted any more; lists may not show it yet")
        return _after_dropping(desired, intent, seen, can)
    if can.guarantee is Guarantee.LOOK_UP or intent.rotated:
        if young:
            return wait(intent, "an interrupted start left no trace yet; lists may not show it yet")
        reason = "the interrupted start left no run behind"
        if intent.rotated:
            reason += ", and cannot be sent again: a secret that it was to send has changed"
        return Decision(Action.START, reason, undone(intent), tries=intent.tries)
    if intent.status_reason:
        return wait(intent, _REFUSED) if young else blocked(intent, _held_elsewhere(intent, can))
    return Decision(Action.RESUME, "an interrupted start is sent again, with its own token", intent, tries=intent.tries)


_REFUSED = "its service says that its start conflicts with another; lists may not show yet with which"


def _held_elsewhere(intent: Record, can: Capabilities) -> str:
    by_name = can.guarantee is Guarantee.UNIQUE_NAME
    sent_with = f"the name {intent.job_name}" if by_name else f"the token {intent.client_token}"
    return (
        f"its start was refused again and again ({intent.status_reason}), and no job of its own is found: something "
        f"else holds {sent_with}. Look at its service, and {which_job(intent.address)}, which goes on with the next "
        "attempt"
    )


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
    return replace(intent, stage=Stage.REMOVED, phase=Phase.MISSING, external_id={}, previous=None, rotated=False)


def _after_dropping(desired: DesiredJob | None, intent: Record, seen: ObservedJob, can: Capabilities) -> Decision:
    before = undone(intent)
    rest = decide(desired, before, replace(seen, phase=before.phase, job=None, marked=(), candidates=()), can)
    if rest.action is Action.NONE and desired is None:
        return Decision(Action.FORGET, "an interrupted start that never took place is dropped", before)
    return rest


# --- jobs that carry our marks, and that the record does not name

_LATER = "a job carries the marks of this address, and came after all that is recorded"


def _marked_elsewhere(
    desired: DesiredJob | None, record: Record | None, seen: ObservedJob, can: Capabilities
) -> Decision | None:
    if not seen.marked or (desired is None and (record is None or record.is_tombstone)):
        return None
    known = record if record is not None and (record.left_running or not record.is_tombstone) else None
    if record is not None and is_unlisted(record, seen):
        return None
    others = by_attempt(job for job in seen.marked if known is None or job.external_id != known.external_id)
    live = [job for job in others if not job.phase.is_terminal]
    known_lives = known is not None and not known.is_intent and known.phase.is_live
    if live and (known_lives or len(live) > 1):
        names = ", ".join(written(job.external_id) for job in live)
        besides = "beside the recorded one" if known_lives else "more than one"
        return blocked(record, f"live jobs carry the marks of this address, {besides}: stop all but one ({names})")
    if live:
        (job,) = live
        number = job.marks.attempt if job.marks else 0
        if record is not None and 0 < number < record.attempt and not comes_after(job, record):
            return blocked(
                record,
                f"attempt {number} lives, and is not the recorded one: stop it ({written(job.external_id)})",
            )
        found = adopted(desired, record, job)
        return _adopt(desired, found, seen, can, "a live job carries the marks of this address")
    later = [job for job in others if comes_after(job, record)]
    if desired is not None and not known_lives and later:
        return _adopt(desired, adopted(desired, record, later[-1]), seen, can, _LATER)
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
        return decide_recorded(desired, as_seen(kept, seen), seen, can)
    if can.guarantee is Guarantee.SWITCH and seen.phase.is_live:
        return _found_switch(desired, record, seen, can)
    if not wants_job(desired):
        return Decision(Action.NONE, "", record)
    if record is None:
        return _FIRST_START
    reason = "it is declared again" if record.attempt else _NOT_YET
    return Decision(Action.START, reason, record, tries=1)


_NOT_YET = "it has not been started yet"
_FIRST_START = Decision(Action.START, _NOT_YET, None, tries=1)  # one for all: a first plan holds nothing else


def _kept(desired: DesiredJob, record: Record | None, seen: ObservedJob) -> Record | None:
    """The record inside a tombstone, where it still counts: it is of the same content, or its job may still run."""
    if record is None or not record.external_id:
        return None
    same = record.same_content(desired.digest, desired.generation)
    if not (same or record.left_running or is_unlisted(record, seen)):
        return None
    return replace(record, stage=Stage.STOPPING if record.stop_requested_at else Stage.STARTED)


def _found_switch(desired: DesiredJob, record: Record | None, seen: ObservedJob, can: Capabilities) -> Decision:
    assert seen.job is not None
    found = adopted(desired, record, seen.job)
    if desired.goal is Goal.STOPPED:
        return decide_recorded(desired, found, seen, can)
    return _adopt(desired, found, seen, can, "it is switched on already; with which parameters is unknown")
