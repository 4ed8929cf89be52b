"""What people may declare in a world: manifests of every guarantee, as values that a step can change."""

from dataclasses import dataclass, replace
from functools import cache

from reconcile.kinds.load import load_catalog
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect
from reconcile.model.project import Project, Provider
from reconcile.model.tokens import digest
from reconcile.sandbox.run import PROJECT
from tests.applier import manifests

REGION = "eu-west-1"
AWS = Provider("aws", "aws", f"aws/{REGION}", region=REGION)
DATAARTS = Provider(
    "dataarts", "dataarts", f"dataarts/{PROJECT}/default", project_id=PROJECT, workspace="default", endpoint_url="x"
)

SORTS = {
    "emr": lambda name, content: manifests.emr(name, code=content),
    "stream": lambda name, content: manifests.stream(name, code=content),
    "entities": lambda name, content: manifests.entities(name, language={"a": "en", "b": "de"}[content]),
    "classify": lambda name, content: manifests.classification(name, model=content),
    "segment": lambda name, content: manifests.segment(name, results={"a": 10, "b": 20}[content]),
    "switch": lambda name, content: _switch(name, content),
    "run": lambda name, content: manifests.run(name, job=f"job-{name}", month={"a": "1", "b": "2"}[content]),
}


def _switch(name, content):
    document = manifests.switch(name, job=f"job-{name}")
    parameters = [{"name": "content", "value": content}]
    return {**document, "spec": {**document["spec"], "jobParams": parameters}}


@cache
def catalog():
    return load_catalog(None)


@dataclass(frozen=True)
class Declared:
    """One manifest."""

    sort: str
    name: str
    content: str = "a"
    generation: int = 1
    goal: Goal = Goal.COMPLETED
    max_attempts: int = 3
    on_change: OnChange = OnChange.REPLACE
    on_remove: OnRemove = OnRemove.STOP
    on_missing: OnMissing = OnMissing.BLOCK
    protect: frozenset[Protect] = frozenset()
    depends_on: tuple[Address, ...] = ()

    @property
    def document(self):
        return SORTS[self.sort](self.name, self.content)

    @property
    def kind(self):
        return catalog()[self.document["kind"]]

    @property
    def address(self):
        return Address(self.kind.kind, self.name)

    @property
    def desired(self):
        provider = DATAARTS if self.kind.driver == "dataarts" else AWS
        spec = self.document["spec"]
        return DesiredJob(
            address=self.address,
            goal=self.goal,
            scope=provider.scope,
            provider=provider.name,
            spec=spec,
            digest=digest(self.kind.kind, provider.scope, spec),
            generation=self.generation,
            max_attempts=self.max_attempts,
            on_change=self.on_change,
            on_remove=self.on_remove,
            on_missing=self.on_missing,
            protect=self.protect,
            depends_on=self.depends_on,
        )


def declared(sort, name="j", **more):
    """With the defaults of its kind."""
    job = Declared(sort, name)
    goals = [rule.goal for rule in job.kind.goals]
    goal = Goal.RUNNING if sort in ("stream", "switch") else goals[0]
    stops = job.kind.can_stop
    defaults = {
        "goal": goal,
        "max_attempts": 5 if goal is Goal.RUNNING else 3,
        "on_change": OnChange.REPLACE if stops else OnChange.WAIT,
        "on_remove": OnRemove.STOP if stops else OnRemove.LEAVE,
    }
    return replace(job, **{**defaults, **more})


def project(folder, marks="tags+name"):
    providers = {provider.name: provider for provider in (replace(AWS, marks=marks), DATAARTS)}
    return Project("tests", "tests", str(folder), providers, str(folder / "reconcile.lock.json"))
