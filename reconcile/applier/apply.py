"""Carries a plan out, round after round: what an adopted, replaced or stopped job needs next, a new look decides."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reconcile.applier.start import start
from reconcile.applier.stop import stop
from reconcile.applier.surveyed import Survey
from reconcile.applier.wait import Waiting
from reconcile.applier.work import Work
from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.change import Action, Change
from reconcile.model.phase import Stage
from reconcile.model.record import Record
from reconcile.model.result import Ended, EventKind, Result, Row

Look = Callable[[frozenset[Address] | None], Survey]  # a new survey about these addresses; None: all that were selected

POLLS = (0.25, 3.0)  # seconds between two looks: the first, and the longest
END = 4.0  # seconds that calls under way have to return once the apply was interrupted


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """`wait_timeout` in seconds, None: for ever. `parallelism`: calls under way at once."""

    parallelism: int = 10
    wait: bool = False
    wait_timeout: float | None = None
    lock_timeout: float = 0.0


@dataclass(frozen=True, slots=True)
class _Pending:
    """An address that this apply is not done with: looked at until then, and after the end of those jobs."""

    change: Change
    until: float
    asked: bool = False  # its stop was sent
    after: frozenset[Address] = frozenset()


class Course:
    """One apply on its way."""

    def __init__(self, work: Work, look: Look, waiting: Waiting, options: ApplyOptions) -> None:
        self._work = work
        self._look = look
        self._waiting = waiting
        self._options = options
        self._pending: dict[Address, _Pending] = {}

    async def run(self, survey: Survey) -> Result:
        """Carries out the survey's plan; what ends it early is in the result."""
        error: ReconcileError | None = None
        try:
            await self._rounds(survey)
        except ReconcileError as caught:
            error = caught
        for address, known in self._pending.items():
            if address not in self._work.rows:
                self._work.end(known.change, Ended.NOT_TRIED, "this apply ended before it was tried")
        unmet = self._waiting.unmet() if self._options.wait else ()
        rows = tuple(self._as_it_stands(row) for _, row in sorted(self._work.rows.items()))
        return Result(rows, error is None and self._work.ending.is_set(), unmet, error)

    def _as_it_stands(self, row: Row) -> Row:
        """The row with the phase last seen; what was waited for and has come about is done."""
        record = self._work.ledger.get(row.address)
        late = self._options.wait and row.ended in (Ended.WAITING, Ended.BLOCKED)
        if late and self._waiting.is_met(row.address):
            row = replace(row, ended=Ended.DONE, detail="")
        return replace(row, phase=record.phase, status=record.status) if record is not None else row

    async def _rounds(self, survey: Survey) -> None:
        deadline = self._now() + (float("inf") if self._options.wait_timeout is None else self._options.wait_timeout)
        poll = POLLS[0]
        while True:
            before = dict(self._work.rows)
            await self._round(survey)
            waiting = self._options.wait and not self._waiting.is_over(survey)
            left = deadline - self._now() if waiting else float("inf")
            if left <= 0 or not (self._pending or waiting):
                return
            poll = POLLS[0] if self._work.rows != before else min(poll * 1.5, POLLS[1])
            await self._work.pause(min(poll, left))
            again = await self._looked()
            if again is None:
                return
            survey = again

    async def _looked(self) -> Survey | None:
        """A new survey; None where the apply was interrupted before or meanwhile."""
        if self._work.ending.is_set():
            return None
        about = None if self._options.wait else frozenset(self._pending)
        return await self._work.unless_ending(self._work.runtime.call(partial(self._look, about)))

    async def _round(self, survey: Survey) -> None:
        """Does all that one plan says and that need not wait for something else."""
        self._work.looked_at = survey.at
        self._work.again.clear()
        settled = set(self._pending) - {change.address for change in survey.plan.changes}
        for address in settled:
            del self._pending[address]
        for record in survey.plan.refreshed:
            self._keep(record)
        await self._all([change for change in survey.plan.changes if not self._is_put_off(change)])
        for address, change in self._work.again.items():
            self._pending[address] = _Pending(change, float("inf"))

    async def _all(self, changes: Sequence[Change]) -> None:
        """Carries them out together; one failure never stops the others. What ends the apply is raised when all have
        ended, or were given up."""
        work = self._work
        acts = {asyncio.ensure_future(self._act(change)): change for change in changes}
        ending = asyncio.ensure_future(work.ending.wait())
        while not ending.done() and (busy := [act for act in acts if not act.done()]):
            done, _ = await asyncio.wait({ending, *busy}, return_when=asyncio.FIRST_COMPLETED)
            if any(not act.cancelled() and act.exception() for act in done - {ending}):
                work.ending.set()  # nothing that is not under way may begin
        if acts and ending.done():
            await asyncio.wait(acts, timeout=END)
        for act in (ending, *acts):
            act.cancel()
        ended = await asyncio.gather(*acts, return_exceptions=True)
        for change, outcome in zip(acts.values(), ended, strict=True):
            if isinstance(outcome, BaseException):
                self._cut_short(change)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome

    def _cut_short(self, change: Change) -> None:
        """Its row, where the apply ended in the middle of it."""
        record = self._work.ledger.get(change.address)
        if record == change.decision.record:
            self._work.end(change, Ended.NOT_TRIED, "this apply ended before it was tried")
        else:
            text = "no answer came before this apply ended; the next apply finds out what became of it"
            self._work.end(change, Ended.FAILED, text, record)

    def _is_put_off(self, change: Change) -> bool:
        """What cannot be done in this round, written down."""
        work, address = self._work, change.address
        known = self._pending.get(address)
        if self._waiting.gave_up(address):
            return True
        if change.action in (Action.STOP, Action.REPLACE) and known is not None and known.asked:
            change = replace(
                change, decision=replace(change.decision, action=Action.WAIT, reason="its end is under way")
            )
        if change.action is Action.BLOCKED:
            self._keep(change.decision.record)
            work.end(change, Ended.BLOCKED, change.reason)
            self._pending.pop(address, None)
            return True
        if change.action is Action.WAIT:
            self._keep(change.decision.record)
            if known is None or self._now() >= known.until:
                work.end(change, Ended.WAITING, change.reason)
                self._pending.pop(address, None)
            return True
        return self._waits_for_others(change)

    def _waits_for_others(self, change: Change) -> bool:
        """A stop waits for the end of what depends on its job: as long as this apply looks after that."""
        known = self._pending.get(change.address)
        before = known.after if known is not None else frozenset()
        live = [address for address in sorted({*before, *change.after}) if self._is_live(address)]
        if not live:
            return False
        comes = not before or self._options.wait or any(address in self._pending for address in live)
        if comes and not any(self._waiting.gave_up(address) for address in live):
            self._pending[change.address] = _Pending(change, float("inf"), after=frozenset(live))
            return True
        text = f"{', '.join(map(str, live))} depends on it and has not ended"
        self._work.end(change, Ended.NOT_TRIED, text)
        self._pending.pop(change.address, None)
        return True

    async def _act(self, change: Change) -> None:
        work, record = self._work, change.decision.record
        self._pending.pop(change.address, None)
        match change.action:
            case Action.START | Action.RESUME:
                await start(work, change)
            case Action.STOP | Action.REPLACE:
                if await stop(work, change) and self._is_awaited(change):
                    until = self._now() + self._patience(change.address)
                    self._pending[change.address] = _Pending(change, until, asked=True)
            case Action.ADOPT:
                assert record is not None
                work.ledger.keep(record)
                work.tell(EventKind.ADOPTED, f"adopted attempt {record.attempt}", record)
                goes_on = change.then is not None and change.then.is_act
                work.end(change, Ended.WAITING if goes_on else Ended.DONE, change.reason if goes_on else "", record)
                if goes_on:
                    self._pending[change.address] = _Pending(change, self._now())
            case Action.FORGET:
                assert record is not None
                forgotten = replace(record, stage=Stage.REMOVED)
                work.ledger.keep(forgotten)
                work.tell(EventKind.FORGOTTEN, f"forgotten: {change.reason}", forgotten)
                work.end(change, Ended.DONE, change.reason if record.phase.is_live else "", record=forgotten)

    def _is_awaited(self, change: Change) -> bool:
        """Whether this apply goes on with something once the job has ended."""
        follows = change.then is not None or change.action is Action.REPLACE
        return follows or any(change.address in known.after for known in self._pending.values())

    def _keep(self, record: Record | None) -> None:
        if record is None:
            return
        before = self._work.ledger.get(record.address)
        self._work.ledger.keep(record)
        if before is not None and before.phase is not record.phase:
            self._work.tell(EventKind.JOB_PHASE, f"is {record.phase}", record)

    def _patience(self, address: Address) -> float:
        record = self._work.ledger.get(address)
        return record.stop_timeout if record is not None else 60.0

    def _is_live(self, address: Address) -> bool:
        record = self._work.ledger.get(address)
        return record is not None and not record.is_tombstone and record.phase.is_live

    def _now(self) -> float:
        return self._work.runtime.now().timestamp()
