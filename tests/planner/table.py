"""The decision table of the design, as data: rows in their documented order, and what each of them leads to.

Written from the document and not from the code, which it is compared with.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.planner.cases import ENDED, LIVE, Case, Mark


class Outcome(NamedTuple):
    """`job` is the one that the decision's record names."""

    action: str
    then: str = ""
    tries: int = 0
    job: str = "as recorded"


class Row(NamedTuple):
    name: str
    when: Callable[[Case], bool]
    outcome: Outcome | Callable[[Case], Outcome]


class Section(NamedTuple):
    """Rows of which one applies, or at most one (`total` False: then the next section decides)."""

    when: Callable[[Case], bool]
    rows: tuple[Row, ...]
    total: bool = True


def row_of(case: Case) -> Row:
    """The one row that applies. Raises AssertionError where none does, or two of a section do."""
    for section in SECTIONS:
        if section.when(case):
            hits = [row for row in section.rows if row.when(case)]
            assert len(hits) <= 1, f"{[row.name for row in hits]} apply to {case}"
            if hits:
                return hits[0]
            assert not section.total, f"no row applies to {case}"
    raise AssertionError(f"no section applies to {case}")


def outcome_of(case: Case) -> Outcome:
    outcome = row_of(case).outcome
    return outcome if isinstance(outcome, Outcome) else outcome(case)


# --- words


def now(case: Case) -> str:
    """The phase that counts: what ended stays ended though its service forgets it."""
    return case.last if case.seen == "missing" and case.last in ENDED else case.seen


def is_recorded(case: Case) -> bool:
    return case.recorded in ("started", "asked", "stopping")


def was_left(case: Case) -> bool:
    """Its tombstone does not say that it ended."""
    return case.recorded == "tombstone" and case.last not in ENDED


def lives(case: Case) -> bool:
    return (is_recorded(case) or was_left(case)) and now(case) in LIVE


def is_unlisted(case: Case) -> bool:
    """It may run although no list shows it yet."""
    return (is_recorded(case) or case.recorded == "tombstone") and now(case) == "missing" and case.age == "young"


def is_kept(case: Case) -> bool:
    """A tombstone from whose record is decided."""
    return case.recorded == "tombstone" and case.goal != "absent" and (case.content == "same" or may_run(case))


def may_run(case: Case) -> bool:
    return lives(case) or is_unlisted(case)


def on_switch(case: Case) -> bool:
    return case.guarantee == "switch"


def alive(case: Case) -> list[Mark]:
    return [mark for mark in case.marks if mark.phase not in ENDED]


def own(case: Case) -> list[Mark]:
    return [mark for mark in case.marks if mark.job == "own"]


def highest_mark(case: Case) -> Mark:
    return max(case.marks, key=lambda mark: mark.attempt)


def last_job(case: Case) -> int:
    """The number of the last attempt of which a job is recorded: a number that made none may be another job's."""
    if case.recorded == "intent":
        return 0 if case.stood == "nothing" else 2
    return 0 if case.recorded in ("none", "dropped") else case.attempt


def is_older(case: Case) -> bool:
    """The live one is of an attempt before that of the recorded job."""
    return alive(case)[0].attempt < last_job(case)


def is_wanted(case: Case) -> bool:
    """Whether the start of an intent would still be decided, had its intent not been written."""
    match case.stood:
        case "failed-same":
            would = case.left
        case "succeeded-same":
            would = case.goal == "running" and case.left
        case _:
            would = True
    return case.wants and case.content == "same" and would


# --- what follows


NONE, WAIT, BLOCKED = Outcome("none"), Outcome("wait"), Outcome("blocked")


def next_attempt(case: Case) -> Outcome:
    return Outcome("start", tries=case.tries + 1) if case.left else BLOCKED


def adopt(case: Case, mark: Mark, *, tries: int = 1) -> Outcome:
    """Adopted, then decided as if recorded."""
    adopted = case._replace(
        recorded="started",
        content=mark.content if case.goal != "absent" else "same",
        stood="nothing",
        last=mark.phase,
        seen=mark.phase,
        marks=tuple(other for other in case.marks if other != mark),
        candidates=0,
        tries=tries,
        attempt=mark.attempt,
        highest=max(case.highest, mark.attempt),
    )
    rest = outcome_of(adopted)
    if rest.action == "adopt":
        return rest
    return Outcome("adopt", "" if rest.action == "none" else rest.action, job=mark.job)


def adopt_own(case: Case) -> Outcome:
    (mark,) = own(case)
    return adopt(case, mark, tries=case.tries)


def adopt_found(case: Case) -> Outcome:
    """What no marks tell: the run found, the switch that is on."""
    run = Mark("run-0" if case.guarantee == "look-up" else "recorded", "running", case.content)
    return adopt(case, run if case.candidates else run._replace(phase=case.seen), tries=case.tries)


