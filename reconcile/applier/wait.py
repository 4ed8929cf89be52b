"""When `--wait` has waited enough: every goal is met, or what is not met never will be."""

from collections.abc import Mapping

from reconcile.applier.ledger import Ledger
from reconcile.applier.survey import Survey
from reconcile.model.address import Address
from reconcile.model.change import Action
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, Phase
from reconcile.model.result import Ended, Row

PATIENCE = 20  # surveys in a row that may find a service out of reach


class Waiting:
    """Over the jobs of one apply."""

    def __init__(self, desired: Mapping[Address, DesiredJob], rows: Mapping[Address, Row], ledger: Ledger) -> None:
        self._desired = desired
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
        return all(self._is_hopeless(address, hopeless, frozenset()) for address in self.unmet())

    def unmet(self) -> tuple[Address, ...]:
        """The jobs whose goal is not met, by what is recorded."""
        return tuple(sorted(address for address in self._desired if not self.is_met(address)))

    def _is_hopeless(self, address: Address, blocked: set[Address], behind: frozenset[Address]) -> bool:
        if address in blocked or self.gave_up(address):
            return True
        job = self._desired.get(address)
        rest = job.depends_on if job is not None and address not in behind else ()
        return any(self._is_hopeless(other, blocked, behind | {address}) for other in rest)

    def is_met(self, address: Address) -> bool:
        """Whether the goal of its present content is reached; one that is not declared wants nothing."""
        job, record = self._desired.get(address), self._ledger.get(address)
        if job is None:
            return record is None or not record.phase.is_live
        if job.goal is Goal.STOPPED:
            return record is None or not record.phase.is_live
        if record is None or record.is_intent or not record.same_content(job.digest, job.generation):
            return False
        return record.phase is (Phase.SUCCEEDED if job.goal is Goal.COMPLETED else Phase.RUNNING)
