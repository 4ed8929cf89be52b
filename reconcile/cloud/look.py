"""Which of the jobs that a list showed may be an address's own, told by their names, then by their marks."""

import re
from collections.abc import Iterable
from dataclasses import replace

from reconcile.cloud.groups import Group, JobKey
from reconcile.cloud.lists import TOLERANCE
from reconcile.cloud.marks import bears_name_of, marks_in_name
from reconcile.cloud.paths import read_text
from reconcile.cloud.protocol import ReadFailed
from reconcile.model.observed import Marks, Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.request import Question
from reconcile.model.tokens import split_job_name

_REFERENCE = re.compile(r"\$\{job\.[^}]*\}")


def is_plausible(group: Group, question: Question, job: Sighting) -> bool:
    """Whether to ask for the job's marks. Its name decides: one that we made for it, or the user's own. A live job
    under another name may still be ours, made when the manifest said otherwise."""
    if job.name and (job.name == question.job_name or _is_users_own(group, question, job.name)):
        return True
    if split_job_name(job.name):
        return bears_name_of(question.address, job.name)
    return job.phase.is_live or job.phase is Phase.UNKNOWN or not group.kind.start.name


def _is_users_own(group: Group, question: Question, name: str) -> bool:
    """The name that the manifest gives, whatever ${job.attempt} and its like stood for."""
    pattern = ".+".join(re.escape(part) for part in _REFERENCE.split(read_text(question.spec, group.kind.start.name)))
    return re.fullmatch(pattern, name, re.DOTALL) is not None


def plausible(group: Group, found: Iterable[tuple[JobKey, Sighting]]) -> list[tuple[JobKey, Sighting]]:
    """Those of which any question needs the marks, where they have to be asked for."""
    if not group.carries_marks or group.driver.provider.marks == "name":
        return []
    return [
        (key, job)
        for key, job in found
        if job.marks is None and any(is_plausible(group, question, job) for question in group.looks)
    ]


def marks_of(group: Group, job: Sighting) -> Marks | ReadFailed | None:
    try:
        return group.driver.marks(group.kind, job)
    except ReadFailed as failure:
        return failure


def marked(
    project: str, environment: str, group: Group, question: Question, jobs: Iterable[Sighting]
) -> list[Sighting]:
    """The jobs that carry the marks of the question's address, the highest attempt first."""
    named_only = group.driver.provider.marks == "name" and group.carries_marks
    own: list[tuple[int, Sighting]] = []
    for job in jobs:
        marks = marks_in_name(project, environment, question.address, job.name) if named_only else job.marks
        if marks and (marks.project, marks.environment, marks.address) == (project, environment, question.address):
            own.append((marks.attempt, replace(job, marks=marks)))
    return [job for _, job in sorted(own, key=lambda pair: (-pair[0], sorted(pair[1].external_id.items())))]


def candidates(group: Group, question: Question, jobs: Iterable[Sighting]) -> list[Sighting]:
    """Runs that began at the intent or later, of a kind that carries no marks; the recorded one is not in doubt."""
    if group.kind.guarantee is not Guarantee.LOOK_UP or not question.intent_at:
        return []
    earliest = question.intent_at - TOLERANCE
    return [
        job
        for job in jobs
        if job.external_id != question.external_id and (job.created_at is None or job.created_at >= earliest)
    ]
