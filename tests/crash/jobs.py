"""Thirty jobs of all kinds; and the same manifests edited: some changed, some removed, some added, one switched off."""

from dataclasses import dataclass, field

from reconcile.kinds.load import load_catalog
from tests.applier.manifests import address, classification, emr, entities, manifest, run, segment, stream, switch
from tests.sandbox.requests import smallest

FAST = {"aws": {"limits": "off"}}  # what takes its time at the services' rates says nothing about kills
ENDLESS = {kind.kind for kind in load_catalog().values() if not kind.can_stop}  # nothing can stop them
RUNS = [run(name, job="shared", month=name) for name in ("r2", "r3")]  # nothing that is listed tells them apart


def inference(name):
    return manifest("PersonalizeBatchInferenceJob", name, smallest("PersonalizeBatchInferenceJob"))


def sentiment(name):
    return manifest("ComprehendSentimentDetectionJob", name, smallest("ComprehendSentimentDetectionJob"))


def topics(name):
    return manifest("ComprehendTopicsDetectionJob", name, smallest("ComprehendTopicsDetectionJob"))


def thirty():
    return [
        *map(entities, ("e0", "e1", "e2", "e3")),
        *map(sentiment, ("s0", "s1")),
        *map(classification, ("c0", "c1", "c2")),
        *map(topics, ("t0", "t1")),
        *map(emr, ("b0", "b1", "b2", "b3", "b4")),
        *map(stream, ("l0", "l1", "l2")),
        *map(segment, ("p0", "p1", "p2")),
        *map(inference, ("i0", "i1")),
        *(switch(name, job=f"hourly-{name}") for name in ("w0", "w1")),
        *(run(name, job=f"load-{name}", month=name) for name in ("r0", "r1")),
        *RUNS,
    ]


def edited():
    """Four jobs are replaced, five are gone, a switch is to be off, five are new."""
    gone = {"e2", "s1", "b2", "l1", "r1"}
    kept = [job for job in thirty() if job["metadata"]["name"] not in {*gone, "e0", "e1", "b0", "l0", "w0"}]
    replaced = [
        entities("e0", language="de"),
        entities("e1", language="fr"),
        emr("b0", code="b"),
        stream("l0", code="b"),
    ]
    new = [entities("e9"), classification("c9"), emr("b9"), segment("p9"), run("r9", job="load-r9", month="r9")]
    return [*kept, *replaced, switch("w0", job="hourly-w0", goal="stopped"), *new]


@dataclass(frozen=True)
class Story:
    """What is applied when the kill comes, with these faults. `before` was applied undisturbed. `settings` go before
    those of the services' world."""

    name: str
    before: list
    jobs: list
    faults: tuple = ()
    command: tuple = ("apply",)
    in_s3: bool = False  # its lock file
    settings: dict = field(default_factory=dict)

    @property
    def destroys(self):
        return self.command == ("destroy",)

    @property
    def ended(self):
        """The addresses whose jobs shall not run on."""
        left = [] if self.destroys else [address(job) for job in self.jobs]
        return [address(job) for job in self.before if address(job) not in left and job["kind"] not in ENDLESS]

    def starts(self, one):
        """How many jobs an address has had in the end."""
        return int(one in map(address, self.before)) + int(self._is_started(one))

    def _is_started(self, one):
        was = {address(job): job["spec"] for job in self.before}
        new = {address(job): job["spec"] for job in self.jobs}
        return one in new and new[one] != was.get(one)


FIRST = Story("first", [], thirty())
EDIT = Story("edit", thirty(), edited())
TOKENS = Story("tokens", [], [emr(f"b{number}") for number in range(5)])
WAIT = Story(
    "wait",
    [],
    [
        *map(emr, ("b0", "b1", "b2")),
        entities("e0"),
        classification("c0"),
        segment("p0"),
        run("r0", job="load-r0", month="r0"),
    ],
    command=("apply", "--wait", "--timeout", "8s"),
    settings={"running": 1, "pending": 0.2},
)
DESTROY = Story("destroy", thirty(), thirty(), command=("destroy",))
IN_S3 = Story(
    "s3",
    [entities("e0"), stream("l0"), emr("b0"), segment("p0"), classification("c0")],
    [
        *(entities("e0", language="de"), stream("l0", code="b"), segment("p0"), classification("c0")),
        *(
            emr("b1"),
            sentiment("s1"),
            segment("p1"),
            run("r1", job="load-r1", month="r1"),
            switch("w1", job="hourly-w1"),
        ),
    ],
    in_s3=True,
)
SHARED = Story("shared", [], RUNS, ({"wrong": "delay", "operation": "RunOnce", "seconds": 1.5},))
