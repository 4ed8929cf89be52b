"""A whole world in one process: services, a folder with manifests and a lock file, people, and applies that may die."""

import asyncio
import os
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from reconcile.applier.apply import ApplyOptions
from reconcile.applier.saved_plan import StalePlan
from reconcile.applier.session import under_lease
from reconcile.applier.survey import Surveyor
from reconcile.applier.workspace import Workspace
from reconcile.cloud.connect import capabilities
from reconcile.errors import LeaseHeld, LeaseLost, LockFileError, ReconcileError, UsageError
from reconcile.lockfile.protocol import Holder
from reconcile.manifest.jobs import NO_JOBS, Jobs
from reconcile.model.phase import Phase
from reconcile.model.result import Ended
from reconcile.model.settled import settled_by
from reconcile.sandbox import events
from reconcile.sandbox.dataarts import DataArts
from reconcile.sandbox.engine import Engine
from reconcile.sandbox.memory import Memory
from reconcile.sandbox.rules import Refused
from reconcile.sandbox.settings import DEFAULTS
from reconcile.sandbox.world import World as Cloud
from tests.simulation.clock import Clock, Endless, VirtualLoop
from tests.simulation.invariants import check_invariants, is_live
from tests.simulation.jobs import DATAARTS, catalog, project
from tests.simulation.others import conflict, mixed
from tests.simulation.places import Folder, InS3
from tests.simulation.process import NOBODY, RUNNING, UNHARMED, Process
from tests.simulation.rest import restless, unmet
from tests.simulation.truth import Truth
from tests.simulation.wire import CALM, AwsInProcess, DataArtsInProcess, Weather, Wire

CONTENTS = ("a", "b")


class Violation(AssertionError):
    """An invariant does not hold; the message holds all that was done until then."""


class InProcess(Workspace):
    """A project whose drivers have no sockets."""

    wire: Wire

    def surveyor(self, *, writable, destroy=False, limiter=None):
        return Surveyor(
            project=self.project,
            catalog=self.catalog,
            desired=NO_JOBS if destroy else self.jobs,
            drivers={
                "aws": AwsInProcess(self.project.providers["aws"], self.catalog, limiter, self.wire),
                "dataarts": DataArtsInProcess(DATAARTS, limiter, self.wire, self.catalog),
            },
            capabilities=capabilities(self.project, self.catalog),
        )


def loaded(jobs, kinds):
    """As manifests give them."""
    settling = {address: settled_by(job, kinds[address.kind].guarantee) for address, job in jobs.items()}
    return Jobs(settling, jobs, jobs.get)


class Options(NamedTuple):
    """Of applies."""

    weather: Weather
    patience: float
    wait: bool
    destroy: bool


@dataclass
class Outcome:
    """Of one apply: its plan as it was approved and what it came to, None where it died before."""

    plan: Any = None
    result: Any = None
    error: ReconcileError | None = None

    @property
    def acts(self):
        return [] if self.plan is None else [change for change in self.plan.changes if change.action.is_act]


