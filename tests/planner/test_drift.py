"""The drift table over the whole product of its inputs, against an independent statement of it."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import NamedTuple

import pytest

from reconcile.model.change import Action
from reconcile.model.drift import DriftKind
from reconcile.planner.decide import decide
from reconcile.planner.drift import drift_kind
from tests.planner.cases import (
    ENDED,
    MARKS,
    RECORDED,
    Case,
    case_of,
    essential_product,
    findings,
    sighting_of,
    values_of,
    wishes,
)
from tests.planner.table import is_recorded, is_unlisted, now, on_switch, outcome_of

decided = lru_cache(maxsize=4)(outcome_of)


class Row(NamedTuple):
    """Of the rows, the first that applies says what the drift is."""

    name: str
    when: Callable[[Case], bool]
    drift: str | Callable[[Case], str]


def by_us(case: Case) -> bool:
    return case.recorded == "stopping"


def ended_or_moved(case: Case) -> str:
    if by_us(case):
        return "pending"
    return "changed" if on_switch(case) else "stopped"


def own_first(case: Case) -> Case:
    """An interrupted start that took place, as if it were recorded."""
    phase = next((mark.phase for mark in case.marks if mark.job == "own"), "running")
    if on_switch(case):
        phase = case.seen
    return case._replace(recorded="started", last=phase, seen=phase, marks=(), candidates=0, age="settled")


def interrupted(case: Case) -> str:
    """The lock file does not say yet that it took place: that alone is something to apply."""
    told = "inSync" if decided(case).then == "" else drift_of(own_first(case))
    return "pending" if told == "inSync" or case.goal == "absent" else told


def took_place(case: Case) -> bool:
    """The interrupted start is what would be adopted, and no later job."""
    return case.recorded == "intent" and decided(case).job in ("own", "run-0", "recorded")


ROWS = (
    Row("its service could not be asked", lambda case: case.seen == "unknown", "unknown"),
    Row("all is as declared", lambda case: decided(case).action == "none", "inSync"),
    Row(
        "live jobs of ours beside it",
        lambda case: decided(case).action in ("adopt", "blocked") and bool(beside(case)),
        "changed",
    ),
    Row("an interrupted start took place", lambda case: adopts(case) and took_place(case), interrupted),
    Row("a switch that nobody recorded is on", lambda case: adopts(case) and on_switch(case), "pending"),
    Row("a job of ours that is not recorded", lambda case: adopts(case), "changed"),
    Row("its manifest is gone", lambda case: case.goal == "absent", "pending"),
    Row("it was not started yet", lambda case: not is_recorded(case), "pending"),
    Row("it was started a moment ago", lambda case: is_unlisted(case) and not on_switch(case), "inSync"),
    Row("it shall be stopped, and its end is under way", lambda case: is_ending(case), "inSync"),
    Row("it had ended, and runs again", lambda case: case.goal == "stopped" and case.last in ENDED, "changed"),
    Row("it shall be stopped", lambda case: case.goal == "stopped", "pending"),
    Row("gone while it ran", lambda case: now(case) == "missing", "missing"),
    Row("it is declared anew", lambda case: case.content != "same", "pending"),
    Row("it failed", lambda case: now(case) == "failed", "failed"),
    Row("it ended, or is about to", lambda case: now(case) in ("stopped", "stopping", "succeeded"), ended_or_moved),
)  # fmt: skip


def is_ending(case: Case) -> bool:
    return case.goal == "stopped" and now(case) == "stopping"


def adopts(case: Case) -> bool:
    return decided(case).action == "adopt"


def beside(case: Case) -> list[object]:
    """Live jobs that carry our marks, but for the one that would be adopted or is recorded."""
    named = decided(case).job if adopts(case) else ""
    return [mark for mark in case.marks if mark.phase not in ENDED and mark.job != named]


def row_of(case: Case) -> Row:
    return next(row for row in ROWS if row.when(case))


def drift_of(case: Case) -> str:
    return drift_by(row_of(case), case)


def drift_by(row: Row, case: Case) -> str:
    return row.drift if isinstance(row.drift, str) else row.drift(case)


def check(case: Case) -> str:
    """The name of the row that applies."""
    desired, record, observed, capable = values_of(case)
    decision = decide(desired, record, observed, capable)
    kind = drift_kind(desired, record, observed, capable, decision)
    row = row_of(case)
    assert kind == drift_by(row, case), f"{row.name}: {case}: {decision}"
    assert (kind is DriftKind.UNKNOWN) == (case.seen == "unknown")
    if decision.action.starts:  # what has to wait for others drifts no less
        held = replace(decision, action=Action.WAIT, tries=0, then=None)
        assert drift_kind(desired, record, observed, capable, held) is kind
    if kind is DriftKind.IN_SYNC:
        assert decision.action in (Action.NONE, Action.WAIT)
    return row.name


def test_every_combination_drifts_as_its_row_says_and_every_row_is_met():
    met = set()
    for stage in RECORDED:
        for case in essential_product(stage):
            if case.protect == "" and case.left and case.can_stop:  # what has happened is the same; drawn by the next
                met.add(check(case))
    assert met == {row.name for row in ROWS}


@pytest.mark.parametrize("stage", RECORDED)
def test_what_the_walk_leaves_out_drifts_by_the_same_rows(stage):
    draw = Random(stage)
    manifests, looks = list(wishes()), list(findings(stage))
    for _ in range(600):
        case = case_of(draw.choice(manifests), draw.choice(looks))
        check(case if stage != "none" else case._replace(content="same"))


def test_tags_that_somebody_changed_are_told_where_the_service_shows_them():
    desired, record, observed, can = values_of(Case("completed", recorded="started", seen="running"))
    assert observed.job is not None
    marks = sighting_of(MARKS["live of other content"][0]).marks
    retagged = replace(observed, job=replace(observed.job, marks=marks))
    decision = decide(desired, record, retagged, can)
    assert drift_kind(desired, record, retagged, can, decision) is DriftKind.CHANGED
    own = replace(observed, job=replace(observed.job, marks=sighting_of(MARKS["live"][0]).marks))
    assert drift_kind(desired, record, own, can, decision) is DriftKind.IN_SYNC
