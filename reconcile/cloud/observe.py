"""Answers questions about jobs with as few requests as the services' limits make worth while.

Three rounds, each as parallel as the pool: lists, one for each group of questions where that pays; then descriptions of
the recorded jobs that no list showed; then the marks of jobs that may be ours. Trouble stays where it arose: a list
that failed makes its group unknown, a description or a tag only the addresses that it was about.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from reconcile.cloud import look
from reconcile.cloud.groups import Group, JobKey, grouped, key_of, unmapped
from reconcile.cloud.lists import listing
from reconcile.cloud.protocol import Driver, ReadFailed
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.job import ExternalId
from reconcile.model.observed import IntentAge, ObservedJob, Sighting
from reconcile.model.phase import Phase
from reconcile.model.request import Question

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Observations:
    """`active` counts the live jobs of a kind in a scope, ours or not, where a list showed all of them."""

    jobs: Mapping[Address, ObservedJob]
    active: Mapping[tuple[str, str], int]
    calls: int


def observe(
    questions: Sequence[Question],
    drivers: Mapping[str, Driver],
    catalog: Mapping[str, Descriptor],
    *,
    project_id: str,
    environment: str,
    now: datetime,
    pool: Executor | None,
) -> Observations:
    """Every question gets its answer. Raises CloudError where the credentials are of a wrong account. `pool` must
    not be the one that this very call runs in."""
    together = grouped(questions, drivers, catalog)
    seen = [_Seen(group) for group in together.groups]
    asked = {id(group.driver): group.driver for group in together.groups}.values()
    before = sum(driver.calls for driver in asked)
    _check_accounts(seen, pool)
    _list(seen, pool)
    _describe(seen, pool)
    _read_marks(seen, pool)
    jobs = {address: ObservedJob(Phase.UNKNOWN, trouble=trouble) for address, trouble in together.trouble.items()}
    for one in seen:
        for question in one.group.questions:
            jobs[question.address] = _answer(one, question, project_id, environment, now)
    return Observations(jobs, _active(seen), sum(driver.calls for driver in asked) - before)


@dataclass(slots=True, eq=False)
class _Seen:
    """What was found out about a group so far."""

    group: Group
    jobs: dict[JobKey, Sighting] = field(default_factory=dict)
    complete: bool = False
    trouble: str = ""  # of the whole group
    troubles: dict[JobKey, str] = field(default_factory=dict)  # of single jobs


def _check_accounts(seen: list[_Seen], pool: Executor | None) -> None:
    by_driver: dict[int, list[_Seen]] = defaultdict(list)
    for one in seen:
        by_driver[id(one.group.driver)].append(one)

    def check(ones: list[_Seen]) -> str:
        try:
            ones[0].group.driver.check_account()
        except ReadFailed as failure:
            return str(failure)
        return ""

    for ones, trouble in _each(pool, check, by_driver.values()):
        for one in ones:
            one.trouble = trouble


def _list(seen: list[_Seen], pool: Executor | None) -> None:
    for one, listed in _each(pool, lambda one: listing(one.group), _healthy(seen)):
        one.jobs.update(listed.found)
        one.complete, one.trouble = listed.complete, listed.trouble


def _describe(seen: list[_Seen], pool: Executor | None) -> None:
    """What the records name and no list showed, or showed without a status: a list may be late."""

    def describe(task: tuple[_Seen, ExternalId]) -> Sighting | ReadFailed | None:
        try:
            return task[0].group.driver.describe(task[0].group.kind, task[1])
        except ReadFailed as failure:
            return failure

    tasks = [
        (one, external_id)
        for one in _healthy(seen)
        for key, external_id in one.group.wanted.items()
        if one.group.kind.describe and (key not in one.jobs or not one.jobs[key].status)
    ]
    for (one, external_id), found in _each(pool, describe, tasks):
        match found:
            case Sighting():
                one.jobs[key_of(external_id)] = found
            case ReadFailed():
                one.troubles[key_of(external_id)] = str(found)


def _read_marks(seen: list[_Seen], pool: Executor | None) -> None:
    tasks = [(one, *pair) for one in _healthy(seen) for pair in look.plausible(one.group, one.jobs.items())]
    for (one, key, job), found in _each(pool, lambda task: look.marks_of(task[0].group, task[2]), tasks):
        if isinstance(found, ReadFailed):
            one.troubles[key] = str(found)
        else:
            one.jobs[key] = replace(job, marks=found)


def _answer(one: _Seen, question: Question, project: str, environment: str, now: datetime) -> ObservedJob:
    group = one.group
    named = group.named(question)
    marked = look.marked(project, environment, group, question, one.jobs.values()) if question.look else []
    by_key = one.jobs | {key_of(job.external_id): job for job in marked}
    job = by_key.get(key_of(named)) if named else None
    candidates = look.candidates(group, question, one.jobs.values()) if question.look else []
    trouble = one.trouble or _trouble(one, question, named, [*([job] if job else []), *marked, *candidates])
    return ObservedJob(
        Phase.UNKNOWN if trouble else job.phase if job else Phase.MISSING,
        job,
        tuple(marked),
        tuple(candidates),
        _age(question, group.kind, now),
        trouble,
    )


def _trouble(one: _Seen, question: Question, named: ExternalId | None, ours: list[Sighting]) -> str:
    """Of what this address depends on: its own job, and every job that may be its own."""
    if named and key_of(named) in one.troubles:
        return one.troubles[key_of(named)]
    if named and key_of(named) not in one.jobs and not (one.group.kind.describe or one.complete):
        return f"{one.group.kind.kind} has neither a list nor a describe; give its descriptor one"
    for key, trouble in one.troubles.items():
        job = one.jobs.get(key)
        if question.look and job and look.is_plausible(one.group, question, job):
            return trouble
    return next((unmapped(one.group.kind, job) for job in ours if job.phase is Phase.UNKNOWN), "")


def _age(question: Question, kind: Descriptor, now: datetime) -> IntentAge:
    """A clock that was set back makes everything young: waiting is safe."""
    if question.intent_at is None or (now - question.intent_at).total_seconds() >= kind.settle:
        return IntentAge.SETTLED
    return IntentAge.YOUNG


def _active(seen: list[_Seen]) -> dict[tuple[str, str], int]:
    live: dict[tuple[str, str], set[JobKey]] = defaultdict(set)
    for one in seen:
        if one.complete:
            keys = {key for key, job in one.jobs.items() if job.phase.is_live or job.phase is Phase.UNKNOWN}
            live[one.group.kind.kind, one.group.driver.provider.scope] |= keys
    return {place: len(keys) for place, keys in live.items()}


def _healthy(seen: Iterable[_Seen]) -> list[_Seen]:
    return [one for one in seen if not one.trouble]


def _each(pool: Executor | None, work: Callable[[A], B], tasks: Iterable[A]) -> list[tuple[A, B]]:
    tasks = list(tasks)
    return list(zip(tasks, pool.map(work, tasks) if pool else map(work, tasks), strict=True))
