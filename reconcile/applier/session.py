"""One apply from the lease to the folded lock file."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from reconcile.applier.apply import ApplyOptions, Course
from reconcile.applier.commit import GroupCommit
from reconcile.applier.doubt import doubts
from reconcile.applier.interrupt import end_on_signals
from reconcile.applier.last_words import unwritten
from reconcile.applier.late import given_up, may_be_late
from reconcile.applier.ledger import Ledger
from reconcile.applier.look import look_around
from reconcile.applier.runtime import Runtime, Threads
from reconcile.applier.saved_plan import StalePlan, acts
from reconcile.applier.select import with_dependencies
from reconcile.applier.surveyed import Survey
from reconcile.applier.unset import check_secrets
from reconcile.applier.wait import Waiting
from reconcile.applier.work import FRESH, Work
from reconcile.applier.workspace import Workspace
from reconcile.errors import ReconcileError
from reconcile.lockfile.protocol import Holder, Lease
from reconcile.model.address import Address
from reconcile.model.change import Plan
from reconcile.model.result import Event, EventKind, Result
from reconcile.planner.guard import refusal


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
    runtime: Runtime | None = None,
) -> Result:
    """Plans under the lease, asks `approve`, carries the plan out. A plan that a guard refuses is handed to `approve`
    as well, with the refusal in it, and whatever that says nothing is done. Raises what stops it before anything was
    done; what ends it later is in the result. Main thread only, for it minds signals."""
    runtime = runtime or Threads(options.parallelism)
    try:
        lease = workspace.store.acquire(holder, timeout=options.lock_timeout)
        try:
            return asyncio.run(
                under_lease(workspace, lease, options=options, approve=approve, on_event=on_event, runtime=runtime)
            )
        finally:
            lease.release()
    finally:
        runtime.close()


async def under_lease(
    workspace: Workspace,
    lease: Lease,
    *,
    options: ApplyOptions,
    approve: Callable[[Plan], bool],
    on_event: Callable[[Event], None],
    runtime: Runtime,
) -> Result:
    """The same in a loop that is running, with a lease that is held and given back by the caller."""
    return await _Session(workspace, lease, options, on_event, runtime).run(approve)


class _Session:
    def __init__(
        self,
        workspace: Workspace,
        lease: Lease,
        options: ApplyOptions,
        on_event: Callable[[Event], None],
        runtime: Runtime,
    ) -> None:
        self._workspace = workspace
        self._lease = lease
        self._options = options
        self._saved = options.saved
        self._on_event = on_event
        self._runtime = runtime
        self._surveyor = workspace.surveyor(writable=True, destroy=options.destroy, limiter=runtime.limiter)

    async def run(self, approve: Callable[[Plan], bool]) -> Result:
        snapshot = self._lease.snapshot()
        if self._saved:
            self._saved.refuse_other_base(snapshot.head)
        journal = GroupCommit(self._lease, self._runtime)
        workspace = self._workspace
        unsure = doubts(snapshot, workspace.jobs, workspace.catalog, at=self._runtime.now())
        ledger = Ledger(snapshot, journal, unsure)
        survey = await self._approved(ledger, approve)
        ledger.begin()
        work = Work(
            project=self._workspace.project,
            catalog=self._workspace.catalog,
            drivers=self._surveyor.drivers,
            lease=self._lease,
            ledger=ledger,
            runtime=self._runtime,
            on_event=self._on_event,
            slots=asyncio.Semaphore(self._options.parallelism),
            secrets=self._surveyor.secrets,
            looked_at=survey.at,
        )
        end_on_signals(work)
        chosen = self._workspace.selection(self._options.targets, ledger, destroy=self._options.destroy)
        waiting = Waiting(self._surveyor.desired, chosen, work.rows, ledger)
        result = await Course(work, partial(self._look, ledger), waiting, self._options).run(survey)
        return await self._written_down(journal, ledger, result)

    async def _written_down(self, journal: GroupCommit, ledger: Ledger, result: Result) -> Result:
        """The lock file takes in all that was done, whatever ended the apply, and though its journal may have failed:
        the lease holds what the journal could not."""
        try:
            await journal.flush()
        except ReconcileError as error:
            self._on_event(Event(EventKind.FAILED, self._runtime.now(), f"the journal: {error.what}"))
        try:
            plan = self._saved.nonce if self._saved else ""
            fold = partial(self._lease.fold, validated_with=self._workspace.validated_with, plan=plan)
            await self._runtime.write(fold)
        except ReconcileError as error:
            return replace(result, error=unwritten(error, ledger, self._lease, self._workspace.project))
        return result

    async def _approved(self, ledger: Ledger, approve: Callable[[Plan], bool]) -> Survey:
        survey = await self._survey(ledger)
        if late := may_be_late(survey, ledger, wait=self._options.wait):
            survey = await self._looked_again(ledger, set(self._surveyor.desired), late)
        elif unseen := given_up(survey, ledger, self._workspace.catalog):
            survey = await self._looked_again(ledger, unseen, "an interrupted start left no trace")
        plan = replace(survey.plan, warnings=self._lease.snapshot().warnings)
        if refused := refusal(plan, self._workspace.project.guards, live=survey.live):
            approve(replace(plan, refused=refused))  # it is shown
            raise refused
        check_secrets(plan, self._surveyor.secrets, waits=self._options.wait)
        if self._saved:
            self._saved.refuse_other_plan(survey)
        if not approve(plan):
            raise Declined("Nothing was done: the plan was not approved.")
        if (self._runtime.now() - survey.at).total_seconds() < FRESH:
            return survey
        again = await self._survey(ledger)
        if acts(again.plan) != acts(survey.plan):
            raise StalePlan(
                "What would be done changed while the plan waited for approval.",
                fix="Look at the new plan: run apply again.",
            )
        return again

    async def _looked_again(self, ledger: Ledger, about: Iterable[Address], why: str) -> Survey:
        """A second survey after the settle time, as it passes here: a clock may have been set forward."""
        seconds = max((self._workspace.catalog[address.kind].settle for address in about), default=0.0)
        text = f"{why}: looking again for what was started in {seconds:g} s, as lists may be late"
        self._on_event(Event(EventKind.WAITING, self._runtime.now(), text))
        await self._runtime.sleep(seconds)
        return await self._survey(ledger)

    async def _survey(self, ledger: Ledger) -> Survey:
        return await self._runtime.call(partial(self._look, ledger, None))

    def _look(self, ledger: Ledger, about: frozenset[Address] | None) -> Survey:
        """A survey of some of the chosen addresses (None: all of them)."""
        now, pool = self._runtime.now(), self._runtime.pool
        if about is None:
            survey = look_around(
                self._workspace,
                self._surveyor,
                ledger,
                ledger,
                targets=self._options.targets,
                destroy=self._options.destroy,
                now=now,
                pool=pool,
            )
        else:
            wider = with_dependencies(about, self._surveyor.desired)
            survey = self._surveyor.survey(ledger, wider, now=now, pool=pool, only=about)
        return replace(survey, at=self._runtime.now())