class World:
    """`lease`: seconds for which one in S3 is good; 0: the lock file is in a folder. `skew`: by how many seconds a
    machine's watch may differ from the right time. `marks`: as in the project file."""

    def __init__(self, folder, seed="", settings=DEFAULTS, *, lease=0.0, skew=0.0, marks="tags+name"):
        self.folder = Path(folder)
        self.rng = random.Random(f"world {seed}")
        self.clock = Clock()
        self.settings = settings
        self.kinds = catalog()
        self.cloud = Cloud(self.kinds.values(), self.clock, settings, Memory())
        self.engine = Engine(self.cloud)
        self.dataarts = DataArts(self.cloud)
        self.truth = Truth(self)
        self.place = InS3(self, lease) if lease else Folder(self)
        self.skew = skew
        self.project = project(self.folder, marks)
        self.manifests = {}
        self.has_lost = False  # the lock file was lost, or an older one came back, or a part of one
        self.has_merged = self.has_conflict = self.has_destroyed = False
        self.told = []  # what was done, in order
        self.broken = []
        self.done = ()  # rows of an apply that has just come to its end
        self._kept = []  # the lock files that there were
        self._applies = 0

    # --- what people do

    def declare(self, job):
        self.tell(f"declare {job}")
        self.manifests[job.address] = job

    def edit(self, address, **changes):
        self.tell(f"edit {address}: {changes}")
        self.manifests[address] = replace(self.manifests[address], **changes)

    def remove(self, address):
        self.tell(f"remove {address}")
        self.manifests.pop(address)

    def stop(self, address):
        """Someone stops the address's job by way of its service, where that is possible."""
        for birth in self._live(address) if self.kinds[address.kind].can_stop else ():
            self.tell(f"someone stops {address}, attempt {birth.attempt}")
            try:
                events.stop(self.cloud, self.truth.job(birth))
            except Refused as refused:
                self.tell(f"  refused: {refused}")

    # --- what happens

    def wait(self, seconds):
        self.tell(f"{seconds:g} s pass")
        self.clock.advance(seconds)

    def later(self, seconds, act):
        def late():
            try:
                act()
            except Refused as refused:
                self.tell(f"  (a late request was refused: {refused})")

        self.clock.later(seconds, late)

    def end(self, address, *, well):
        for birth in self._live(address):
            self.tell(f"{address}, attempt {birth.attempt} ends {'well' if well else 'badly'}")
            try:
                events.end(self.cloud, self.truth.job(birth), Phase.SUCCEEDED if well else Phase.FAILED)
            except UsageError as error:
                self.tell(f"  not: {error}")

    def forget(self, address):
        """The service forgets the address's last job."""
        for birth in self.truth.of(address)[-1:]:
            self.tell(f"the service forgets {address}, attempt {birth.attempt}")
            events.forget(self.cloud, self.truth.job(birth))

    def forget_tokens(self):
        self.tell("the services forget all tokens")
        self.cloud.memory.tokens.clear()

    def lose(self, *, everything):
        """The lock file is gone; with `everything`, also its journal and what the store remembers."""
        self.tell(f"the lock file is lost{', and all beside it' if everything else ''}")
        self.place.remove(everything=everything)
        self.has_lost = True
        self.place.settle()

    def restore(self, version, *, clone):
        """An older lock file comes back; `clone`: to a place where nothing newer was ever seen."""
        if not self._kept:
            return
        text = self._kept[version % len(self._kept)]
        self.tell(f"an older lock file comes back{' in a new clone' if clone else ''}")
        if clone:
            self.place.forget()
        self.place.put(text)
        self.has_lost = True
        self.place.settle()

    def merge(self, first, second):
        """Two branches have each applied. What Git makes of their lock files is of no use until someone resolves it."""
        if not self._kept:
            return
        one, other = self._kept[first % len(self._kept)], self._kept[second % len(self._kept)]
        self.tell("two lock files are merged")
        self.place.put(conflict(one, other))
        births = len(self.truth.births)
        self.has_conflict = True
        outcome, _ = self.apply()
        self.has_conflict = False
        if not isinstance(outcome.error, LockFileError) or len(self.truth.births) != births:
            self.broken.append(f"an apply went on over a merge conflict: {_said(outcome)}")
        self.place.put(mixed(self.rng, one, other))
        self.has_lost = self.has_merged = True
        self.place.settle()

    def end_lease(self):
        self.tell("someone ends the lease")
        self.place.end_lease()

    # --- applies

    def apply(self, fate=UNHARMED, weather=CALM, *, wait=False, beside=(), meanwhile=(), destroy=False, patience=None):
        """One apply, or several at once: `beside` are (seconds, fate) of others that begin later. `meanwhile` are
        (seconds, act). `patience`: for how long the lease is waited for; None: until that of a dead process ends."""
        patience = self.place.patience if patience is None else patience
        self.has_destroyed |= destroy
        options = Options(weather, patience, wait=wait, destroy=destroy)
        processes = [self._process(each) for each in (fate, *(fate for _, fate in beside))]
        begins = [0.0, *(seconds for seconds, _ in beside)]
        for seconds, act in meanwhile:
            self.clock.later(seconds, act)
        loop = VirtualLoop(self.clock, lambda number, act: RUNNING.get().on_signal.__setitem__(number, act))
        loop.set_task_factory(_task_of_process)
        try:
            dying = patch.object(os, "_exit", lambda code: RUNNING.get().die())
            with self.place.mounted(), dying, self.clock.bounded():
                outcomes = loop.run_until_complete(self._all(processes, begins, options))
        except Endless as endless:
            raise Violation("\n".join([f"an apply has no end: {endless}", "after:", *self.told])) from endless
        finally:
            for process in processes:
                process.bury()
            loop.close()
        if any(process.dead and process.fate.power for process in processes):
            self.tell("  the power was cut")
            self.place.cut_power(self.rng)
        else:
            self.place.settle()
        self._keep_version()
        self.done = _done(outcomes[0]) if len(processes) == 1 and not processes[0].dead else ()
        self.check()
        self.done = ()
        return outcomes[0], processes[0]

    def _process(self, fate):
        self._applies += 1
        rng = random.Random(self.rng.random())
        skew = self.rng.uniform(-self.skew, self.skew)
        return Process(self.clock, rng, fate, number=self._applies, blocks=self.place.blocks, skew=skew)

    async def _all(self, processes, begins, options):
        runs, loop = [], asyncio.get_running_loop()
        for process, begin in zip(processes, begins, strict=True):
            outcome = Outcome()
            RUNNING.set(process)
            process.died = loop.create_future()
            ended = asyncio.ensure_future(self._apply(process, begin, outcome, options))
            runs.append((process, ended, outcome))
        RUNNING.set(NOBODY)
        for process, ended, _ in runs:
            await asyncio.wait({ended, process.died}, return_when=asyncio.FIRST_COMPLETED)
        for process, ended, outcome in runs:
            self.tell(f"  apply{'' if not process.dead else ' DIED after ' + process.steps[-1]}: {_said(outcome)}")
            if ended.done():
                ended.result()
        return [outcome for _, _, outcome in runs]

    async def _apply(self, process, begin, outcome, options):
        await asyncio.sleep(begin)
        try:
            workspace = await self._workspace(process, options)
            holder = self._holder(process)
            process.lease = await self._storing(
                process, lambda: workspace.store.acquire(holder, timeout=options.patience)
            )
            outcome.result = await under_lease(
                workspace,
                process.lease,
                options=ApplyOptions(destroy=options.destroy, wait=options.wait, wait_timeout=600.0),
                approve=lambda plan: _approve(outcome, plan),
                on_event=lambda event: None,
                runtime=process,
            )
            outcome.error = outcome.result.error
        except ReconcileError as error:
            outcome.error = error
        finally:
            if process.lease is not None and not process.dead:
                await self._storing(process, process.lease.release)
        if outcome.error is not None and not isinstance(
            outcome.error, LeaseHeld | LeaseLost | LockFileError | StalePlan
        ):
            self.broken.append(f"an apply ended with {outcome.error!r}")

    async def _storing(self, process, work):
        return await (process.blocking(work) if process.blocks else process._surviving(work))

    async def _workspace(self, process, options):
        jobs = {address: job.desired for address, job in self.manifests.items()}
        store = self.place.store(process, options.weather)
        lockfile = await self._storing(process, store.read)
        workspace = InProcess(self.project, self.kinds, loaded(jobs, self.kinds), store, lockfile, 0, {})
        object.__setattr__(workspace, "wire", Wire(self, process, options.weather, jobs, lockfile))
        workspace.__dict__["validated_with"] = "simulation"
        return workspace

    def new_id(self):
        return f"{self.rng.getrandbits(128):032x}"

    def _holder(self, process):
        return Holder(f"apply-{process.number}", "somebody", "host", 1, process.now(), "reconcile apply")

    # --- what is seen

    def check(self):
        self.broken += [text for text in check_invariants(self) if text not in self.broken]

    def hold(self):
        """Raises Violation where something was broken."""
        self.check()
        if self.broken:
            raise Violation("\n".join([*self.broken, "after:", *self.told]))

    def readable(self):
        try:
            return self.place.read()
        except ReconcileError:
            return None

    def converge(self):
        """Undisturbed applies come to rest, and where they rest all is as it was wanted."""
        for _ in range(10):
            self.wait(200.0)
            outcome, _ = self.apply()
            self.hold()
            if outcome.error is not None:
                self.broken.append(f"an undisturbed apply ended with {outcome.error!r}")
            if not restless(self, outcome):
                break
        else:
            self.broken.append(f"undisturbed applies do not come to rest: {_said(outcome)}")
        again, _ = self.apply()
        if restless(self, again):
            self.broken.append(f"the second of two applies has something to do: {_said(again)}")
        self.broken += unmet(self, again)
        self.hold()

    def _live(self, address):
        return [birth for birth in self.truth.of(address) if is_live(self, birth)]

    def _keep_version(self):
        text = self.place.text()
        if text is not None and b"<<<<<<<" not in text and text not in self._kept:
            self._kept.append(text)

    def tell(self, text):
        self.told.append(f"[{self.clock() - 1_800_000_000:9.2f}] {text}")


def _approve(outcome, plan):
    outcome.plan = plan
    return True


def _done(outcome):
    rows = outcome.result.rows if outcome.result is not None and outcome.error is None else ()
    return tuple(row for row in rows if row.ended is Ended.DONE)


def _said(outcome):
    changes = [] if outcome.plan is None else outcome.plan.changes
    said = [f"{change.address} {change.action.word} ({change.reason})" for change in changes]
    rows = [f"{row.address}: {row.ended} {row.detail}" for row in outcome.result.rows] if outcome.result else []
    return "; ".join(
        [*said, *([f"-> {'; '.join(rows)}"] if rows else []), *([repr(outcome.error)] if outcome.error else [])]
    )


def _task_of_process(loop, coro, **more):
    task = asyncio.Task(coro, loop=loop, **more)
    process = RUNNING.get()
    if isinstance(process, Process):
        process.tasks.add(task)
    return task
