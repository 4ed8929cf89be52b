"""Whose a job may be that a list showed: told by its name first, and by its marks where they have to be asked for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from reconcile.cloud.groups import Group, JobKey
from reconcile.cloud.lists import may_have_begun
from reconcile.cloud.marks import bears_name_of, marks_in_name
from reconcile.cloud.paths import read_text
from reconcile.model.address import Address
from reconcile.model.observed import Marks, Sighting
from reconcile.model.phase import Guarantee, Phase
from reconcile.model.references import Reference, parts
from reconcile.model.request import Question
from reconcile.model.tokens import LONGEST_NAME, split_job_name


class Look:
    """The questions of a group that look for marks, by the names that their jobs may have."""

    def __init__(self, group: Group) -> None:
        self.group = group

    @cached_property
    def _names(self) -> "_Names":
        """Put together for the first job that was found: most first plans find none."""
        return _Names(self.group)

    def owners(self, job: Sighting) -> Iterator[Question]:
        """Those that the job may belong to, some perhaps twice. A live job under a name that says nothing may be
        anyone's: it may have been made when the manifest said otherwise."""
        names = self._names
        yield from names.by_text.get(job.name, ())
        yield from (question for pattern, question in names.by_pattern if pattern.fullmatch(job.name))
        made = split_job_name(job.name)
        if made:
            yield from names.by_name.get(made[0], ())
            if len(job.name) >= LONGEST_NAME:
                yield from (question for question in self.group.looks if bears_name_of(question.address, job.name))
        elif job.phase.is_live or job.phase is Phase.UNKNOWN or not self.group.kind.start.name:
            yield from self.group.looks

    def doubtful(self, found: Mapping[JobKey, Sighting]) -> list[tuple[JobKey, Sighting]]:
        """The jobs whose marks have to be asked for."""
        if not self.group.carries_marks or self.group.names_only:
            return []
        return [(key, job) for key, job in found.items() if job.marks is None and any(self.owners(job))]

    def marked(self, project: str, environment: str, jobs: Iterable[Sighting]) -> dict[Address, list[Sighting]]:
        """The jobs that carry an address's marks, the highest attempt first."""
        own: dict[Address, list[Sighting]] = defaultdict(list)
        for job in jobs:
            for marks in self._marks(project, environment, job):
                if (marks.project, marks.environment) == (project, environment):
                    own[marks.address].append(replace(job, marks=marks))
        return {address: sorted(found, key=_by_attempt) for address, found in own.items()}

    def _marks(self, project: str, environment: str, job: Sighting) -> list[Marks]:
        if not self.group.names_only:
            return [job.marks] if job.marks else []
        addresses = dict.fromkeys(question.address for question in self.owners(job))
        told = (marks_in_name(project, environment, address, job.name) for address in addresses)
        return [marks for marks in told if marks]


class _Names:
    """The names that the jobs of a group's questions may have."""

    def __init__(self, group: Group) -> None:
        self.by_text: dict[str, list[Question]] = defaultdict(list)  # a job's whole name
        self.by_name: dict[str, list[Question]] = defaultdict(list)  # the address's name, which the job's begins with
        self.by_pattern: list[tuple[re.Pattern[str], Question]] = []
        for question in group.looks:
            self.by_name[question.address.name].append(question)
            self.by_text[question.job_name].append(question)
            self._add_users_own(question, read_text(question.spec, group.kind.start.name))
        self.by_text.pop("", None)

    def _add_users_own(self, question: Question, name: str) -> None:
        """The name that the manifest gives, whatever ${job.attempt} and its like will stand for."""
        text = [*parts(name)]
        if any(isinstance(part, Reference) for part in text):
            pattern = "".join(re.escape(part) if isinstance(part, str) else ".+" for part in text)
            self.by_pattern.append((re.compile(pattern, re.DOTALL), question))
        elif name:
            self.by_text["".join(map(str, text))].append(question)


def candidates(group: Group, question: Question, jobs: Iterable[Sighting]) -> list[Sighting]:
    """Runs that may be the question's own, of a kind that carries no marks; the recorded one is not in doubt."""
    earliest = may_have_begun(question)
    if group.kind.guarantee is not Guarantee.LOOK_UP or not question.look or earliest is None:
        return []
    return [job for job in jobs if job.external_id != question.external_id and _may_be_own(job, question, earliest)]


def _may_be_own(job: Sighting, question: Question, earliest: datetime) -> bool:
    """One that its service says was started otherwise may still be that of an interrupted start: nobody has seen what
    it says of ours. Without one, only what could have been lost counts."""
    if question.until is not None and job.foreign:
        return False
    if job.created_at is None:
        return True
    return job.created_at >= earliest and (question.until is None or job.created_at <= question.until)


def _by_attempt(job: Sighting) -> tuple[int, list[tuple[str, str]]]:
    return -(job.marks.attempt if job.marks else 0), sorted(job.external_id.items())
