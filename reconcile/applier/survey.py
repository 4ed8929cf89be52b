"""Looks at the cloud and plans: the reading half of every command. Holds no lease and writes nothing."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from reconcile.applier.surveyed import Survey
from reconcile.applier.withheld import Withholding
from reconcile.cloud.protocol import Driver
from reconcile.kinds.descriptor import Descriptor
from reconcile.manifest.jobs import Jobs
from reconcile.model.address import Address
from reconcile.model.job import Capabilities
from reconcile.model.observed import NOTHING_ASKED, Observations, ObservedJob
from reconcile.model.phase import Phase
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.request import Question
from reconcile.model.secrets import Secrets
from reconcile.model.settled import is_settled
from reconcile.planner.ask import as_recorded, look_first, question
from reconcile.planner.claims import Claims
from reconcile.planner.plan import Situation, decide_one, make_plan

HISTORY = timedelta(days=30)  # how far back jobs of ours are looked for where nothing is recorded


class Records(Protocol):
    """The lock file as it was read, or the ledger of an apply."""

    @property
    def existed(self) -> bool: ...

    def __iter__(self) -> Iterator[Address]: ...
    def get(self, address: Address) -> Record | None: ...

    def ending(self, address: Address) -> str: ...


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Everything that a survey reads, but the records."""

    project: Project
    catalog: Mapping[str, Descriptor]
    desired: Jobs
    drivers: Mapping[str, Driver]
    capabilities: Mapping[tuple[str, str], Capabilities]
    secrets: Secrets = field(default_factory=Secrets)

    def survey(
        self,
        records: Records,
        about: Iterable[Address],
        *,
        now: datetime,
        pool: Executor | None,
        only: frozenset[Address] | None = None,
    ) -> Survey:
        """Plans for the addresses `about`, with changes of those in `only` (None: all of them)."""
        situation, questions = self._gather(records, about, now, only)
        answers = self._ask(questions, now, pool)
        seen = _without_claimed(answers.jobs, records)
        situation = replace(situation, observed={**situation.observed, **seen}, active=answers.active)
        looked = {each.address for each in questions if each.look}
        second = self._ask(self._second_questions(situation, looked, now), now, pool)
        situation = replace(
            situation,
            observed={
                **situation.observed,
                **_looked_into(situation.observed, _without_claimed(second.jobs, records)),
            },
            active={**answers.active, **second.active},
        )
        withholding = Withholding(situation.records, self.desired, self.secrets, self.project.id)
        situation = replace(situation, observed=withholding.applied(situation.observed))
        live = sum(seen.lives for seen in situation.observed.values())
        calls = answers.calls + second.calls
        return Survey(make_plan(situation), situation.observed, now, live, calls, situation.records)

    def _gather(
        self, records: Records, about: Iterable[Address], now: datetime, only: frozenset[Address] | None
    ) -> tuple[Situation, list[Question]]:
        """What is settled is counted, what ended is taken as recorded; the rest becomes questions."""
        kept: dict[Address, Record] = {}
        situation = Situation(self.project, self.desired, kept, {}, self.capabilities, self._is_sensitive, only=only)
        observed: dict[Address, ObservedJob] = {}
        questions: list[Question] = []
        unchanged = 0
        for address in about:
            if is_settled(self.desired.settling.get(address, ""), records.ending(address)):
                unchanged += situation.selects(address)
                continue
            desired = self.desired.get(address)
            record = records.get(address)
            if record is not None:
                self.secrets.unset(record.secrets)  # asked for, they are masked, though no manifest names them any more
                kept[address] = record = self._with_rotation(record)
            source = desired or record
            if source is None or (desired is None and record is not None and record.is_tombstone):
                continue
            can, existed = situation.can_of(source), records.existed
            asked = question(desired, record, can, now=now, history=HISTORY, existed=existed)
            trouble = self._out_of_reach(asked, record)
            if asked is None:
                observed[address] = as_recorded(record)
            elif trouble:
                observed[address] = ObservedJob(Phase.UNKNOWN, trouble=trouble)
            else:
                questions.append(asked)
        return replace(situation, observed=observed, unchanged=unchanged), questions

    def _with_rotation(self, record: Record) -> Record:
        """What an intent refers to is compared with what was sent, if anything was."""
        if not (record.is_intent and record.secrets):
            return record
        return replace(record, rotated=self.secrets.differ(record.secrets, salt=self.project.id))

    def _out_of_reach(self, asked: Question | None, record: Record | None) -> str:
        """Why a question cannot be put, "" where it can."""
        if asked is None:
            return ""
        if asked.address.kind not in self.catalog:
            return f"the catalog has no kind {asked.address.kind} any more: bring its descriptor back"
        provider = self.project.providers.get(asked.provider)
        if provider is None:
            return f"it was started with provider {asked.provider!r}, which the project file does not have any more"
        if record is not None and asked.scope == record.scope != provider.scope:
            return f"it was started in {record.scope}, and provider {asked.provider!r} is now in {provider.scope}"
        return ""

    def _second_questions(self, situation: Situation, looked: set[Address], now: datetime) -> list[Question]:
        """A job that turned out to have ended may be started again, but not before a look for our marks."""
        questions = []
        for address in situation.observed:
            desired = None if address in looked else situation.desired.get(address)
            if desired is None:
                continue
            decision = decide_one(situation, address)
            asked = look_first(desired, decision, situation.can_of(desired), now=now, history=HISTORY)
            if asked is not None:
                questions.append(asked)
        return questions

    def _ask(self, questions: list[Question], now: datetime, pool: Executor | None) -> Observations:
        if not questions:
            return NOTHING_ASKED
        from reconcile.cloud.observe import observe  # noqa: PLC0415 - what is settled does without it

        return observe(
            questions,
            self.drivers,
            self.catalog,
            project_id=self.project.id,
            environment=self.project.environment,
            now=now,
            pool=pool,
        )

    def _is_sensitive(self, kind: str, path: tuple[str | int, ...]) -> bool:
        from reconcile.kinds.specs import sensitive  # noqa: PLC0415 - only what differs needs the services' models

        return sensitive(self.catalog[kind], path)


def _without_claimed(observed: Mapping[Address, ObservedJob], records: Records) -> dict[Address, ObservedJob]:
    """Runs without marks that are recorded, or may be, of another address are none of this one's."""
    unsure = {address: seen for address, seen in observed.items() if seen.candidates}
    claims = {kind: Claims.of(kind, records) for kind in {address.kind for address in unsure}}
    return {**observed, **{address: claims[address.kind].seen_by(address, seen) for address, seen in unsure.items()}}


def _looked_into(
    first: Mapping[Address, ObservedJob], second: Mapping[Address, ObservedJob]
) -> dict[Address, ObservedJob]:
    """The first look, with the jobs that the second found; unknown where the second could not be made."""
    return {
        address: again
        if again.phase is Phase.UNKNOWN
        else replace(first[address], marked=again.marked, candidates=again.candidates)
        for address, again in second.items()
    }
