"""From decisions to a plan: numbers, tokens, differences, counts."""

from dataclasses import replace

import pytest

from reconcile.model.change import Action, FieldDiff
from reconcile.model.observed import IntentAge, Marks, ObservedJob, Sighting
from reconcile.model.phase import Goal, Guarantee, OnRemove, Phase, Protect, Stage
from reconcile.model.project import Project
from reconcile.model.tokens import client_token
from reconcile.planner.diff import SENSITIVE
from reconcile.planner.plan import Situation, make_plan
from tests.planner.values import address, can, intent, manifest, recorded, seen

PROJECT = Project(
    "documents", "7d0f1c1e-1b1a-4a57-9a52-0c3b8f1f6f10", "/project", {}, "/project/lock", environment="prod"
)


def situation(desired=(), records=(), observed=None, *, capabilities=None, **members):
    """Of these manifests and records; what is not observed otherwise is not there."""
    manifests = {job.address: job for job in desired}
    known = {record.address: record for record in records}
    looks = dict.fromkeys([*manifests, *known], ObservedJob()) | (observed or {})
    return Situation(
        PROJECT,
        manifests,
        known,
        looks,
        {("Kind", "aws"): capabilities or can()},
        lambda kind, path: kind == "Kind" and path[-1] == "Password",
        **members,
    )


def only_change(*args, **members):
    (change,) = make_plan(situation(*args, **members)).changes
    return change


def token(name, attempt, generation=1):
    return client_token(PROJECT.id, "prod", address(name), f"sha256:{name}", generation, attempt)


def test_a_first_start_is_attempt_one_with_its_token():
    change = only_change([manifest("a")])
    assert (change.action, change.attempt, change.client_token) == (Action.START, 1, token("a", 1))
    assert change.guarantee is Guarantee.TOKEN
    assert change.diff == ()


def test_the_next_start_counts_from_the_highest_number_ever_used():
    failed = recorded("a", Phase.FAILED, attempt=3, highest=5)
    change = only_change([manifest("a")], [failed])
    assert (change.action, change.attempt, change.client_token) == (Action.START, 6, token("a", 6))


def test_contents_that_come_back_never_get_a_token_again():
    record = recorded("a", Phase.SUCCEEDED, digest="sha256:b", attempt=2, highest=2)
    assert only_change([manifest("a")], [record]).client_token == token("a", 3)


def test_a_replace_has_the_number_and_the_token_of_its_start():
    running = {address("a"): seen("a", Phase.RUNNING)}
    change = only_change([manifest("a", generation=2)], [recorded("a")], running)
    assert (change.action, change.attempt, change.client_token) == (Action.REPLACE, 2, token("a", 2, generation=2))


def test_a_number_that_another_job_of_ours_carries_is_passed_over():
    marks = Marks(PROJECT.id, "prod", address("a"), 1, 4, 1, "sha256:a", token("a", 4))
    look = replace(seen("a", Phase.RUNNING), marked=(Sighting({"id": "other"}, Phase.FAILED, "FAILED", marks=marks),))
    change = only_change([manifest("a", generation=2)], [recorded("a")], {address("a"): look})
    assert (change.action, change.attempt) == (Action.REPLACE, 5)


def test_a_resume_keeps_the_number_and_the_token_of_its_intent():
    change = only_change([manifest("a")], [intent("a", attempt=4, highest=4)])
    assert (change.action, change.attempt, change.client_token) == (Action.RESUME, 4, "token-of-a")


def test_a_stop_names_the_attempt_that_it_stops():
    change = only_change([], [recorded("a", attempt=2, highest=2)], {address("a"): seen("a", Phase.RUNNING)})
    assert (change.action, change.then, change.attempt) == (Action.STOP, Action.FORGET, 2)
    assert change.client_token == "token-of-a"


@pytest.mark.parametrize("guarantee", [Guarantee.SWITCH, Guarantee.LOOK_UP])
def test_what_takes_no_token_shows_none(guarantee):
    change = only_change([manifest("a", goal=Goal.RUNNING)], capabilities=can(guarantee))
    assert (change.action, change.attempt, change.client_token) == (Action.START, 1, "")
    assert change.guarantee is guarantee


