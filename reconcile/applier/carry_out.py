"""The changes of one round, carried out together; one failure never stops the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reconcile.applier.agenda import Agenda
from reconcile.applier.start import start
from reconcile.applier.stop import stop
from reconcile.applier.work import Work
from reconcile.model.change import Action, Change
from reconcile.model.phase import Stage
from reconcile.model.record import Record
from reconcile.model.result import Ended, EventKind

END = 4.0  # seconds that calls under way have to return once the apply was interrupted


async def carry_out(work: Work, agenda: Agenda, changes: Sequence[Change]) -> None:
    """Returns when all have ended, or were given up because the apply ends. What ended it is raised then."""

    def look(act: asyncio.Future[None]) -> None:
        if not act.cancelled() and act.exception():
            work.ending.set()  # nothing that is not under way may begin

    acts = {asyncio.ensure_future(_act(work, agenda, change)): change for change in changes}
    for act in acts:
        act.add_done_callback(look)
    ending = asyncio.ensure_future(work.ending.wait())
    everything = asyncio.gather(*acts, return_exceptions=True)
    either: set[asyncio.Future[Any]] = {ending, everything}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if acts and ending.done():
        await asyncio.wait(acts, timeout=END)
    for task in (ending, *acts):
        task.cancel()
    ended = await everything
    for change, outcome in zip(acts.values(), ended, strict=True):
        if isinstance(outcome, BaseException):
            _cut_short(work, change)
    for outcome in ended:
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _act(work: Work, agenda: Agenda, change: Change) -> None:
    record = change.decision.record
    match change.action:
        case Action.START | Action.RESUME:
            if record is not None and record.external_id:  # its end is what made room
                work.tell_news(record)
            await start(work, change)
        case Action.STOP | Action.REPLACE:
            if await stop(work, change):
                agenda.await_end(change)
        case Action.ADOPT:
            assert record is not None
            _adopt(work, change, record)
            if change.then is not None and change.then.is_act:
                agenda.follow(change, seconds=0)
        case Action.FORGET:
            assert record is not None
            _forget(work, change, record)


def _adopt(work: Work, change: Change, record: Record) -> None:
    work.ledger.keep(record)
    work.tell(EventKind.ADOPTED, f"adopted attempt {record.attempt}", record)
    match change.then:
        case None:
            work.end(change, Ended.DONE, record=record)
        case Action.BLOCKED:
            work.end(change, Ended.BLOCKED, change.reason, record)
        case _:
            work.end(change, Ended.WAITING, change.reason, record)


def _forget(work: Work, change: Change, record: Record) -> None:
    forgotten = replace(record, stage=Stage.REMOVED)
    work.ledger.keep(forgotten)
    work.tell(EventKind.FORGOTTEN, f"forgotten: {change.reason}", forgotten)
    work.end(change, Ended.DONE, change.reason if record.phase.is_live else "", forgotten)


def _cut_short(work: Work, change: Change) -> None:
    """Its row, where the apply ended in the middle of it."""
    record = work.ledger.get(change.address)
    if record == change.decision.record:
        work.end(change, Ended.NOT_TRIED, "this apply ended before it was tried")
    else:
        text = "no answer came before this apply ended; the next apply finds out what became of it"
        work.end(change, Ended.FAILED, text, record)