def adopt_stray(case: Case, mark: Mark) -> Outcome:
    """A job that the intent does not know takes its place only when the intent can be dropped."""
    return WAIT if case.recorded == "intent" and case.age == "young" else adopt(case, mark)


def drop(case: Case) -> Outcome:
    """The intent came to nothing: decided from what stood before it."""
    match case.stood:
        case "nothing":
            before = case._replace(recorded="dropped", last="missing", seen="missing")
        case "tombstone":
            before = case._replace(recorded="tombstone", content="digest", last="succeeded", seen="succeeded")
        case "other":
            before = case._replace(recorded="started", content="digest", last="stopped", seen="stopped")
        case stood:
            phase = stood.removesuffix("-same")
            before = case._replace(recorded="started", last=phase, seen=phase, tries=1)
    if case.goal == "absent":
        before = before._replace(content="same")
    rest = outcome_of(before._replace(stood="nothing", candidates=0, marks=(), attempt=2))
    job = "" if case.stood == "nothing" else "recorded"
    return rest._replace(action="forget" if rest.action == "none" and case.goal == "absent" else rest.action, job=job)


# --- the rows

SECTIONS = (
    Section(
        lambda c: c.seen == "unknown",
        (Row("any | any | unknown", lambda c: True, BLOCKED),),
    ),
    Section(
        lambda c: c.recorded == "intent",
        (
            Row("any | intent | two runs since", lambda c: c.candidates == 2, BLOCKED),
            Row("any | intent | one run since", lambda c: c.candidates == 1, adopt_found),
            Row("any | intent | found by its token", lambda c: bool(own(c)), adopt_own),
            Row("any | intent | the switch is on", lambda c: on_switch(c) and c.seen in LIVE, adopt_found),
        ),
        total=False,
    ),
    Section(
        lambda c: (
            bool(c.marks)
            and not is_unlisted(c)
            and not (c.goal == "absent" and c.recorded in ("none", "dropped", "tombstone"))
        ),
        (
            Row("any | any | two live ones", lambda c: len(alive(c)) > 1, BLOCKED),
            Row("any | live | a live one", lambda c: len(alive(c)) == 1 and lives(c), BLOCKED),
            Row(
                "any | a later attempt, ended or removed | a live one",
                lambda c: len(alive(c)) == 1 and not lives(c) and is_older(c),
                BLOCKED,
            ),
            Row(
                "any | none, tombstone, an older attempt | a live one",
                lambda c: len(alive(c)) == 1 and not lives(c) and not is_older(c),
                lambda c: adopt_stray(c, alive(c)[0]),
            ),
            Row(
                "any but absent | none, tombstone, an older attempt that does not live | a later one that ended",
                lambda c: (
                    not alive(c) and not lives(c) and c.goal != "absent" and highest_mark(c).attempt > last_job(c)
                ),
                lambda c: adopt_stray(c, highest_mark(c)),
            ),
        ),
        total=False,
    ),
    Section(
        lambda c: c.recorded == "intent",
        (
            Row(
                "wanted, same content | intent, settled | not found (look-up)",
                lambda c: is_wanted(c) and c.guarantee == "look-up" and c.age == "settled",
                lambda c: Outcome("start", tries=c.tries, job="" if c.stood == "nothing" else "recorded"),
            ),
            Row(
                "wanted, same content | intent, young | not found (look-up)",
                lambda c: is_wanted(c) and c.guarantee == "look-up" and c.age == "young",
                WAIT,
            ),
            Row(
                "wanted, same content | intent | not found",
                lambda c: is_wanted(c) and c.guarantee != "look-up",
                lambda c: Outcome("resume", tries=c.tries),
            ),
            Row(
                "other content; stopped; absent | intent, young", lambda c: not is_wanted(c) and c.age == "young", WAIT
            ),
            Row(
                "other content; stopped; absent | intent, settled",
                lambda c: not is_wanted(c) and c.age == "settled",
                drop,
            ),
        ),
    ),
    Section(
        lambda c: c.recorded in ("none", "dropped", "tombstone") and not is_kept(c),
        (
            Row("absent | none, tombstone | any", lambda c: c.goal == "absent", NONE),
            Row(
                "completed, running | none, tombstone | none",
                lambda c: c.wants and not (on_switch(c) and c.seen in LIVE),
                Outcome("start", tries=1),
            ),
            Row(
                "running (a switch) | none | switch is on",
                lambda c: c.wants and on_switch(c) and c.seen in LIVE,
                lambda c: adopt_found(c._replace(content="same")),
            ),
            Row(
                "stopped | none, tombstone | none, or terminal",
                lambda c: c.goal == "stopped" and not (on_switch(c) and c.seen in LIVE),
                NONE,
            ),
            Row(
                "stopped | none, tombstone | switch is on",
                lambda c: c.goal == "stopped" and on_switch(c) and c.seen in LIVE,
                lambda c: outcome_of(c._replace(recorded="started"))._replace(job="recorded"),
            ),
        ),
    ),
    Section(
        lambda c: is_unlisted(c) and not on_switch(c),
        (Row("any | young | missing", lambda c: True, WAIT),),
    ),
    Section(
        lambda c: now(c) == "stopping",
        (Row("any | any | stopping", lambda c: True, WAIT),),
    ),
    Section(
        lambda c: c.goal == "absent",
        (
            Row(
                "absent | any | pending, running",
                lambda c: now(c) in LIVE and c.on_remove == "stop" and c.can_stop and c.protect != "stop",
                Outcome("stop", then="forget"),
            ),
            Row(
                "absent, protected | any | pending, running",
                lambda c: now(c) in LIVE and c.on_remove == "stop" and c.can_stop and c.protect == "stop",
                BLOCKED,
            ),
            Row(
                "absent, leave or no stop | any | pending, running",
                lambda c: now(c) in LIVE and not (c.on_remove == "stop" and c.can_stop),
                Outcome("forget"),
            ),
            Row("absent | any | ended, or missing", lambda c: now(c) not in LIVE, Outcome("forget")),
        ),
    ),
    Section(
        lambda c: c.goal == "stopped",
        (
            Row("stopped | any | terminal, missing", lambda c: now(c) not in LIVE, NONE),
            Row(
                "stopped | any | pending, running",
                lambda c: now(c) in LIVE and c.protect != "stop" and c.can_stop,
                Outcome("stop"),
            ),
            Row(
                "stopped, protected | any | pending, running", lambda c: now(c) in LIVE and c.protect == "stop", BLOCKED
            ),
            Row(
                "stopped, no stop | any | pending, running",
                lambda c: now(c) in LIVE and c.protect != "stop" and not c.can_stop,
                WAIT,
            ),
        ),
    ),
    Section(
        lambda c: c.content == "same",
        (
            Row("wanted | same | pending, running", lambda c: now(c) in LIVE, NONE),
            Row("completed | same | succeeded", lambda c: now(c) == "succeeded" and c.goal == "completed", NONE),
            Row("running | same | succeeded", lambda c: now(c) == "succeeded" and c.goal == "running", next_attempt),
            Row("wanted | same | failed", lambda c: now(c) == "failed", next_attempt),
            Row(
                "wanted | same | stopped by us",
                lambda c: now(c) == "stopped" and c.recorded == "stopping",
                Outcome("start", tries=1),
            ),
            Row(
                "wanted | same | asked to stop, without an answer",
                lambda c: now(c) == "stopped" and c.recorded == "asked",
                next_attempt,
            ),
            Row(
                "wanted | same | stopped by someone else",
                lambda c: now(c) == "stopped" and c.recorded not in ("asked", "stopping"),
                next_attempt,
            ),
            Row(
                "wanted | same | missing while it ran",
                lambda c: now(c) == "missing" and c.on_missing == "block",
                BLOCKED,
            ),
            Row(
                "wanted, onMissing: restart | same | missing",
                lambda c: now(c) == "missing" and c.on_missing == "restart",
                next_attempt,
            ),
        ),
    ),
    Section(
        lambda c: True,
        (
            Row("wanted | other | ended", lambda c: now(c) in ENDED, Outcome("start", tries=1)),
            Row(
                "wanted | other | missing while it ran",
                lambda c: now(c) == "missing" and c.on_missing == "block",
                BLOCKED,
            ),
            Row(
                "wanted, onMissing: restart | other | missing",
                lambda c: now(c) == "missing" and c.on_missing == "restart",
                Outcome("start", tries=1),
            ),
            Row("wanted, keep | other | pending, running", lambda c: now(c) in LIVE and c.on_change == "keep", NONE),
            Row(
                "wanted, wait | other | pending, running",
                lambda c: now(c) in LIVE and (c.on_change == "wait" or (c.on_change == "replace" and not c.can_stop)),
                WAIT,
            ),
            Row(
                "wanted, protected | other | pending, running",
                lambda c: now(c) in LIVE and c.on_change == "replace" and c.can_stop and c.protect != "",
                BLOCKED,
            ),
            Row(
                "wanted, replace | other | pending, running",
                lambda c: now(c) in LIVE and c.on_change == "replace" and c.can_stop and c.protect == "",
                Outcome("replace", tries=1),
            ),
        ),
    ),
)
