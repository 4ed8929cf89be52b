"""What is asked before anything is decided: only what can still change."""

from datetime import UTC, datetime, timedelta

import pytest

from reconcile.model.change import Action, Decision
from reconcile.model.phase import Goal, Guarantee, OnMissing, Phase, Stage
from reconcile.model.settled import is_settled, settled_by
from reconcile.planner.ask import CLOCK_TOLERANCE, as_recorded, look_first, question
from reconcile.planner.decide import decide
from tests.planner.values import can, intent, manifest, recorded

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
HISTORY = timedelta(days=30)
MARKED = [can(Guarantee.TOKEN), can(Guarantee.UNIQUE_NAME)]
UNMARKED = [can(Guarantee.LOOK_UP), can(Guarantee.SWITCH)]
SWITCH = can(Guarantee.SWITCH)
COMPLETED, RUNNING, STOPPED = (manifest("a", goal=goal) for goal in Goal)


def ask(desired, record, capabilities=MARKED[0]):
    return question(desired, record, capabilities, now=NOW, history=HISTORY)


def removed(phase, **members):
    return recorded("a", phase, stage=Stage.REMOVED, intent_at=BEFORE, **members)


@pytest.mark.parametrize(
    ("desired", "record", "settled"),
    [
        (COMPLETED, recorded("a", Phase.SUCCEEDED), True),
        (COMPLETED, recorded("a", Phase.FAILED), False),
        (COMPLETED, recorded("a", Phase.RUNNING), False),
        (COMPLETED, recorded("a", Phase.MISSING), False),
        (COMPLETED, recorded("a", Phase.SUCCEEDED, digest="sha256:b"), False),
        (COMPLETED, recorded("a", Phase.SUCCEEDED, generation=2), False),
        (COMPLETED, removed(Phase.SUCCEEDED), False),
        (COMPLETED, intent("a"), False),
        (COMPLETED, None, False),
        (RUNNING, recorded("a", Phase.SUCCEEDED), False),
        (RUNNING, recorded("a", Phase.RUNNING), False),
        (STOPPED, recorded("a", Phase.STOPPED), True),
        (STOPPED, recorded("a", Phase.FAILED, digest="sha256:b"), True),
        (STOPPED, recorded("a", Phase.RUNNING), False),
    ],
)
def test_settled_is_what_nothing_can_change_any_more(desired, record, settled):
    assert is_settled(settled_by(desired, Guarantee.TOKEN), record.ending if record else "") is settled
    if settled:
        assert ask(desired, record) is None
        assert decide(desired, record, as_recorded(record), MARKED[0]).action is Action.NONE


def test_a_switch_never_settles():
    assert not is_settled(settled_by(STOPPED, Guarantee.SWITCH), recorded("a", Phase.STOPPED).ending)


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.RUNNING, Phase.STOPPING, Phase.MISSING])
@pytest.mark.parametrize("desired", [COMPLETED, STOPPED, None], ids=["wanted", "stopped", "absent"])
@pytest.mark.parametrize("capabilities", MARKED + UNMARKED, ids=lambda each: each.guarantee)
def test_a_job_that_has_not_ended_is_watched_and_no_more(phase, desired, capabilities):
    asked = ask(desired, recorded("a", phase, intent_at=BEFORE), capabilities)
    assert (asked.external_id, asked.look, asked.since, asked.intent_at) == ({"id": "a"}, False, None, BEFORE)


@pytest.mark.parametrize("phase", [Phase.STOPPED, Phase.SUCCEEDED, Phase.FAILED])
def test_a_job_that_ended_and_is_not_declared_is_not_asked_for(phase):
    record = recorded("a", phase)
    assert ask(None, record) is None
    assert decide(None, record, as_recorded(record), MARKED[0]).action is Action.FORGET


@pytest.mark.parametrize("capabilities", MARKED, ids=lambda each: each.guarantee)
def test_before_a_first_start_our_marks_are_looked_for_through_the_history(capabilities):
    asked = ask(COMPLETED, None, capabilities)
    assert (asked.look, asked.since, asked.external_id, asked.job_name) == (True, NOW - HISTORY, None, "")
    assert (asked.spec, asked.scope, asked.provider) == (COMPLETED.spec, COMPLETED.scope, COMPLETED.provider)


@pytest.mark.parametrize(
    "record",
    [
        recorded("a", Phase.FAILED, intent_at=BEFORE),
        recorded("a", Phase.SUCCEEDED, digest="sha256:b", intent_at=BEFORE),
        recorded("a", Phase.SUCCEEDED, digest="sha256:b", started_at=BEFORE),  # adopted
        removed(Phase.STOPPED, digest="sha256:b"),
    ],
)
def test_before_a_later_start_our_marks_are_looked_for_since_the_recorded_one(record):
    asked = ask(COMPLETED, record)
    assert (asked.look, asked.since, asked.external_id) == (True, BEFORE - CLOCK_TOLERANCE, None)


