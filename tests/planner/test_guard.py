"""What a plan may not do without being asked for: which guard refuses, and what would pass."""

from dataclasses import replace

import pytest

from reconcile.errors import Exit, GuardRefused
from reconcile.model.change import Action, Change, Decision, Plan
from reconcile.model.phase import Guarantee
from reconcile.model.project import Guards
from reconcile.planner.guard import refusal as refusal_of
from tests.planner.values import address, manifest

ROLE = "arn:aws:iam::123456789012:role/"


def plan(*actions, then=None, spec=None):
    """One change for each action, of jobs with this spec."""
    return Plan(
        tuple(
            Change(
                address(str(number)),
                Decision(action, "", None, then=then),
                Guarantee.TOKEN,
                replace(manifest(str(number)), spec=spec or {}),
            )
            for number, action in enumerate(actions)
        ),
        unchanged=0,
    )


def refusal(plan, guards, live=10):
    refused = refusal_of(plan, guards, live=live)
    assert isinstance(refused, GuardRefused)
    assert refused.exit is Exit.GUARD
    return str(refused)


STARTS = (Action.START, Action.REPLACE, Action.RESUME)


def test_as_many_starts_as_allowed_pass_and_one_more_does_not():
    assert refusal_of(plan(*STARTS, Action.WAIT, Action.STOP), Guards(max_starts=3), live=0) is None
    told = refusal(plan(*STARTS), Guards(max_starts=2))
    assert "starts 3 jobs at once; guards.maxStarts allows 2" in told
    assert "raise guards.maxStarts to 3" in told


def test_what_follows_an_adoption_counts_as_well():
    adopted = plan(Action.ADOPT, Action.ADOPT, then=Action.REPLACE)
    guards = Guards(max_starts=1, max_stops=1)
    told = refusal(adopted, guards)
    assert "guards.maxStarts" in told
    assert "guards.maxStops" in told  # all that refuse are told at once
    assert refusal_of(plan(Action.ADOPT, Action.ADOPT), guards, live=2) is None


@pytest.mark.parametrize(("percent", "passes"), [(19, False), (20, True)])
def test_stops_are_measured_by_what_runs(percent, passes):
    guards = Guards(max_stop_percent=percent)
    if passes:
        assert refusal_of(plan(Action.STOP, Action.REPLACE), guards, live=10) is None
    else:
        assert "raise guards.maxStopPercent to 20" in refusal(plan(Action.STOP, Action.REPLACE), guards)


@pytest.mark.parametrize("action", [*STARTS, Action.WAIT])
def test_a_kind_that_is_not_allowed_is_not_started_now_or_later(action):
    assert refusal_of(plan(action), Guards(kinds=("Kind",)), live=0) is None
    told = refusal(plan(action), Guards(kinds=("Other",)))
    assert "guards.kinds does not allow Kind: Kind/0" in told
    assert "add Kind to guards.kinds" in told


@pytest.mark.parametrize("action", [Action.STOP, Action.FORGET, Action.ADOPT, Action.BLOCKED])
def test_a_kind_that_is_not_allowed_may_still_be_stopped_and_forgotten(action):
    assert refusal_of(plan(action), Guards(kinds=(), roles=()), live=0) is None


@pytest.mark.parametrize(
    "spec",
    [
        {"DataAccessRoleArn": f"{ROLE}admin"},
        {"inner": [{"anything": f"{ROLE}admin"}]},
        {"executionRoleArn": "${env.ROLE}"},
        {"role": ["arn:aws:iam::999999999999:role/jobs-a"]},
        {"roleArn": f"{ROLE}jobs-[a]/../admin\n"},
    ],
)
def test_a_role_is_found_wherever_it_stands_and_refused_unless_it_is_allowed(spec):
    assert "guards.roles does not allow" in refusal(plan(Action.START, spec=spec), Guards(roles=(f"{ROLE}jobs-?",)))


def test_roles_that_fit_and_words_that_are_no_roles_pass():
    spec = {"DataAccessRoleArn": f"{ROLE}jobs-a", "name": "admin", "roles": "none of ours", "parole": "x"}
    assert refusal_of(plan(Action.START, spec=spec), Guards(roles=(f"{ROLE}jobs-*",)), live=0) is None


def test_many_refused_jobs_are_cut_to_a_few():
    told = refusal(plan(*[Action.START] * 12), Guards(kinds=()))
    assert "Kind/4 and 7 more" in told
