"""One apply from the lease to the folded lock file."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from reconcile.applier.apply import ApplyOptions, Course
from reconcile.applier.commit import GroupCommit
from reconcile.applier.ledger import Ledger
from reconcile.applier.runtime import Runtime, Threads
from reconcile.applier.select import with_dependencies
from reconcile.applier.survey import Survey
from reconcile.applier.work import FRESH, Work
from reconcile.applier.workspace import Workspace, look_around
from reconcile.errors import Exit, ReconcileError
from reconcile.lockfile.protocol import Holder, Lease
from reconcile.model.address import Address
from reconcile.model.change import Plan
from reconcile.model.result import Event, Result
from reconcile.planner.guard import check_guards


class PlanChanged(ReconcileError):
    """What was approved is not what would be done now."""

    code = "stale-plan"
    exit = Exit.STALE_PLAN


class Declined(ReconcileError):
    """The person who was asked said no."""

    code = "declined"


def apply(
    workspace: Workspace,
    *,
    holder: Holder,
    options: ApplyOptions,
    approve: Callable[[Plan], bool],
    on_event: Callable[[Event], None],
    targets: Sequence[str] = (),
    destroy: bool = False,
) -> Result:
    """Plans under the lease, asks `approve`, carries the plan out. Raises what stops it before anything was done;
    what ends it later is in the result."""
    lease = workspace.store.acquire(holder, timeout=options.lock_timeout)
    try:
        session = _Session(workspace, lease, options, tuple(targets), on_event, destroy=destroy)
        return asyncio.run(session.run(approve))
    finally:
        lease.release()


class _Session:
    def __init__(
        self,
        workspace: Workspace,
        lease: Lease,
        options: ApplyOptions,
        targets: tuple[str, ...],
        on_event: Callable[[Event], None],
        *,
        destroy: bool,
    ) -> None:
        self._workspace = workspace
        self._lease = lease
        self._options = options
        self._targets = targets
        self._on_event = on_event
        self._surveyor = workspace.surveyor(writable=True, destroy=destroy)
        self._runtime: Runtime = Threads(options.parallelism)

    async def run(self, approve: Callable[[Plan], bool]) -> Result:
        journal = GroupCommit(self._lease, self._runtime)
        ledger = Ledger(self._lease.snapshot(), journal)
        survey = await self._approved(ledger, approve)
        work = Work(
            project=self._workspace.project,
            catalog=self._workspace.catalog,
            drivers=self._surveyor.drivers,
            lease=self._lease,
            ledger=ledger,
            runtime=self._runtime,
            on_event=self._on_event,
        )
        _end_on_signals(work)
        chosen = self._workspace.selection(self._targets, ledger)
        look = partial(self._look, ledger)
        desired = {
            address: job for address, job in self._surveyor.desired.items() if chosen is None or address in chosen
        }
        result = await Course(work, look, desired, self._options).run(survey)
        await journal.flush()
        await self._runtime.write(partial(self._lease.fold, validated_with=self._workspace.validated_with))
        return result

    async def _approved(self, ledger: Ledger, approve: Callable[[Plan], bool]) -> Survey:
        survey = await self._survey(ledger)
        check_guards(survey.plan, self._workspace.project.guards, live=survey.live)
        if not approve(survey.plan):
            raise Declined("Nothing was done: the plan was not approved.")
        if _seconds(survey.at, self._runtime.now()) < FRESH:
            return survey
        again = await self._survey(ledger)
        if _acts(again.plan) != _acts(survey.plan):
            raise PlanChanged(
                "What would be done changed while the plan waited for approval.",
                fix="Look at the new plan: run apply again.",
            )
        return again

    async def _survey(self, ledger: Ledger) -> Survey:
        return await self._runtime.call(
            partial(
                look_around,
                self._workspace,
                self._surveyor,
                ledger,
                ledger,
                targets=self._targets,
                now=self._runtime.now(),
                pool=self._runtime.pool,
            )
        )

    def _look(self, ledger: Ledger, about: frozenset[Address] | None) -> Survey:
        """The survey of a later round, about some of the chosen addresses (None: all of them)."""
        now = self._runtime.now()
        if about is None:
            return look_around(
                self._workspace, self._surveyor, ledger, ledger, targets=self._targets, now=now, pool=self._runtime.pool
            )
        wider = with_dependencies(about, self._surveyor.desired)
        return self._surveyor.survey(ledger, wider, now=now, pool=self._runtime.pool, only=about)


def _acts(plan: Plan) -> list[tuple[Address, str]]:
    return [(change.address, change.action.word) for change in plan.changes if change.action.is_act]


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def _end_on_signals(work: Work) -> None:
    """The first interrupt starts nothing new and writes down what came back; the second ends at once, and loses
    nothing either: every intent is on disk."""

    def interrupted(code: int) -> None:
        if work.ending.is_set():
            os._exit(code)
        work.ending.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted, 128 + number)
