"""A project in a folder, a sandbox, and the applier between them, all by one clock."""

import itertools
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from reconcile.applier.apply import ApplyOptions
from reconcile.applier.look import make_plan
from reconcile.applier.session import apply
from reconcile.applier.workspace import open_workspace
from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.protocol import Holder
from reconcile.model.address import Address
from reconcile.sandbox.run import PROJECT
from tests.applier.clock import Clock, Simulated
from tests.applier.manifests import project

STARTS = ("Start*Job", "StartJobRun", "Create*Job", "StartJob", "RunOnce")


@dataclass
class Outcome:
    """What one apply gave: its result, the plan that it showed, and its events."""

    plan: object = None
    result: object = None
    events: list = field(default_factory=list)

    @property
    def exit(self):
        return self.result.exit

    @property
    def actions(self):
        """What was planned: action words by address."""
        return {str(change.address): change.action.word for change in self.plan.changes}

    def row(self, address):
        return next(row for row in self.result.rows if str(row.address) == str(address))

    def ended(self, address):
        return self.row(address).ended.value


class Bench:
    def __init__(self, folder: Path, control, clock: Clock):
        self.folder = folder
        self.control = control
        self.clock = clock
        self._applies = itertools.count(1)
        self.write()

    # --- what people write

    def write(self, *manifests, **project_file):
        """These manifests and no others."""
        (self.folder / "reconcile.yaml").write_text(json.dumps(project(**project_file)))
        (self.folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, manifests)))

    def define(self, name, job_type="BATCH"):
        self.control.define(PROJECT, name, job_type)

    @property
    def lock_file(self):
        return self.folder / "reconcile.lock.json"

    # --- what the commands do

    def open(self):
        return open_workspace(self.folder, environ=os.environ)

    def plan(self, **options):
        now = Simulated(self.clock).now()
        return make_plan(self.open(), now=now, pool=None, **options).plan

    def planned(self, **options):
        return {str(change.address): change.action.word for change in self.plan(**options).changes}

    def apply(
        self,
        *,
        approve=lambda plan: True,
        targets=(),
        destroy=False,
        runtime=None,
        store=None,
        on_event=None,
        **options,
    ):
        workspace = self.open()
        if store is not None:
            object.__setattr__(workspace, "store", store(workspace.store))
        outcome = Outcome()

        def approved(plan):
            outcome.plan = plan
            return approve(plan)

        def told(event):
            outcome.events.append(event)
            if on_event:
                on_event(event)

        outcome.result = apply(
            workspace,
            holder=self.holder(),
            options=ApplyOptions(**options),
            approve=approved,
            on_event=told,
            targets=targets,
            destroy=destroy,
            runtime=runtime or Simulated(self.clock),
        )
        return outcome

    def holder(self):
        now = Simulated(self.clock).now()
        return Holder(f"apply-{next(self._applies)}", "tester", "host", os.getpid(), now, "reconcile apply")

    # --- what has come of it

    def record(self, address):
        return LocalStore(self.lock_file, "tests").read().get(Address.parse(address))

    def jobs(self, kind=""):
        """What the sandbox holds, but for the definitions of DataArts jobs."""
        return [job for job in self.control.jobs(kind) if job["kind"] != "DataArtsJob"]

    def live(self):
        return [job for job in self.jobs() if job["phase"] in ("pending", "running", "stopping")]

    def requests(self, operation=""):
        """Names of the operations that the sandbox was asked for, in order."""
        return [entry["operation"] for entry in self.control.log() if operation in ("", entry["operation"])]

    def later(self, seconds):
        self.clock.move(self.clock() + seconds)
