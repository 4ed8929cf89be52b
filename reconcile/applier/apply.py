"""Carries a plan out, round after round: what an adopted, replaced or stopped job needs next, a new look decides."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from reconcile.applier.start import start
from reconcile.applier.stop import stop
from reconcile.applier.survey import Survey
from reconcile.applier.wait import Waiting
from reconcile.applier.work import Work
from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.change import Action, Change
from reconcile.model.job import DesiredJob
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

    def __init__(self, work: Work, look: Look, desired: Mapping[Address, DesiredJob], options: ApplyOptions) -> None:
        self._work = work
        self._look = look
        self._options = options
        self._pending: dict[Address, _Pending] = {}
        self._waiting = Waiting(desired, work.rows, work.ledger)

    async def run(self, survey: Survey) -> Result:
        """Carries out the survey's plan; what ends it early is in the result."""
        error: ReconcileError | None = None
        try:
            await self._rounds(survey)
        except ReconcileError as caught:
            error = caught
        unmet = self._waiting.unmet() if self._options.wait else ()
        rows = tuple(self._as_it_stands(row) for _, row in sorted(self._work.rows.items()))
        return Result(rows, self._work.ending.is_set(), unmet, error)

    def _as_it_stands(self, row: Row) -> Row:
        """The row with the phase last seen; what was waited for and has come about is done."""
        record = self._work.ledger.get(row.address)
        if self._options.wait and row.ended is Ended.WAITING and self._waiting.is_met(row.address):
            row = replace(row, ended=Ended.DONE, detail="")
        return replace(row, phase=record.phase, status=record.status) if record is not None else row

    async def _rounds(self, survey: Survey) -> None:
        started = self._now()
        deadline = started + self._options.wait_timeout if self._options.wait_timeout is not None else None
        poll = POLLS[0]
        while True:
            before = len(self._work.rows)
            await self._round(survey)
            waiting = self._options.wait and not self._waiting.is_over(survey)
            if self._work.ending.is_set() or not (self._pending or waiting):
                return
            if waiting and deadline is not None and self._now() >= deadline:
                return
            poll = POLLS[0] if len(self._work.rows) > before else min(poll * 1.5, POLLS[1])
            await self._work.pause(poll)
            if self._work.ending.is_set():
                return
            about = None if self._options.wait else frozenset(self._pending)
            survey = await self._work.runtime.call(partial(self._look, about))

    async def _round(self, survey: Survey) -> None:
        """Does all that one plan says and that need not wait for something else."""
        self._work.looked_at = survey.at
        self._work.again.clear()
        settled = set(self._pending) - {change.address for change in survey.plan.changes}
        for address in settled:
            del self._pending[address]
        for record in survey.plan.refreshed:
            self._keep(record)
        acts = [change for change in survey.plan.changes if not self._is_put_off(change)]
        await self._all([self._act(change) for change in acts])
        for address, change in self._work.again.items():
            self._pending[address] = _Pending(change, float("inf"))

    async def _all(self, acts: Sequence[Coroutine[None, None, None]]) -> None:
        """Runs them together; one failure never stops the others. What ends the apply is raised when all have ended."""
        tasks = [asyncio.ensure_future(act) for act in acts]
        ending = asyncio.ensure_future(self._work.ending.wait())
        while any(not task.done() for task in tasks) and not ending.done():
            await asyncio.wait({ending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        if ending.done() and tasks:
            await asyncio.wait(tasks, timeout=END)
        ending.cancel()
        for task in tasks:
            if not task.done():
                task.cancel()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, asyncio.CancelledError):
                raise ended

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
        """A stop waits for the end of what depends on its job."""
        known = self._pending.get(change.address)
        after = known.after if known is not None else frozenset(change.after)
        live = frozenset(address for address in after if self._is_live(address))
        if not live:
            return False
        failed = [address for address in live if self._waiting.gave_up(address)]
        until = known.until if known is not None else self._now() + max(self._patience(address) for address in live)
        if failed or self._now() >= until:
            text = f"{', '.join(map(str, sorted(live)))} depends on it and has not ended"
            self._work.end(change, Ended.NOT_TRIED, text)
            self._pending.pop(change.address, None)
        else:
            self._pending[change.address] = _Pending(change, until, after=live)
        return True

    async def _act(self, change: Change) -> None:
        work, record = self._work, change.decision.record
        self._pending.pop(change.address, None)
        match change.action:
            case Action.START | Action.RESUME:
                await start(work, change)
            case Action.STOP | Action.REPLACE:
                if await stop(work, change) and (change.then or change.action is Action.REPLACE):
                    until = self._now() + self._patience(change.address)
                    self._pending[change.address] = _Pending(change, until, asked=True)
            case Action.ADOPT:
                assert record is not None
                work.ledger.keep(record)
                work.tell(EventKind.ADOPTED, f"adopted attempt {record.attempt}", record)
                work.end(change, Ended.DONE, record=record)
                if change.then is not None:
                    self._pending[change.address] = _Pending(change, self._now() + self._patience(change.address))
            case Action.FORGET:
                assert record is not None
                forgotten = replace(record, stage=Stage.REMOVED)
                work.ledger.keep(forgotten)
                work.tell(EventKind.FORGOTTEN, f"forgotten: {change.reason}", forgotten)
                work.end(change, Ended.DONE, change.reason if record.phase.is_live else "", record=forgotten)

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
