"""What must be asked before anything can be decided: only what can still change. Pure."""

from datetime import datetime, timedelta

from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Goal, Guarantee, Phase
from reconcile.model.record import Record
from reconcile.model.request import Question
from reconcile.planner.decide import decide, wants_job

CLOCK_TOLERANCE = timedelta(minutes=5)  # between our clock and a service's


def is_settled(desired: DesiredJob, record: Record | None, can: Capabilities) -> bool:
    """Nothing can change any more: it costs no call and no decision. A switch never settles."""
    if can.guarantee is Guarantee.SWITCH:
        return False
    if record is None:
        return False
    if record.is_intent or record.is_tombstone or not record.phase.is_terminal:
        return False
    if desired.goal is Goal.STOPPED:
        return True
    return (
        desired.goal is Goal.COMPLETED
        and record.phase is Phase.SUCCEEDED
        and record.same_content(desired.digest, desired.generation)
    )


def as_recorded(record: Record | None) -> ObservedJob:
    """What a job that ended would look like now: it cannot have changed."""
    return ObservedJob(record.phase if record is not None else Phase.MISSING)


def question(
    desired: DesiredJob | None, record: Record | None, can: Capabilities, *, now: datetime, history: timedelta
) -> Question | None:
    """What to ask about one address that is not settled; None where what is recorded says it all.

    `history` is how far back a job of ours is looked for where no record tells when one could have been started.
    """
    source = desired or record
    if source is None:
        return None
    known = record is not None and bool(record.external_id) and not record.is_intent
    watch = record is not None and known and (record.phase.is_live or not record.phase.is_terminal)
    if watch and record is not None and record.is_tombstone and not (desired and record.left_running):
        watch = False
    switch = can.guarantee is Guarantee.SWITCH and (desired is not None or watch)
    look = bool(record and record.is_intent) or (not watch and _may_start(desired, record, can))
    if not (watch or look or switch):
        return None
    return Question(
        address=source.address,
        provider=source.provider,
        scope=source.scope,
        spec=(record or source).spec if watch or (record and record.is_intent) else source.spec,
        external_id=record.external_id if watch and record is not None else None,
        look=look,
        job_name=record.job_name if record is not None and record.is_intent else "",
        since=_since(record, now, history) if look else None,
        intent_at=record.intent_at if record is not None else None,
    )


def look_first(desired: DesiredJob, decision: Decision, *, now: datetime, history: timedelta) -> Question | None:
    """A second question, where a job that was watched turned out to have ended and the next start was not yet
    preceded by a look for our marks."""
    if decision.action is not Action.START:
        return None
    record = decision.record
    return Question(
        address=desired.address,
        provider=desired.provider,
        scope=desired.scope,
        spec=desired.spec,
        look=True,
        since=_since(record, now, history),
        intent_at=record.intent_at if record is not None else None,
    )


def _may_start(desired: DesiredJob | None, record: Record | None, can: Capabilities) -> bool:
    if desired is None:
        return False
    if record is None:
        return wants_job(desired) or can.guarantee is Guarantee.SWITCH
    return decide(desired, record, as_recorded(record), can).action.starts


def _since(record: Record | None, now: datetime, history: timedelta) -> datetime:
    """Later attempts than the recorded one were started after it."""
    if record is None or record.intent_at is None:
        return now - history
    return record.intent_at - CLOCK_TOLERANCE
