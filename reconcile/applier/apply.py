"""Carries a plan out, round after round: what an adopted, replaced or stopped job needs next, a new look decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from reconcile.applier.agenda import Agenda
from reconcile.applier.carry_out import carry_out
from reconcile.applier.saved_plan import SavedPlan
from reconcile.applier.surveyed import Survey
from reconcile.applier.wait import Waiting
from reconcile.applier.work import Work
from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.result import Ended, Result, Row

Look = Callable[[frozenset[Address] | None], Survey]  # a new survey about these addresses; None: all that were selected

POLLS = (0.25, 3.0)  # seconds between two looks: the first, and the longest


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """What is to be applied, and how. `targets`: nothing but these and what they need. `destroy`: as if no job were
    declared. `parallelism`: calls under way at once. `wait_timeout` in seconds, None: for ever. `saved`: do what this
    plan says, or nothing."""

    targets: tuple[str, ...] = ()
    destroy: bool = False
    parallelism: int = 10
    wait: bool = False
    wait_timeout: float | None = None
    lock_timeout: float = 0.0
    saved: SavedPlan | None = None


class Course:
    """One apply on its way."""

    def __init__(self, work: Work, look: Look, waiting: Waiting, options: ApplyOptions) -> None:
        self._work = work
        self._look = look
        self._waiting = waiting
        self._options = options
        self._agenda = Agenda(work, waiting, stays=options.wait)

    async def run(self, survey: Survey) -> Result:
        """Carries out the survey's plan; what ends it early is in the result."""
        error: ReconcileError | None = None
        try:
            await self._rounds(survey)
        except ReconcileError as caught:
            error = caught
        self._agenda.close()
        unmet = self._waiting.unmet() if self._options.wait else ()
        rows = tuple(self._as_it_stands(row) for _, row in sorted(self._work.rows.items()))
        return Result(rows, error is None and self._work.ending.is_set(), unmet, error)

    def _as_it_stands(self, row: Row) -> Row:
        """The row with the phase last seen; what was waited for and has come about is done."""
        record = self._work.ledger.get(row.address)
        late = self._options.wait and row.ended in (Ended.WAITING, Ended.BLOCKED)
        if late and self._waiting.is_met(row.address):
            row = replace(row, ended=Ended.DONE, detail="")
        if record is None:
            return row
        return replace(row, phase=record.phase, status=record.status, attempts=record.with_history())

    async def _rounds(self, survey: Survey) -> None:
        deadline = self._now() + (float("inf") if self._options.wait_timeout is None else self._options.wait_timeout)
        poll = POLLS[0]
        while True:
            before = dict(self._work.rows)
            await self._round(survey)
            waiting = self._options.wait and not self._waiting.is_over(survey)
            left = deadline - self._now() if waiting else float("inf")
            if left <= 0 or not (self._agenda.addresses or waiting):
                return
            poll = POLLS[0] if self._work.rows != before else min(poll * 1.5, POLLS[1])
            await self._work.pause(min(poll, left))
            again = await self._looked()
            if again is None:
                return
            survey = again

    async def _round(self, survey: Survey) -> None:
        """Does all that one plan says and that need not wait for something else."""
        self._work.looked_at = survey.at
        self._work.again.clear()
        self._agenda.open({change.address for change in survey.plan.changes})
        for record in survey.plan.refreshed:
            self._work.see(record)
        due = [change for change in survey.plan.changes if not self._agenda.is_put_off(change)]
        await carry_out(self._work, self._agenda, due)
        self._agenda.add_again()

    async def _looked(self) -> Survey | None:
        """A new survey; None where the apply was interrupted before or meanwhile."""
        if self._work.ending.is_set():
            return None
        about = None if self._options.wait else self._agenda.addresses
        return await self._work.unless_ending(self._work.runtime.call(partial(self._look, about)))

    def _now(self) -> float:
        return self._work.runtime.now().timestamp()
