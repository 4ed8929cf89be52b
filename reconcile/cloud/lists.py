"""Lists made for a group of questions: whether one pays, what bounds it, and what it showed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from reconcile.cloud.groups import Group, JobKey, key_of
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.kinds.descriptor import ListOp, Rate
from reconcile.model.observed import Sighting
from reconcile.model.phase import Guarantee
from reconcile.model.request import Question

TOLERANCE = timedelta(seconds=5)  # between our clock and a service's, where a run is ours only if it began later
_SKEW = timedelta(minutes=5)  # where too early does no harm; a clock further off than this cannot sign a request
_ROUND_TRIP = 0.05  # seconds, where nothing limits the rate


class Listing(NamedTuple):
    found: dict[JobKey, Sighting]
    complete: bool = False  # it showed every live job there is
    trouble: str = ""


def listing(group: Group) -> Listing:
    """What one list, or two, show of the group's jobs; nothing where describing each costs less. Never raises
    ReadFailed: that is its trouble."""
    found: dict[JobKey, Sighting] = {}
    operation = group.kind.list
    if operation is None:
        return Listing(found)
    try:
        if not group.looks:
            return Listing(found, _find(group, operation, found))
        if group.kind.guarantee is Guarantee.LOOK_UP:
            return Listing(found, _since_intents(group, found))
        for query in _look_queries(group, operation):
            _keep(found, group, query)
        return Listing(found, complete=True)
    except ReadFailed as failure:
        return Listing(found, trouble=str(failure))


def _find(group: Group, operation: ListOp, found: dict[JobKey, Sighting]) -> bool:
    """Pages on while that costs less than describing the jobs that did not turn up yet. True: all was shown."""
    missing = set(group.wanted)
    limits = group.driver.limits(group.kind)
    page, one = _seconds(limits.list), _seconds(limits.read)
    size = next(iter(operation.page_size.values()), 100)

    def pays() -> bool:
        return bool(missing) and (group.kind.describe is None or len(missing) * one > page)

    if not pays():
        return False
    for shown, sighting in enumerate(_jobs(group, ListQuery(group.questions[0].spec)), 1):
        found[key_of(sighting.external_id)] = sighting
        missing.discard(key_of(sighting.external_id))
        if not missing or (shown % size == 0 and not pays()):
            return False
    return True


def _since_intents(group: Group, found: dict[JobKey, Sighting]) -> bool:
    """Runs that carry no marks: those since the oldest intent are all that can be told. False: older ones live on."""
    bounds = [bound for question in group.looks if (bound := may_have_begun(question))]
    if bounds:
        _keep(found, group, ListQuery(group.questions[0].spec, since=min(bounds)))
    return False


def may_have_begun(question: Question) -> datetime | None:
    """From when on a run that carries no marks may be the question's own."""
    return question.intent_at - TOLERANCE if question.intent_at else question.since


def _look_queries(group: Group, operation: ListOp) -> list[ListQuery]:
    """The live jobs, and those since each address was last written about; everything where that cannot be asked, or
    where a job that no list shows could not be described."""
    parent = group.questions[0].spec
    since = _earliest(group.looks)
    if since is None or not (operation.since and operation.status and group.kind.describe):
        return [ListQuery(parent)]
    return [ListQuery(parent, since=since - _SKEW), ListQuery(parent, live=True)]


def _earliest(looks: tuple[Question, ...]) -> datetime | None:
    bounds = [question.since for question in looks]
    return None if None in bounds else min(bound for bound in bounds if bound)


def _keep(found: dict[JobKey, Sighting], group: Group, query: ListQuery) -> None:
    found.update((key_of(sighting.external_id), sighting) for sighting in _jobs(group, query))


def _jobs(group: Group, query: ListQuery) -> Iterator[Sighting]:
    return group.driver.list_jobs(group.kind, query)


def _seconds(rate: Rate | None) -> float:
    return 1 / rate.per_second if rate else _ROUND_TRIP
