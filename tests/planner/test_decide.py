"""The decision table over the whole product of its inputs, against an independent statement of it in `table.py`."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.model.change import Action, Decision
from reconcile.model.phase import Goal, Phase, Stage
from reconcile.planner.decide import decide
from tests.planner.cases import ADDRESS, RECORDED, Case, essential_product, values_of
from tests.planner.table import SECTIONS, Outcome, outcome_of, row_of


def broken_promises(case: Case, decision: Decision) -> list[str]:
    """What must hold whatever the table says."""
    desired, record, seen, can = values_of(case)
    after, action = decision.record, decision.action
    broken = []

    def must(promise: str, holds: object) -> None:
        if not holds:
            broken.append(promise)

    must("a reason for people", decision.reason or action is Action.NONE)
    must("unknown is blocked", seen.phase is not Phase.UNKNOWN or (action is Action.BLOCKED and after == record))
    must("the record is of this address", after is None or after.address == ADDRESS)
    must("a record is never lost", record is None or after is not None)
    must("highest never falls", record is None or (after is not None and after.highest >= record.highest))
    must("no attempt is above the highest", after is None or after.attempt <= after.highest)
    must("adopting leads on, not round", decision.then is not Action.ADOPT)
    must("nothing is started for nobody", not action.starts or (desired and desired.goal is not Goal.STOPPED))
    must("tries are told of starts alone", (decision.tries > 0) == action.starts)
    if action is Action.START:
        must("no start beside the recorded job", after is None or after.is_tombstone or not after.phase.is_live)
        must("no start beside what is seen to live", not seen.phase.is_live)
        must("no start over an open intent", after is None or not after.is_intent)
    if action in (Action.START, Action.RESUME):
        must("no start beside a job with our marks", all(job.phase.is_terminal for job in seen.marked))
        must("attempts are left", desired is not None and decision.tries <= desired.max_attempts)
        must("what has succeeded is not run again", not _has_succeeded(case, decision))
    if action is Action.RESUME:
        must("what is sent again is what was recorded", after == record)
    if action is Action.REPLACE:
        must("only what can be stopped, and may be, is replaced", can.can_stop and desired and not desired.protect)
        must("only what lives is replaced", after is not None and after.phase.is_live)
        numbers = [job.marks.attempt for job in seen.marked if job.marks]
        must("the next attempt has a new number", after and after.highest >= max([0, *numbers]))
    if action is Action.STOP:
        protected = "stop" in (desired.protect if desired else record.protect if record else ())
        must("only what can be stopped, and may be, is stopped", can.can_stop and not protected)
    if record is not None and record.is_intent and after is not None and not after.is_intent:
        known = [after, *after.history]  # where another job of ours came after it, it is history
        found = any(each.client_token == record.client_token and each.external_id for each in known)
        must("an intent is dropped only when it has settled", found or case.age == "settled")
    return broken


def _has_succeeded(case: Case, decision: Decision) -> bool:
    desired, after = values_of(case)[0], decision.record
    return (
        desired is not None
        and after is not None
        and desired.goal is Goal.COMPLETED
        and after.phase is Phase.SUCCEEDED
        and after.same_content(desired.digest, desired.generation)
        and bool(after.external_id)
        and not after.is_intent
    )


def as_outcome(case: Case, decision: Decision) -> Outcome:
    """The decision in the words of the table."""
    after = decision.record
    before = values_of(case)[1]
    unchanged = (before.external_id if before else None) == (after.external_id if after else None)
    job = after.external_id.get("id", "") if after is not None and not unchanged else "as recorded"
    return Outcome(decision.action.word, decision.then.word if decision.then else "", decision.tries, job)


def expected(case: Case) -> Outcome:
    outcome = outcome_of(case)
    recorded = "" if case.recorded in ("intent", "dropped") else "recorded"
    if outcome.job == recorded and case.recorded != "none":
        return outcome._replace(job="as recorded")
    return outcome


def check(case: Case) -> None:
    decision = decide(*values_of(case))
    assert as_outcome(case, decision) == expected(case), f"{row_of(case).name}: {case}: {decision}"
    assert not broken_promises(case, decision), f"{case}: {decision}"


@pytest.mark.parametrize("recorded", RECORDED)
def test_every_combination_is_decided_as_the_documented_row_says(recorded):
    for case in essential_product(recorded):
        check(case)
