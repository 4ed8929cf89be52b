"""Thirty jobs of all kinds; and the same manifests edited: some changed, some removed, some added, one switched off."""

from dataclasses import dataclass

from tests.applier.manifests import address, classification, emr, entities, manifest, run, segment, stream, switch
from tests.sandbox.requests import smallest

FAST = {"aws": {"limits": "off"}}  # what takes its time at the services' rates says nothing about kills
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
    """What is applied when the kill comes, with these faults. `before` was applied undisturbed."""

    name: str
    before: list
    jobs: list
    faults: tuple = ()

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
SHARED = Story("shared", [], RUNS, ({"wrong": "delay", "operation": "RunOnce", "seconds": 1.5},))
