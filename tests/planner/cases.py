"""The inputs of the decision table in words, and the values that the words stand for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from typing import NamedTuple

from reconcile.model.address import Address
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import IntentAge, Marks, ObservedJob, Sighting
from reconcile.model.phase import Goal, Guarantee, OnChange, OnMissing, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Record

ADDRESS = Address("Kind", "nightly")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIVE = ("pending", "running", "stopping")
ENDED = ("stopped", "succeeded", "failed")
PHASES = (*LIVE, *ENDED, "missing", "unknown")
GUARANTEES = ("token", "unique-name", "switch", "look-up")


class Case(NamedTuple):
    """`content` is the desired one against the recorded (for an intent: against the intent's own). `last` is the
    phase that is recorded, for a tombstone too. `stood` is what an intent was written over."""

    goal: str  # absent completed running stopped
    content: str = "same"  # same digest generation
    on_change: str = "replace"
    on_missing: str = "block"
    on_remove: str = "stop"
    protect: str = ""  # stop, replace; of an absent job: what was recorded
    left: bool = True  # attempts are left
    can_stop: bool = True
    guarantee: str = "token"
    recorded: str = "none"  # none tombstone dropped intent started asked stopping (asked, and its service took it)
    stood: str = "nothing"  # nothing tombstone failed-same succeeded-same other
    last: str = "running"
    seen: str = "missing"
    marks: tuple["Mark", ...] = ()
    candidates: int = 0
    age: str = "settled"
    tries: int = 1
    attempt: int = 0
    highest: int = 0

    @property
    def wants(self) -> bool:
        return self.goal in ("completed", "running")


class Mark(NamedTuple):
    """A job that carries our marks. The recorded attempt is 2, an open intent's 3."""

    job: str  # own higher older twin
    phase: str
    content: str = "same"

    @property
    def attempt(self) -> int:
        return {"older": 1, "twin": 3, "own": 3, "latest": 5}.get(self.job, 4)


MARKS = {
    "none": (),
    "live": (Mark("higher", "running"),),
    "live of other content": (Mark("higher", "pending", "digest"),),
    "live of other generation": (Mark("higher", "stopping", "generation"),),
    "succeeded": (Mark("higher", "succeeded"),),
    "failed": (Mark("higher", "failed"),),
    "failed of other content": (Mark("higher", "failed", "digest"),),
    "in a status that nobody knows": (Mark("higher", "unknown"),),
    "live before a failed one": (Mark("higher", "running"), Mark("latest", "failed", "digest")),
    "two live": (Mark("higher", "running"), Mark("twin", "pending", "digest")),
    "older live": (Mark("older", "running", "digest"),),
    "older ended": (Mark("older", "failed"),),
    # of an open intent only
    "own live": (Mark("own", "running"),),
    "own failed": (Mark("own", "failed"),),
    "own live beside a live one": (Mark("own", "running"), Mark("higher", "running", "digest")),
    "own failed before a live one": (Mark("own", "failed"), Mark("higher", "running", "digest")),
    "own failed before a succeeded one": (Mark("own", "failed"), Mark("higher", "succeeded")),
    "twin live": (Mark("twin", "running", "digest"),),
}
OF_INTENTS = [jobs for word, jobs in MARKS.items() if word.startswith("own ") or word == "twin live"]
OF_RECORDS = [MARKS["older live"], MARKS["older ended"]]
NUMBERS = {"none": 0, "dropped": 3, "intent": 3}


RECORDED = ("none", "dropped", "tombstone", "intent", "started", "asked", "stopping")
STOOD = ("nothing", "tombstone", "failed-same", "succeeded-same", "other")
STAGES = {"asked": Stage.STOPPING, "stopping": Stage.STOPPING, "tombstone": Stage.REMOVED}
LAST = {"none": ("running",), "dropped": ("missing",), "intent": ("pending",)}

Part = tuple[object, ...]  # of a case: what is wished for, or what is found


def wishes() -> Iterator[Part]:
    """What a manifest can say, against what is recorded: the first eight words of a case."""
    booleans = (True, False)
    yield from product(
        ("absent",), ("same",), ("replace",), ("block",), ("stop", "leave"), ("", "stop", "replace"), (True,), booleans
    )
    contents = ("same", "digest", "generation")
    protections = ("", "stop", "replace")
    yield from product(("stopped",), contents, ("replace",), ("block",), ("stop",), protections, (True,), booleans)
    changes, missing = ("replace", "wait", "keep"), ("block", "restart")
    for goal in ("completed", "running"):
        yield from product((goal,), contents, changes, missing, ("stop",), protections, booleans, booleans)


def findings(recorded: str) -> Iterator[Part]:
    """What can be recorded and seen: the other words of a case."""
    number = NUMBERS.get(recorded, 2)
    intent = recorded == "intent"
    for guarantee, stood, last, seen, age in product(
        GUARANTEES,
        STOOD if intent else ("nothing",),
        LAST.get(recorded, (*LIVE, *ENDED, "missing")),
        PHASES,
        ("young", "settled"),
    ):
        if not _can_be_seen(guarantee, recorded, last, seen):
            continue
        tries = 2 if stood in ("failed-same", "succeeded-same") else 1
        for marks in MARKS.values() if guarantee in ("token", "unique-name") else ((),):
            if (marks in OF_INTENTS and not intent) or (marks in OF_RECORDS and recorded == "none"):
                continue
            for candidates in (0, 1, 2) if intent and guarantee == "look-up" else (0,):
                yield guarantee, recorded, stood, last, seen, marks, candidates, age, tries, number, number


def _can_be_seen(guarantee: str, recorded: str, last: str, seen: str) -> bool:
    """A switch is always seen; else what is not recorded, or has ended, is not looked at again."""
    if guarantee == "switch" or seen in ("missing", "unknown"):
        return True
    if recorded in ("none", "dropped", "intent") or (recorded == "tombstone" and last in ENDED):
        return False
    return last not in ENDED or seen == last


def essential_product(recorded: str) -> Iterator[Case]:
    """The whole product, without what differs in nothing but a word that its documented row does not mention. What is
    left out is drawn at random by another test."""
    plain = [wish for wish in wishes() if _is_essential_wish(Case(*wish))]
    calm = [wish for wish in plain if _is_calm(Case(*wish))]
    found = [wish for wish in calm if Case(*wish).on_missing == "block"]
    for finding in findings(recorded):
        guarantee, _, _, last, seen, marks, _, age, *_ = finding
        if guarantee == "unique-name" and marks not in ((), MARKS["live"]):
            continue  # as token
        if recorded in ("started", "asked", "stopping", "tombstone") and (last == "running") != (seen == "running"):
            continue  # as pending
        if recorded in ("asked", "stopping") and marks not in ((), MARKS["live"]):
            continue  # as started
        if age == "young" and seen != "missing":
            continue
        for wish in calm if marks else plain if seen == "missing" else found if seen == "unknown" else plain:
            case = case_of(wish, finding)
            if (recorded != "none" or case.content == "same") and (seen == "missing" or case.on_missing == "block"):
                yield case


def case_of(wish: Part, finding: Part) -> Case:
    case = Case(*wish, *finding)
    if case.content == "same" or case.marks not in OF_INTENTS:
        return case
    # An intent's own job has the intent's content.
    return case._replace(marks=tuple(m._replace(content=case.content) if m.job == "own" else m for m in case.marks))


def _is_essential_wish(case: Case) -> bool:
    if not case.wants:
        return True
    if case.content != "same" and case.on_missing == "restart" and (case.on_change != "replace" or case.protect):
        return False
    if case.content == "generation" and (case.on_change != "replace" or case.protect or not case.left):
        return False
    return case.content != "same" or (case.on_change == "replace" and case.protect == "" and case.can_stop)


def _is_calm(case: Case) -> bool:
    """For what concerns other jobs than the recorded: nothing special is said of that."""
    return case.on_missing == "block" and case.on_change != "keep" and case.protect != "replace"


# --- the values


def digest_of(content: str) -> str:
    """Of the manifest's own content; `stood` of another content is of a third one."""
    return "sha256:other" if content == "digest" else "sha256:wanted"


def generation_of(content: str) -> int:
    return 1 if content == "generation" else 2


@cache
def desired_of(goal: str, on_change: str, on_missing: str, protect: str, left: bool) -> DesiredJob | None:
    if goal == "absent":
        return None
    return DesiredJob(
        ADDRESS,
        Goal(goal),
        "aws/eu-west-1",
        "aws",
        {"Wanted": True},
        "sha256:wanted",
        generation=2,
        max_attempts=3 if left else 1,
        on_change=OnChange(on_change),
        on_missing=OnMissing(on_missing),
        protect=frozenset({Protect(protect)} if protect else ()),
    )


@cache
def record_of(recorded: str, content: str, last: str, stood: str, on_remove: str, protect: str) -> Record | None:
    if recorded == "none":
        return None
    record = Record(
        ADDRESS,
        "aws",
        "aws/eu-west-1",
        STAGES.get(recorded, Stage.STARTED),
        Goal.COMPLETED,
        digest_of(content),
        generation_of(content),
        attempt=2,
        highest=2,
        tries=1,
        client_token="token-2",
        job_name="nightly-2-00000000",
        spec={"Recorded": True},
        external_id={"id": "recorded"},
        phase=Phase(last),
        on_remove=OnRemove(on_remove),
        protect=frozenset({Protect(protect)} if protect else ()),
        intent_at=NOW,
        stop_requested_at=NOW if recorded in ("asked", "stopping") else None,
        stop_taken=recorded == "stopping",
    )
    if recorded == "dropped":
        return replace(record, stage=Stage.REMOVED, external_id={}, highest=3, attempt=3)
    if recorded == "intent":
        before = _stood(record, stood)
        again = stood in ("failed-same", "succeeded-same")
        return replace(
            record,
            stage=Stage.STARTING,
            attempt=3,
            highest=3,
            tries=2 if again else 1,
            client_token="token-3",
            external_id={},
            history=before.with_history() if before else (),
            previous=before,
        )
    return record


def _stood(intent: Record, stood: str) -> Record | None:
    match stood:
        case "nothing":
            return None
        case "tombstone":
            return replace(intent, stage=Stage.REMOVED, digest="sha256:third", phase=Phase.SUCCEEDED)
        case "failed-same":
            return replace(intent, phase=Phase.FAILED)
        case "succeeded-same":
            return replace(intent, phase=Phase.SUCCEEDED)
        case _:
            return replace(intent, phase=Phase.STOPPED, digest="sha256:third")


@cache
def sighting_of(mark: Mark) -> Sighting:
    return Sighting(
        {"id": mark.job},
        Phase(mark.phase),
        mark.phase.upper(),
        name=f"nightly-{mark.attempt}-11111111",
        created_at=NOW + timedelta(minutes=mark.attempt),
        marks=Marks(
            "project",
            "default",
            ADDRESS,
            generation_of(mark.content),
            mark.attempt,
            1,
            digest_of(mark.content),
            "token-3" if mark.job == "own" else f"token-{mark.attempt}-{mark.job}",
        ),
    )


@cache
def seen_of(seen: str, marks: tuple[Mark, ...], candidates: int, age: str) -> ObservedJob:
    job = None
    if seen not in ("missing", "unknown"):
        job = Sighting({"id": "recorded"}, Phase(seen), seen.upper())
    marked = [sighting_of(mark) for mark in marks]
    return ObservedJob(
        Phase(seen),
        job,
        tuple(marked),
        tuple(Sighting({"id": f"run-{number}"}, Phase.RUNNING, "RUNNING") for number in range(candidates)),
        IntentAge(age),
    )


@cache
def can_of(guarantee: str, can_stop: bool) -> Capabilities:
    return Capabilities(Guarantee(guarantee), can_stop)


def values_of(case: Case) -> tuple[DesiredJob | None, Record | None, ObservedJob, Capabilities]:
    """The arguments of `decide`."""
    governing = case.protect if case.goal == "absent" else ""
    return (
        desired_of(case.goal, case.on_change, case.on_missing, case.protect, case.left),
        record_of(case.recorded, case.content, case.last, case.stood, case.on_remove, governing),
        seen_of(case.seen, case.marks, case.candidates, case.age),
        can_of(case.guarantee, case.can_stop),
    )
