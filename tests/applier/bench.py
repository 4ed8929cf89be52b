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


class Witness(Simulated):
    """Sees every start and stop at the moment in which it is sent: what it does is on disk by then, and is young."""

    def __init__(self, bench):
        super().__init__(bench.clock)
        self._bench = bench

    async def call(self, work):
        def watched():
            match getattr(work, "func", work).__name__:
                case "start":
                    self._sees_intent(work.args[1])
                case "stop":
                    assert self._bench.kept(stage="stopping", external_id=work.args[1])
            return work()

        return await super().call(watched)

    def _sees_intent(self, request):
        intent = self._bench.record(request.address)
        assert intent.is_intent
        assert (intent.client_token, intent.attempt) == (request.client_token, request.marks.attempt)
        assert (self.now() - intent.intent_at).total_seconds() < 1


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
        document = project(**project_file)
        self.project = document["metadata"].get("id", document["metadata"]["name"])
        (self.folder / "reconcile.yaml").write_text(json.dumps(document))
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
            runtime=runtime or Witness(self),
        )
        return outcome

    def holder(self):
        now = Simulated(self.clock).now()
        return Holder(f"apply-{next(self._applies)}", "tester", "host", os.getpid(), now, "reconcile apply")

    # --- what has come of it

    def record(self, address):
        return LocalStore(self.lock_file, self.project).read().get(Address.parse(str(address)))

    def kept(self, **members):
        """The records that have these members."""
        lock = LocalStore(self.lock_file, self.project).read()
        records = [lock.get(address) for address in lock]
        return [each for each in records if all(getattr(each, name) == value for name, value in members.items())]

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
