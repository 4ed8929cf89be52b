"""What must be asked before anything can be decided: only what can still change. Pure."""

from datetime import datetime, timedelta

from reconcile.model.change import Action, Decision
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.record import Record
from reconcile.model.request import Question
from reconcile.planner.decide import decide, wants_job

CLOCK_TOLERANCE = timedelta(minutes=5)  # between our clock and a service's


def as_recorded(record: Record | None) -> ObservedJob:
    """What a job that ended would look like now: it cannot have changed."""
    return ObservedJob(record.phase if record is not None else Phase.MISSING)


def question(
    desired: DesiredJob | None,
    record: Record | None,
    can: Capabilities,
    *,
    now: datetime,
    history: timedelta,
    existed: bool = True,
) -> Question | None:
    """What to ask about one address that is not settled; None where what is recorded says it all.

    `history` is how far back a job of ours is looked for where no record tells when one could have been started.
    `existed`: there is a lock file, so that what is not recorded was never started.
    """
    source = desired or record
    if source is None:
        return None
    intent = record if record is not None and record.is_intent else None
    watched = record if record is not None and _is_watched(desired, record) else None
    switch = can.guarantee is Guarantee.SWITCH
    unrecorded = desired is not None and record is None and not existed
    may_be_another = unrecorded or (watched is None and _may_start(desired, record, can))
    unsure = _is_doubted(record, can) and watched is None and _may_start(desired, record, can)
    look = (may_be_another and _carries_marks(can)) or (intent is not None and not switch) or unsure
    if not (watched or intent or look or (switch and desired is not None)):
        return None
    # What was started is asked for where it was started, though its manifest may have moved elsewhere since.
    place = intent or watched or source
    return Question(
        address=place.address,
        provider=place.provider,
        scope=place.scope,
        spec=place.spec or source.spec,  # nothing is recorded of a job that was adopted in another content
        external_id=watched.external_id if watched else None,
        look=look,
        job_name=intent.job_name if intent else "",
        since=_since(record, now, history) if look else None,
        until=_until(record) if unsure else None,
        intent_at=_last_start(record),
    )


def _is_watched(desired: DesiredJob | None, record: Record) -> bool:
    """Whether the recorded job can still change, and its changes matter."""
    if record.is_intent or not record.external_id or record.phase.is_terminal:
        return False
    return not record.is_tombstone or desired is not None


def look_first(
    desired: DesiredJob, decision: Decision, can: Capabilities, *, now: datetime, history: timedelta
) -> Question | None:
    """A second question, where a job that was watched turned out to be in need of a successor, and no look for our
    marks has gone before that start yet."""
    record = decision.record
    unsure = _is_doubted(record, can)
    if decision.action not in (Action.START, Action.REPLACE) or not (_carries_marks(can) or unsure):
        return None
    return Question(
        address=desired.address,
        provider=desired.provider,
        scope=desired.scope,
        spec=desired.spec,
        look=True,
        since=_since(record, now, history),
        until=_until(record) if unsure else None,
        intent_at=_last_start(record),
    )


def _carries_marks(can: Capabilities) -> bool:
    """Whether a job of the kind can be told to be ours by what it carries."""
    return can.guarantee in (Guarantee.TOKEN, Guarantee.UNIQUE_NAME)


def _is_doubted(record: Record | None, can: Capabilities) -> bool:
    """Whether a start that nothing tells of may have gone before the next one."""
    if record is None or record.is_intent or record.doubted_at is None:
        return False
    return can.guarantee is Guarantee.LOOK_UP


def _may_start(desired: DesiredJob | None, record: Record | None, can: Capabilities) -> bool:
    if desired is None:
        return False
    if record is None:
        return wants_job(desired)
    return decide(desired, record, as_recorded(record), can).action.starts


def _since(record: Record | None, now: datetime, history: timedelta) -> datetime:
    """Later attempts than the recorded one were started after it."""
    started = (record.intent_at or record.started_at) if record is not None else None
    if started is not None:
        return started - CLOCK_TOLERANCE
    return ((record.doubted_at if record is not None else None) or now) - history


def _until(record: Record | None) -> datetime | None:
    """What was started after the doubt arose would be recorded."""
    return record.doubted_at + CLOCK_TOLERANCE if record is not None and record.doubted_at is not None else None


def _last_start(record: Record | None) -> datetime | None:
    """What lists may not show yet is as young as this. An adopted job is none of ours to wait for."""
    if record is None or record.intent_at is None:
        return None
    return max(record.intent_at, record.started_at or record.intent_at)
