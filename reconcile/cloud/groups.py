"""Questions that one list can answer, put together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reconcile.cloud.paths import identity, read_text
from reconcile.cloud.protocol import Driver
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.job import ExternalId
from reconcile.model.phase import Guarantee
from reconcile.model.request import Question

JobKey = tuple[tuple[str, str], ...]


def key_of(external_id: ExternalId) -> JobKey:
    return tuple(sorted(external_id.items()))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Questions about one kind, at one provider, below one parent."""

    driver: Driver
    kind: Descriptor
    questions: tuple[Question, ...]

    @property
    def looks(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.look)

    @property
    def wanted(self) -> dict[JobKey, ExternalId]:
        """The jobs that the questions name."""
        named = (self.named(question) for question in self.questions)
        return {key_of(external_id): external_id for external_id in named if external_id}

    @property
    def carries_marks(self) -> bool:
        return bool(self.kind.start.name if self.names_only else self.kind.start.tags)

    @property
    def names_only(self) -> bool:
        """The project wants no tags: names are all the marks there are."""
        return self.driver.provider.marks == "name"

    def named(self, question: Question) -> ExternalId | None:
        """The job that a question names: the recorded one; of a switch, the one that its spec names."""
        if question.external_id or self.kind.guarantee is not Guarantee.SWITCH:
            return question.external_id
        return identity(self.kind.id, given=question.spec)


class Grouped(NamedTuple):
    groups: tuple[Group, ...]
    trouble: Mapping[Address, str]  # of questions that cannot be asked at all


def grouped(questions: Sequence[Question], drivers: Mapping[str, Driver], catalog: Mapping[str, Descriptor]) -> Grouped:
    together: dict[tuple[str, str, tuple[str, ...]], list[Question]] = defaultdict(list)
    trouble: dict[Address, str] = {}
    known: dict[tuple[str, str, str], tuple[str, tuple[str, ...]]] = {}  # the same for all of a kind in a place
    for question in questions:
        kind = question.address.kind
        where = kind, question.provider, question.scope
        if where not in known:
            known[where] = _problem(question, drivers, catalog), _parents(kind, catalog)
        problem, parents = known[where]
        if problem:
            trouble[question.address] = problem
        else:
            place = tuple(read_text(question.spec, member) for member in parents)
            together[question.provider, kind, place].append(question)
    return Grouped(
        tuple(Group(drivers[name], catalog[kind], tuple(members)) for (name, kind, _), members in together.items()),
        trouble,
    )


def _problem(question: Question, drivers: Mapping[str, Driver], catalog: Mapping[str, Descriptor]) -> str:
    if question.address.kind not in catalog:
        return f"nothing describes the kind {question.address.kind} any more; put its descriptor back into kinds/"
    if question.provider not in drivers:
        return f"the project file has no provider {question.provider}; put it back"
    scope = drivers[question.provider].provider.scope
    if scope != question.scope:
        return f"it is in {question.scope}, and the provider {question.provider} is in {scope} now; set it back"
    return ""


def _parents(kind: str, catalog: Mapping[str, Descriptor]) -> tuple[str, ...]:
    """The members of a spec that tell one list of the kind from another."""
    operation = catalog[kind].list if kind in catalog else None
    return tuple(operation.parent.values()) if operation else ()
