"""When `--wait` has waited enough: every goal is met, or what is not met never will be."""

from collections.abc import Mapping

from reconcile.applier.ledger import Ledger
from reconcile.applier.surveyed import Survey
from reconcile.model.address import Address
from reconcile.model.change import Action
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, OnChange, Phase
from reconcile.model.record import Record
from reconcile.model.result import Ended, Row

PATIENCE = 20  # surveys in a row that may find a service out of reach


class Waiting:
    """Over the jobs of one apply: those that it chose (None: all), of all that are desired."""

    def __init__(
        self,
        desired: Mapping[Address, DesiredJob],
        chosen: frozenset[Address] | None,
        rows: Mapping[Address, Row],
        ledger: Ledger,
    ) -> None:
        self._desired = desired
        self._chosen = chosen
        self._rows = rows
        self._ledger = ledger
        self._unreachable = 0

    def gave_up(self, address: Address) -> bool:
        """Whether this apply will not try it again."""
        row = self._rows.get(address)
        return row is not None and row.ended in (Ended.FAILED, Ended.NOT_TRIED)

    def is_over(self, survey: Survey) -> bool:
        """Whether nothing that is waited for can still come about."""
        unknown = {address for address, seen in survey.observed.items() if seen.phase is Phase.UNKNOWN}
        self._unreachable = self._unreachable + 1 if unknown else 0
        hopeless = {change.address for change in survey.plan.changes if change.action is Action.BLOCKED}
        if self._unreachable < PATIENCE:
            hopeless -= unknown
        return all(self._is_hopeless(address, survey, hopeless, frozenset()) for address in self.unmet())

    def unmet(self) -> tuple[Address, ...]:
        """The jobs whose goal is not met, by what is recorded. One that is not declared any more shall be gone."""
        known = {*self._desired, *(address for address in self._ledger if address not in self._desired)}
        return tuple(sorted(address for address in known if self._selects(address) and not self.is_met(address)))

    def is_met(self, address: Address) -> bool:
        """Whether the goal of its present content is reached."""
        job, record = self._desired.get(address), self._ledger.get(address)
        if job is None or job.goal is Goal.STOPPED:
            return record is None or record.is_tombstone or not (record.is_intent or record.phase.is_live)
        return record is not None and not record.is_intent and _reached(job, record, record.phase)

    def _selects(self, address: Address) -> bool:
        return self._chosen is None or address in self._chosen

    def _is_hopeless(self, address: Address, survey: Survey, blocked: set[Address], behind: frozenset[Address]) -> bool:
        if address in blocked or self.gave_up(address):
            return True
        record, job = self._ledger.get(address), self._desired.get(address)
        if not self._selects(address):
            return job is not None and not self._may_come(job, record, survey)
        if job is None or address in behind or (record is not None and not record.is_intent and record.phase.is_live):
            return False
        return any(self._is_hopeless(other, survey, blocked, behind | {address}) for other in job.depends_on)

    def _may_come(self, job: DesiredJob, record: Record | None, survey: Survey) -> bool:
        """Of a dependency that this apply does not touch: whether it is as it shall be, or on its way."""
        seen = survey.observed.get(job.address)
        if seen is None or seen.phase is Phase.UNKNOWN:
            return True
        return record is not None and (seen.phase.is_live or _reached(job, record, seen.phase))


def _reached(job: DesiredJob, record: Record, phase: Phase) -> bool:
    if job.goal is Goal.RUNNING and job.on_change is OnChange.KEEP and phase is Phase.RUNNING:
        return True
    wanted = Phase.SUCCEEDED if job.goal is Goal.COMPLETED else Phase.RUNNING
    return phase is wanted and record.same_content(job.digest, job.generation)
