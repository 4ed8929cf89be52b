"""What was found out about a group of jobs, and the answers that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from reconcile.cloud.groups import Group, JobKey, key_of
from reconcile.cloud.look import Look, candidates
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.job import ExternalId
from reconcile.model.observed import NOTHING_SEEN, IntentAge, ObservedJob, Sighting
from reconcile.model.phase import Phase
from reconcile.model.request import Question


@dataclass(slots=True, eq=False)
class Findings:
    """Filled in round by round."""

    look: Look
    jobs: dict[JobKey, Sighting] = field(default_factory=dict)
    complete: bool = False  # a list showed every live job
    trouble: str = ""  # of the whole group
    troubles: dict[JobKey, str] = field(default_factory=dict)  # of single jobs

    @property
    def group(self) -> Group:
        return self.look.group

    @property
    def live(self) -> set[JobKey]:
        """A status that nobody knows may well be one of a live job."""
        return {key for key, job in self.jobs.items() if job.phase.is_live or job.phase is Phase.UNKNOWN}


def answers(found: Findings, project: str, environment: str, now: datetime) -> Iterator[tuple[Address, ObservedJob]]:
    """One for each question of the group."""
    marked = found.look.marked(project, environment, found.jobs.values())
    troubled = _troubled(found)
    for question in found.group.questions:
        own = tuple(marked.get(question.address, ())) if question.look else ()
        yield question.address, _answer(found, question, own, troubled.get(question.address, ""), now)


def _answer(
    found: Findings, question: Question, marked: tuple[Sighting, ...], trouble: str, now: datetime
) -> ObservedJob:
    group = found.group
    named = group.named(question)
    if not (named or marked or trouble or found.trouble or found.jobs) and question.intent_at is None:
        return NOTHING_SEEN
    job = _named(found, named, marked) if named else None
    perhaps = tuple(candidates(group, question, found.jobs.values()))
    unmapped = (one for one in chain((job,) if job else (), marked, perhaps) if one.phase is Phase.UNKNOWN)
    trouble = (
        found.trouble or trouble or _unseen(found, named) or next((_unmapped(group.kind, one) for one in unmapped), "")
    )
    phase = job.phase if job else Phase.MISSING
    return ObservedJob(
        Phase.UNKNOWN if trouble else phase, job, marked, perhaps, _age(question, group.kind, now), trouble
    )


def _named(found: Findings, named: ExternalId, marked: tuple[Sighting, ...]) -> Sighting | None:
    """With its marks, where it is among the marked ones."""
    return next((job for job in marked if job.external_id == named), found.jobs.get(key_of(named)))


def _troubled(found: Findings) -> dict[Address, str]:
    """Addresses whose own job, or a job that may be their own, could not be asked about."""
    troubled: dict[Address, str] = {}
    for question in found.group.questions:
        named = found.group.named(question)
        if named and key_of(named) in found.troubles:
            troubled[question.address] = found.troubles[key_of(named)]
    for key, trouble in found.troubles.items():
        if key in found.jobs:
            for question in found.look.owners(found.jobs[key]):
                troubled.setdefault(question.address, trouble)
    return troubled


def _unseen(found: Findings, named: ExternalId | None) -> str:
    """No list showed everything, and nothing can be described: that a job was not seen means nothing."""
    kind = found.group.kind
    if named and key_of(named) not in found.jobs and not (kind.describe or found.complete):
        return f"{kind.kind} has neither a list nor a describe; give its descriptor one"
    return ""


def _unmapped(kind: Descriptor, job: Sighting) -> str:
    return (
        f"the service says {job.status!r}, and nothing says what that means; "
        f"add this status to the phases of {kind.kind} ({kind.source or 'its descriptor'})"
    )


def _age(question: Question, kind: Descriptor, now: datetime) -> IntentAge:
    """A clock that was set back makes everything young: waiting is safe."""
    if question.intent_at is None or (now - question.intent_at).total_seconds() >= kind.settle:
        return IntentAge.SETTLED
    return IntentAge.YOUNG
