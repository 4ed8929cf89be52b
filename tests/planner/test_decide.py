"""The decision table over the whole product of its inputs, against an independent statement of it in `table.py`."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from random import Random

import pytest

from reconcile.model.address import Address
from reconcile.model.change import Action, Decision
from reconcile.model.observed import ObservedJob
from reconcile.model.phase import Goal, OnRemove, Phase, Protect, Stage
from reconcile.model.record import Record
from reconcile.planner.decide import decide, undone
from tests.planner.cases import (
    ADDRESS,
    MARKS,
    NOW,
    RECORDED,
    Case,
    case_of,
    essential_product,
    findings,
    values_of,
    wishes,
)
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
    made_one = record is not None and bool(record.external_id)
    must("attempts do not fall", not (record and made_one) or (after and after.attempt >= record.attempt))
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
    desired, record, seen, can = values_of(case)
    decision = decide(desired, record, seen, can)
    assert as_outcome(case, decision) == expected(case), f"{row_of(case).name}: {case}: {decision}"
    assert not broken_promises(case, decision), f"{case}: {decision}"
    if decision.action is Action.ADOPT:
        assert decision.record is not None
        again = decide(desired, decision.record, as_adopted(decision.record, seen), can)
        assert again.action is (decision.then or Action.NONE), f"{case}: after its adoption: {again}"


def as_adopted(record: Record, seen: ObservedJob) -> ObservedJob:
    """The same look, once that job is the recorded one."""
    return replace(seen, phase=record.phase, job=None, candidates=())


@pytest.mark.parametrize("recorded", RECORDED)
def test_every_combination_is_decided_as_the_documented_row_says(recorded):
    for case in essential_product(recorded):
        check(case)


@pytest.mark.parametrize("recorded", RECORDED)
def test_what_the_walk_leaves_out_is_decided_by_the_same_rows(recorded):
    draw = Random(recorded)
    manifests, looks = list(wishes()), list(findings(recorded))
    for _ in range(1500):
        case = case_of(draw.choice(manifests), draw.choice(looks))
        check(case if recorded != "none" else case._replace(content="same"))


def test_every_row_of_the_table_is_met():
    met = {row_of(case).name for recorded in RECORDED for case in islice(essential_product(recorded), 0, None, 3)}
    assert met == {row.name for section in SECTIONS for row in section.rows}


# --- what the words of a case do not reach


def decided(case: Case, **changes: object) -> Decision:
    """The decision of a case, with members of its manifest changed."""
    desired, record, seen, can = values_of(case)
    return decide(replace(desired, **changes), record, seen, can)


def test_a_protection_that_was_taken_back_does_not_hold():
    case = Case("completed", content="digest", recorded="started", seen="running", attempt=2, highest=2)
    desired, record, seen, can = values_of(case)
    protected = replace(record, protect=frozenset({Protect.REPLACE, Protect.STOP}))
    assert decide(desired, protected, seen, can).action is Action.REPLACE
    assert decide(replace(desired, goal=Goal.STOPPED), protected, seen, can).action is Action.STOP


def test_what_a_manifest_says_of_its_jobs_life_counts_after_it_is_gone():
    case = Case("completed", recorded="started", seen="running")
    desired, record, seen, can = values_of(case)
    prepare = Address("Kind", "prepare")
    manifest = replace(
        desired,
        on_remove=OnRemove.LEAVE,
        protect=frozenset({Protect.STOP}),
        stop_timeout=5.0,
        depends_on=(prepare,),
        labels={"team": "documents"},
    )
    kept = decide(manifest, record, seen, can).record
    assert (kept.on_remove, kept.protect, kept.stop_timeout) == (OnRemove.LEAVE, manifest.protect, 5.0)
    assert (kept.depends_on, kept.labels) == ((prepare,), {"team": "documents"})
    assert decide(None, kept, seen, can).action is Action.FORGET


def test_a_job_stays_where_it_was_started_when_its_manifest_moves():
    case = Case("completed", content="digest", recorded="started", seen="running")
    moved = decided(case, scope="aws/us-east-1", provider="far").record
    assert (moved.scope, moved.provider) == ("aws/eu-west-1", "aws")
    renamed = decided(case, provider="work").record
    assert (renamed.scope, renamed.provider) == ("aws/eu-west-1", "work")


def test_a_stop_that_did_not_reach_its_job_is_not_held_against_its_end():
    case = Case("completed", recorded="stopping", seen="running", left=False)
    desired, record, seen, can = values_of(case)
    kept = decide(desired, record, seen, can).record
    assert (kept.stage, kept.stop_requested_at, kept.stop_taken) == (Stage.STARTED, None, False)
    stopped = values_of(case._replace(seen="stopped"))[2]
    assert decide(desired, record, stopped, can).action is Action.START
    assert decide(desired, kept, stopped, can).action is Action.BLOCKED


def test_a_removed_job_that_we_stopped_is_started_again_with_all_its_attempts():
    case = Case("completed", recorded="tombstone", last="stopped", left=False)
    desired, record, seen, can = values_of(case)
    assert decide(desired, record, seen, can).action is Action.BLOCKED
    asked = replace(record, stop_requested_at=NOW)
    assert "was not answered, and 1 of 1 attempts are used" in decide(desired, asked, seen, can).reason
    decision = decide(desired, replace(asked, stop_taken=True), seen, can)
    assert (decision.action, decision.tries) == (Action.START, 1)


def test_a_decision_carries_the_phase_just_seen():
    case = Case("completed", recorded="started", last="running", seen="failed", left=False)
    desired, record, seen, can = values_of(case)
    seen = replace(seen, job=replace(seen.job, reason="out of memory", ended_at=NOW))
    decision = decide(desired, record, seen, can)
    assert (decision.record.phase, decision.record.status, decision.record.ended_at) == (Phase.FAILED, "FAILED", NOW)
    assert "out of memory" in decision.reason


def test_the_attempt_that_an_adoption_follows_is_history_as_it_ended():
    case = Case("completed", recorded="started", last="running", seen="failed", marks=MARKS["live"], highest=2)
    record = decide(*values_of(case)).record
    assert [(each.attempt, each.phase) for each in record.history] == [(2, Phase.FAILED)]


def test_an_adoption_never_lowers_the_highest_number():
    case = Case("completed", recorded="started", last="failed", seen="failed", marks=MARKS["live"])
    desired, record, seen, can = values_of(case)
    assert decide(desired, replace(record, highest=9), seen, can).record.highest == 9


def test_a_later_attempt_that_ended_is_adopted_once_the_live_one_has_ended_too():
    desired, record, seen, can = values_of(Case("completed", marks=MARKS["live before a failed one"]))
    live = decide(desired, record, seen, can).record
    assert (live.attempt, live.highest, live.external_id) == (4, 4, {"id": "higher"})
    ended = replace(seen, phase=Phase.FAILED, marked=seen.marked[1:])
    later = decide(desired, live, ended, can)
    assert (later.action, later.record.external_id, later.then) == (Action.ADOPT, {"id": "latest"}, Action.START)


@pytest.mark.parametrize(("minutes", "action"), [(1, Action.ADOPT), (-1, Action.START)])
def test_of_two_jobs_that_were_given_one_number_the_later_one_counts(minutes, action):
    case = Case("completed", content="digest", recorded="started", last="succeeded", seen="succeeded")
    desired, record, seen, can = values_of(case._replace(marks=MARKS["succeeded"]))
    (job,) = seen.marked
    other = replace(job, created_at=NOW + timedelta(minutes=minutes), marks=replace(job.marks, attempt=record.attempt))
    decision = decide(desired, replace(record, started_at=NOW), replace(seen, marked=(other,)), can)
    assert decision.action is action


def test_a_job_that_is_history_is_not_adopted_again():
    case = Case("completed", recorded="started", last="failed", seen="failed", marks=MARKS["succeeded"])
    desired, record, seen, can = values_of(case)
    (job,) = seen.marked
    known = replace(record, attempt=4, external_id=job.external_id).as_attempt()
    assert decide(desired, replace(record, history=(known,)), seen, can).action is Action.START


def test_a_job_adopted_in_another_content_is_not_said_to_have_the_wanted_spec():
    case = Case("completed", recorded="none", marks=MARKS["live of other content"])
    record = decide(*values_of(case)).record
    assert (record.spec, record.digest, record.client_token) == ({}, "sha256:other", "token-4-higher")
    same = decide(*values_of(case._replace(marks=MARKS["live"]))).record
    assert (same.spec, same.digest, same.tries) == ({"Wanted": True}, "sha256:wanted", 1)


def test_a_job_adopted_in_its_recorded_content_keeps_the_recorded_spec():
    case = Case("completed", "digest", recorded="started", last="failed", marks=MARKS["live of other content"])
    assert decide(*values_of(case)).record.spec == {"Recorded": True}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case("completed", recorded="started", seen="failed", left=False), "raise retry.maxAttempts"),
        (Case("completed", recorded="started", seen="missing"), "lifecycle.onMissing: restart"),
        (Case("completed", marks=MARKS["two live"]), "stop all but one (twin, higher)"),
        (Case("completed", recorded="started", last="failed", marks=MARKS["older live"], attempt=2), "stop it (older)"),
        (
            Case("completed", recorded="intent", candidates=2, guarantee="look-up"),
            "reconcile state settle Kind/nightly",
        ),
        (Case("completed", "digest", protect="stop", recorded="started", seen="running"), "lifecycle.protect"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_block_says_how_to_go_on(case, words):
    decision = decide(*values_of(case))
    assert decision.action is Action.BLOCKED
    assert words in decision.reason


def test_trouble_is_told_in_the_words_of_who_met_it():
    desired, record, _, can = values_of(Case("completed", recorded="started"))
    decision = decide(desired, record, ObservedJob(Phase.UNKNOWN, trouble="access denied"), can)
    assert (decision.action, decision.reason) == (Action.BLOCKED, "access denied")


def test_a_dropped_intent_leaves_its_number_used_and_what_stood_before():
    record = values_of(Case("completed", recorded="intent", stood="other"))[1]
    before = undone(record)
    assert (before.attempt, before.highest, before.phase) == (2, 3, Phase.STOPPED)
    tombstone = undone(replace(record, previous=None))
    assert (tombstone.stage, tombstone.highest, tombstone.external_id) == (Stage.REMOVED, 3, {})


def test_the_next_attempt_says_why_the_one_before_it_failed():
    desired, record, seen, can = values_of(Case("completed", recorded="started", seen="failed"))
    told = replace(seen, job=replace(seen.job, reason="out of memory"))
    assert "(out of memory)" in decide(desired, record, told, can).reason


@pytest.mark.parametrize(
    ("guarantee", "held"), [("token", "the token {0.client_token}"), ("unique-name", "the name a-1")]
)
def test_what_something_else_holds_is_named_as_its_service_knows_it(guarantee, held):
    case = Case("completed", guarantee=guarantee, recorded="intent", seen="missing", age="settled")
    desired, intent, seen, can = values_of(case)
    intent = replace(intent, status_reason="ConflictException: no", job_name="a-1")
    decision = decide(desired, intent, seen, can)
    assert decision.action is Action.BLOCKED
    assert f"something else holds {held.format(intent)}." in decision.reason


@pytest.mark.parametrize("recorded", ["tombstone", "intent", "started", "asked", "stopping"])
def test_nothing_is_started_or_stopped_on_the_word_of_a_suspect_record(recorded):
    draw = Random(recorded)
    manifests, looks = list(wishes()), list(findings(recorded))
    for _ in range(1500):
        desired, record, seen, can = values_of(case_of(draw.choice(manifests), draw.choice(looks)))
        decision = decide(desired, replace(record, suspect=True), seen, can)
        assert decision.action in (Action.NONE, Action.FORGET, Action.ADOPT, Action.BLOCKED)
        assert decision.then is None
        if decision.action is Action.BLOCKED:
            assert decision.record is None or decision.record.suspect  # it is not written, which would make it trusted


def test_a_suspect_record_that_its_job_bears_out_is_trusted_again():
    desired, record, seen, can = values_of(Case("completed", recorded="started", seen="running"))
    decision = decide(desired, replace(record, suspect=True), seen, can)
    assert (decision.action, decision.record.suspect) == (Action.NONE, False)


@pytest.mark.parametrize("guarantee", ["token", "unique-name", "switch", "look-up"])
@pytest.mark.parametrize("age", ["young", "settled"])
def test_an_intent_whose_secret_was_changed_is_never_sent_again(guarantee, age):
    case = Case(
        "completed", guarantee=guarantee, recorded="intent", seen="missing", age=age, tries=2, attempt=3, highest=3
    )
    desired, intent, seen, can = values_of(case)
    decision = decide(desired, replace(intent, rotated=True), seen, can)
    assert decision.action is (Action.WAIT if age == "young" else Action.START)
    if decision.action is Action.START:
        assert "secret" in decision.reason
        assert (decision.record.highest, decision.tries) == (intent.highest, intent.tries)
        assert not decision.record.rotated


def test_a_changed_secret_is_of_no_account_where_the_job_is_found_or_not_wanted():
    for goal, marks in (("completed", MARKS["live"]), ("stopped", ()), ("absent", ())):
        case = Case(goal, recorded="intent", marks=marks, attempt=3, highest=3)
        desired, intent, seen, can = values_of(case)
        assert (
            decide(desired, replace(intent, rotated=True), seen, can).action
            is decide(desired, intent, seen, can).action
        )