def test_fields_are_compared_only_where_the_content_differs():
    record = recorded("a", Phase.SUCCEEDED, spec={"Name": "old", "Password": "secret"})
    assert only_change([manifest("a", generation=2)], [record]).diff == ()
    changed = manifest("a", digest="sha256:new", spec={"Name": "new", "Password": "word", "Extra": {"Password": "x"}})
    assert only_change([changed], [record]).diff == (
        FieldDiff("spec.Extra", "added", None, {"Password": SENSITIVE}),
        FieldDiff("spec.Name", "changed", "old", "new"),
        FieldDiff("spec.Password", "changed", SENSITIVE, SENSITIVE),
    )


def test_a_content_that_is_not_known_is_not_compared():
    record = recorded("a", Phase.SUCCEEDED, digest="sha256:adopted", spec={})
    assert only_change([manifest("a")], [record]).diff == ()


def test_changes_stand_in_the_order_of_addresses_and_are_counted():
    running = {address(name): seen(name, Phase.RUNNING) for name in "bd"}
    unknown = {address("f"): ObservedJob(Phase.UNKNOWN)}
    young = {address("e"): ObservedJob(age=IntentAge.YOUNG)}
    plan = make_plan(
        situation(
            [manifest("c"), manifest("a"), manifest("d"), manifest("f"), manifest("e")],
            [recorded("b"), recorded("d"), recorded("e")],
            running | unknown | young,
            unchanged=7,
        )
    )
    assert [str(change.address) for change in plan.changes] == ["Kind/a", "Kind/b", "Kind/c", "Kind/e", "Kind/f"]
    words = {action.word: count for action, count in plan.counts.items()}
    assert words == {
        "start": 2,
        "stop": 1,
        "replace": 0,
        "resume": 0,
        "adopt": 0,
        "forget": 0,
        "wait": 1,
        "blocked": 1,
        "none": 8,
    }
    assert plan.unchanged == 8


def test_what_needs_no_change_and_was_seen_otherwise_is_refreshed():
    looks = {name: seen(name.name, Phase.RUNNING) for name in map(address, "abc")}
    pending = recorded("b", Phase.PENDING)
    same = recorded("a", Phase.RUNNING, status="RUNNING")
    leave = manifest("c", on_remove=OnRemove.LEAVE, protect=frozenset({Protect.STOP}))
    plan = make_plan(
        situation(
            [manifest("a"), manifest("b"), leave],
            [same, pending, replace(same, address=address("c"), digest="sha256:c", external_id={"id": "c"})],
            looks,
        )
    )
    assert plan.changes == ()
    assert [(record.address.name, record.phase, record.on_remove) for record in plan.refreshed] == [
        ("b", Phase.RUNNING, OnRemove.STOP),
        ("c", Phase.RUNNING, OnRemove.LEAVE),
    ]


def test_a_tombstone_of_the_content_that_is_declared_again_is_a_record_again():
    removed = recorded("a", Phase.SUCCEEDED, stage=Stage.REMOVED)
    plan = make_plan(situation([manifest("a")], [removed]))
    assert plan.changes == ()
    assert [record.stage for record in plan.refreshed] == [Stage.STARTED]


def test_a_start_waits_for_its_dependency_and_then_for_room():
    first, second, third = manifest("a"), manifest("b", depends_on=(address("a"),)), manifest("c")
    plan = make_plan(situation([first, second, third], capabilities=can(max_active=1)))
    assert [(change.address.name, change.action) for change in plan.changes] == [
        ("a", Action.START),
        ("b", Action.WAIT),
        ("c", Action.WAIT),
    ]
    assert "depends on Kind/a" in plan.changes[1].reason
    assert "no more than 1 Kind" in plan.changes[2].reason


def test_stops_wait_for_those_of_what_depends_on_them():
    looks = {address(name): seen(name, Phase.RUNNING) for name in "ab"}
    plan = make_plan(situation([], [recorded("a"), recorded("b", depends_on=(address("a"),))], looks))
    assert [(change.address.name, change.after) for change in plan.changes] == [("a", (address("b"),)), ("b", ())]


def test_changes_of_what_was_not_selected_are_left_out():
    plan = make_plan(situation([manifest("a"), manifest("b")], only=frozenset({address("b")})))
    assert [change.address.name for change in plan.changes] == ["b"]
    assert plan.partial


def test_what_is_recorded_of_a_provider_that_is_gone_can_still_be_planned_for():
    gone = recorded("a", provider="gone")
    change = only_change([], [gone], {address("a"): ObservedJob(Phase.UNKNOWN, trouble="no provider 'gone'")})
    assert (change.action, change.reason) == (Action.BLOCKED, "no provider 'gone'")
