"""What must wait: for what it depends on, for room, and for the end of what depends on it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.model.change import Action, Decision
from reconcile.model.phase import Goal, Phase, Stage
from reconcile.planner.order import hold_for_capacity, hold_for_dependencies, stops_before
from tests.planner.values import SCOPE, address, intent, manifest, recorded

REPORT, PREPARE = address("report"), address("prepare")
START = Decision(Action.START, "it has not been started yet", None, tries=1)
PLACE = ("Kind", SCOPE)


def quiet(record):
    return Decision(Action.NONE, "", record)


def held(first, decision, second=START):
    """What becomes of the report, which depends on this manifest in this decision (None: settled)."""
    desired = {REPORT: manifest("report", depends_on=(PREPARE,)), PREPARE: first}
    decisions = {REPORT: second} | ({PREPARE: decision} if decision else {})
    return hold_for_dependencies(decisions, desired)[REPORT]


COMPLETED = manifest("prepare")
RUNNING = manifest("prepare", goal=Goal.RUNNING)
STOPPED = manifest("prepare", goal=Goal.STOPPED)


@pytest.mark.parametrize(
    ("first", "decision", "is_met"),
    [
        (COMPLETED, None, True),
        (COMPLETED, quiet(recorded("prepare", Phase.SUCCEEDED)), True),
        (COMPLETED, quiet(recorded("prepare", Phase.RUNNING)), False),
        (COMPLETED, START, False),
        (COMPLETED, Decision(Action.ADOPT, "", recorded("prepare", Phase.SUCCEEDED)), False),
        (COMPLETED, Decision(Action.BLOCKED, "", recorded("prepare", Phase.SUCCEEDED)), False),
        (COMPLETED, quiet(recorded("prepare", Phase.SUCCEEDED, generation=2)), False),
        (RUNNING, quiet(recorded("prepare", Phase.RUNNING)), True),
        (RUNNING, quiet(recorded("prepare", Phase.PENDING)), False),
        (RUNNING, quiet(recorded("prepare", Phase.SUCCEEDED)), False),
        (RUNNING, quiet(recorded("prepare", Phase.RUNNING, digest="sha256:kept")), False),
        (RUNNING, Decision(Action.WAIT, "", recorded("prepare", Phase.RUNNING)), False),
        (STOPPED, None, True),
        (STOPPED, quiet(None), True),
        (STOPPED, quiet(recorded("prepare", Phase.STOPPED, digest="sha256:older")), True),
        (STOPPED, Decision(Action.STOP, "", recorded("prepare", Phase.RUNNING)), False),
    ],
)
def test_a_start_waits_until_what_it_depends_on_is_at_its_goal_in_its_present_content(first, decision, is_met):
    after = held(first, decision)
    assert (after.action, after.tries) == ((Action.START, 1) if is_met else (Action.WAIT, 0))
    assert is_met or "Kind/prepare" in after.reason


@pytest.mark.parametrize("action", Action)
def test_only_what_would_start_anew_is_held_back(action):
    decision = Decision(action, "a reason", intent("report"), tries=1)
    assert (held(COMPLETED, START, decision) == decision) is (action not in (Action.START, Action.REPLACE))


def test_a_replace_that_waits_stops_nothing():
    decision = Decision(Action.REPLACE, "its spec changed", recorded("report"), tries=1)
    after = held(COMPLETED, START, decision)
    assert (after.action, after.record) == (Action.WAIT, decision.record)


def test_a_dependency_that_nobody_declares_is_not_met():
    desired = {REPORT: manifest("report", depends_on=(PREPARE,))}
    assert hold_for_dependencies({REPORT: START}, desired)[REPORT].action is Action.WAIT


def with_room(decisions, limit, seen_active=0):
    """The names that may start."""
    places = dict.fromkeys(decisions, PLACE)
    after = hold_for_capacity(decisions, places, {PLACE: limit}, {PLACE: seen_active})
    assert list(after) == list(decisions)
    return [address.name for address, decision in after.items() if decision.action is Action.START]


def starts(*names):
    return {address(name): START for name in names}


def test_no_more_start_than_there_is_room_for():
    assert with_room(starts("c", "a", "b"), 2) == ["a", "b"]
    assert with_room(starts("c", "a", "b"), None) == ["c", "a", "b"]
    assert with_room(starts("a"), 0) == []


@pytest.mark.parametrize(
    "decision",
    [
        quiet(recorded("live", Phase.RUNNING)),
        Decision(Action.WAIT, "", recorded("live", Phase.STOPPING)),
        Decision(Action.STOP, "", recorded("live", Phase.RUNNING)),
        Decision(Action.REPLACE, "", recorded("live", Phase.PENDING), tries=1),
        Decision(Action.ADOPT, "", recorded("live", Phase.RUNNING)),
        Decision(Action.FORGET, "", recorded("live", Phase.RUNNING)),
        Decision(Action.RESUME, "", intent("live"), tries=1),
        Decision(Action.WAIT, "", intent("live")),
    ],
)
def test_what_lives_and_what_may_live_takes_room(decision):
    assert with_room({address("live"): decision, **starts("a", "b")}, 2) == ["a"]


def test_what_has_ended_takes_no_room():
    ended = {address(phase): quiet(recorded(phase, phase)) for phase in Phase if phase.is_terminal}
    assert with_room({**ended, **starts("a", "b")}, 2) == ["a", "b"]


def test_jobs_of_others_take_room_and_ours_are_not_counted_twice():
    live = {address("live"): quiet(recorded("live", Phase.RUNNING))}
    assert with_room({**live, **starts("a", "b")}, 3, seen_active=1) == ["a", "b"]
    assert with_room({**live, **starts("a", "b")}, 3, seen_active=2) == ["a"]
    open_intent = {address("open"): Decision(Action.WAIT, "", intent("open"))}  # no list shows it yet
    assert with_room({**open_intent, **starts("a", "b")}, 3, seen_active=1) == ["a"]


def test_those_with_the_fewest_starts_behind_them_go_first():
    again = Decision(Action.START, "it failed", recorded("a", Phase.FAILED, highest=2), tries=2)
    removed = Decision(Action.START, "", recorded("b", Phase.FAILED, stage=Stage.REMOVED, highest=1), tries=1)
    decisions = {address("a"): again, address("b"): removed, address("c"): START}
    assert with_room(decisions, 1) == ["c"]
    assert with_room(decisions, 2) == ["b", "c"]


def test_room_is_counted_by_kind_and_scope():
    decisions = starts("a", "b", "c")
    places = {address("a"): PLACE, address("b"): ("Other", SCOPE), address("c"): ("Kind", "aws/us-east-1")}
    limits = dict.fromkeys(places.values(), 1)
    after = hold_for_capacity(decisions, places, limits, {})
    assert {decision.action for decision in after.values()} == {Action.START}


def test_who_waits_for_room_is_told_how_much_there_is():
    after = hold_for_capacity(starts("a"), {address("a"): PLACE}, {PLACE: 10}, {PLACE: 10})[address("a")]
    assert (after.action, after.tries) == (Action.WAIT, 0)
    assert after.reason == "no more than 10 Kind may be active in aws/eu-west-1"


some_decisions = st.lists(
    st.tuples(st.sampled_from(["start", "live", "intent", "ended"]), st.integers(0, 4)), min_size=1, max_size=12
)


@given(some_decisions, st.integers(0, 8) | st.none(), st.integers(0, 6))
def test_capacity_is_used_up_and_never_exceeded(kinds, limit, others):
    decisions = {}
    for number, (kind, behind) in enumerate(kinds):
        name = f"job-{number:02}"
        decisions[address(name)] = {
            "start": Decision(Action.START, "", recorded(name, Phase.FAILED, highest=behind), tries=1),
            "live": quiet(recorded(name, Phase.RUNNING)),
            "intent": Decision(Action.RESUME, "", intent(name), tries=1),
            "ended": quiet(recorded(name, Phase.SUCCEEDED)),
        }[kind]
    counted = Counter(kind for kind, _ in kinds)
    names = with_room(decisions, limit, others)
    taken = max(counted["live"], others) + counted["intent"]
    room = counted["start"] if limit is None else min(counted["start"], max(0, limit - taken))
    assert len(names) == room
    behind = {address.name: decisions[address].record.highest for address in decisions}
    left = [name for name, (kind, _) in zip(behind, kinds, strict=True) if kind == "start" and name not in names]
    assert all((behind[first], first) < (behind[other], other) for first in names for other in left)


def test_stops_go_in_the_opposite_order_of_dependencies():
    stop = Decision(Action.STOP, "", recorded("x"), then=Action.FORGET)
    a, b, c, d = (address(name) for name in "abcd")
    depends_on = {a: (), b: (a,), c: (a, b), d: (a,)}
    decisions = {a: stop, b: stop, c: stop, d: quiet(recorded("d"))}
    assert stops_before(decisions, depends_on.__getitem__) == {a: (b, c), b: (c,), c: ()}