def test_where_no_start_can_follow_nothing_is_asked():
    assert ask(COMPLETED, recorded("a", Phase.FAILED, tries=3)) is None
    assert ask(COMPLETED, removed(Phase.SUCCEEDED)) is None
    assert ask(STOPPED, None) is None
    assert ask(STOPPED, removed(Phase.FAILED)) is None
    assert ask(None, removed(Phase.RUNNING)) is None
    assert ask(None, None) is None


@pytest.mark.parametrize("desired", [COMPLETED, STOPPED])
@pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.MISSING])
def test_what_a_removed_job_left_running_is_watched_once_it_is_declared_again(desired, phase):
    asked = ask(desired, removed(phase))
    assert (asked.external_id, asked.look) == ({"id": "a"}, False)


@pytest.mark.parametrize("desired", [COMPLETED, STOPPED, None], ids=["wanted", "stopped", "absent"])
@pytest.mark.parametrize("capabilities", [*MARKED, UNMARKED[0]], ids=lambda each: each.guarantee)
def test_what_became_of_an_intent_is_looked_for_by_its_name_and_where_it_was_written(desired, capabilities):
    record = intent("a", intent_at=BEFORE, scope="aws/us-east-1", provider="far", spec={"Old": 1}, digest="sha256:b")
    asked = ask(desired, record, capabilities)
    assert (asked.look, asked.job_name, asked.external_id) == (True, "a-1-00000000", None)
    assert (asked.since, asked.intent_at) == (BEFORE - CLOCK_TOLERANCE, BEFORE)
    assert (asked.scope, asked.provider, asked.spec) == ("aws/us-east-1", "far", {"Old": 1})


def test_a_job_is_asked_for_where_it_was_started_though_its_manifest_moved():
    asked = ask(COMPLETED, recorded("a", scope="aws/us-east-1", provider="far", spec={"Old": 1}))
    assert (asked.scope, asked.provider, asked.spec) == ("aws/us-east-1", "far", {"Old": 1})


def test_a_job_of_which_no_spec_is_recorded_is_asked_for_beside_the_wanted_one():
    assert ask(COMPLETED, recorded("a", spec={}, digest="sha256:adopted")).spec == COMPLETED.spec


@pytest.mark.parametrize(
    "record",
    [
        None,
        recorded("a", Phase.STOPPED),
        recorded("a", Phase.RUNNING),
        recorded("a", Phase.FAILED, tries=9),
        removed(Phase.STOPPED),
        intent("a"),
    ],
)
@pytest.mark.parametrize("desired", [RUNNING, STOPPED])
def test_a_switch_is_read_at_every_plan(desired, record):
    asked = ask(desired, record, SWITCH)
    assert asked is not None
    assert not asked.look


def test_a_switch_that_is_not_declared_any_more_is_read_until_it_is_off():
    assert ask(None, recorded("a", Phase.RUNNING), SWITCH) is not None
    assert ask(None, intent("a"), SWITCH) is not None
    assert ask(None, recorded("a", Phase.STOPPED), SWITCH) is None


def test_a_run_that_carries_no_marks_is_not_looked_for_before_its_start():
    assert ask(COMPLETED, None, UNMARKED[0]) is None
    assert ask(COMPLETED, recorded("a", Phase.FAILED), UNMARKED[0]) is None


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("capabilities", MARKED + UNMARKED, ids=lambda each: each.guarantee)
def test_a_look_for_our_marks_goes_before_every_start_that_may_be_beside_another(action, capabilities):
    decision = Decision(action, "", recorded("a", Phase.FAILED, intent_at=BEFORE), tries=1)
    asked = look_first(COMPLETED, decision, capabilities, now=NOW, history=HISTORY)
    if action in (Action.START, Action.REPLACE) and capabilities in MARKED:
        assert (asked.look, asked.since, asked.external_id) == (True, BEFORE - CLOCK_TOLERANCE, None)
        assert asked.scope == COMPLETED.scope
    else:
        assert asked is None


def test_a_job_that_may_be_restarted_when_missing_is_asked_for_and_not_only_looked_for():
    asked = ask(manifest("a", on_missing=OnMissing.RESTART), recorded("a", Phase.MISSING))
    assert (asked.external_id, asked.look) == ({"id": "a"}, False)


def test_what_was_started_long_after_its_intent_is_as_young_as_its_start():
    slow = recorded("a", Phase.PENDING, intent_at=BEFORE, started_at=NOW)
    assert ask(COMPLETED, slow).intent_at == NOW
