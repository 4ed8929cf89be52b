"""Answers questions about jobs with as few requests as the services' limits make worth while.

Three rounds, each as parallel as the pool: lists, one for each group of questions where that pays; then descriptions of
the recorded jobs that no list showed; then the marks of jobs that may be ours. Trouble stays where it arose: a list
that failed makes its group unknown, a description or a tag only the addresses that it was about.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from reconcile.cloud.answers import Findings, answers
from reconcile.cloud.groups import JobKey, grouped, key_of
from reconcile.cloud.lists import listing
from reconcile.cloud.look import Look
from reconcile.cloud.protocol import Driver, ReadFailed
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.job import ExternalId
from reconcile.model.observed import Marks, Observations, ObservedJob, Sighting
from reconcile.model.phase import Phase
from reconcile.model.request import Question

A = TypeVar("A")
B = TypeVar("B")


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
    """Every question gets its answer. Raises GuardRefused where the credentials are of a wrong account. `pool` must
    not be the one that this very call runs in."""
    together = grouped(questions, drivers, catalog)
    findings = [Findings(Look(group)) for group in together.groups]
    asked = {id(group.driver): group.driver for group in together.groups}.values()
    before = sum(driver.calls for driver in asked)
    for ask in (_check_accounts, _list, _describe, _read_marks):
        ask([found for found in findings if not found.trouble], pool)
    jobs = {address: ObservedJob(Phase.UNKNOWN, trouble=trouble) for address, trouble in together.trouble.items()}
    for found in findings:
        jobs.update(answers(found, project_id, environment, now))
    return Observations(jobs, _active(findings), sum(driver.calls for driver in asked) - before)


def _check_accounts(findings: list[Findings], pool: Executor | None) -> None:
    by_driver: dict[int, list[Findings]] = defaultdict(list)
    for found in findings:
        by_driver[id(found.group.driver)].append(found)

    def check(theirs: list[Findings]) -> str:
        try:
            theirs[0].group.driver.check_account()
        except ReadFailed as failure:
            return str(failure)
        return ""

    for theirs, trouble in _each(pool, check, by_driver.values()):
        for found in theirs:
            found.trouble = trouble


def _list(findings: list[Findings], pool: Executor | None) -> None:
    for found, listed in _each(pool, lambda found: listing(found.group), findings):
        found.jobs.update(listed.found)
        found.complete, found.trouble = listed.complete, listed.trouble


def _describe(findings: list[Findings], pool: Executor | None) -> None:
    """What the records name and no list showed, or showed without a status: a list may be late."""

    def describe(task: tuple[Findings, ExternalId]) -> Sighting | ReadFailed | None:
        found, external_id = task
        try:
            return found.group.driver.describe(found.group.kind, external_id)
        except ReadFailed as failure:
            return failure

    tasks = [
        (found, external_id)
        for found in findings
        for key, external_id in found.group.wanted.items()
        if found.group.kind.describe and (key not in found.jobs or not found.jobs[key].status)
    ]
    for (found, external_id), described in _each(pool, describe, tasks):
        match described:
            case Sighting():
                found.jobs[key_of(external_id)] = described
            case ReadFailed():
                found.troubles[key_of(external_id)] = str(described)


def _read_marks(findings: list[Findings], pool: Executor | None) -> None:
    def read(task: tuple[Findings, JobKey, Sighting]) -> Marks | ReadFailed | None:
        found, _, job = task
        try:
            return found.group.driver.marks(found.group.kind, job)
        except ReadFailed as failure:
            return failure

    tasks = [(found, key, job) for found in findings for key, job in found.look.doubtful(found.jobs)]
    for (found, key, job), marks in _each(pool, read, tasks):
        if isinstance(marks, ReadFailed):
            found.troubles[key] = str(marks)
        else:
            found.jobs[key] = replace(job, marks=marks)


def _active(findings: list[Findings]) -> dict[tuple[str, str], int]:
    live: dict[tuple[str, str], set[JobKey]] = defaultdict(set)
    for found in findings:
        if found.complete:
            live[found.group.kind.kind, found.group.driver.provider.scope] |= found.live
    return {place: len(keys) for place, keys in live.items()}


def _each(pool: Executor | None, work: Callable[[A], B], tasks: Iterable[A]) -> list[tuple[A, B]]:
    tasks = list(tasks)
    return list(zip(tasks, pool.map(work, tasks) if pool else map(work, tasks), strict=True))
