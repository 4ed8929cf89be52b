"""Who may apply, what was agreed to, and what happens to it before it is carried out."""

import pytest

from reconcile.applier.saved_plan import StalePlan
from reconcile.applier.session import Declined
from reconcile.errors import Exit, GuardRefused, LeaseHeld
from reconcile.lockfile.local import LocalStore
from tests.applier.manifests import address, emr, stream

S = address(stream("s"))


def test_a_plan_that_is_declined_changes_nothing(bench):
    bench.write(emr("a"))
    with pytest.raises(Declined):
        bench.apply(approve=lambda plan: False)
    assert bench.jobs() == []
    assert not bench.lock_file.exists()
    assert bench.apply().exit is Exit.DONE, "the lease was given back"


def test_a_plan_that_was_looked_at_for_long_is_made_again(bench):
    bench.write(emr("a"), emr("b", dependsOn=[address(emr("a"))]))

    def slowly(plan):
        bench.later(120)
        return True

    assert bench.apply(approve=slowly).exit is Exit.DONE
    assert len(bench.requests("ListJobRuns")) == 4, "looked at twice, with two lists each"


def test_what_changed_while_it_was_looked_at_is_not_done(bench):
    bench.write(stream("s"))
    bench.apply(wait=True)
    bench.write()

    def slowly(plan):
        bench.control.fail(bench.jobs()[0]["id"]["jobRunId"])
        bench.later(120)
        return True

    with pytest.raises(StalePlan) as refused:
        bench.apply(approve=slowly)
    assert refused.value.exit is Exit.STALE_PLAN
    assert bench.record(S).phase == "running"
    assert bench.apply().actions == {S: "forget"}


def test_two_applies_at_once_the_second_says_who_is_at_it(bench):
    bench.write(emr("a"))
    lease = LocalStore(bench.lock_file, "tests").acquire(bench.holder(), timeout=0)
    with pytest.raises(LeaseHeld) as held:
        bench.apply()
    assert "tester@host" in held.value.where
    assert held.value.exit is Exit.LEASE_HELD
    assert bench.planned() == {address(emr("a")): "start"}, "a plan needs no lease"
    lease.release()
    assert bench.apply().exit is Exit.DONE


def test_a_plan_that_stops_more_than_is_allowed_is_shown_and_refused_whatever_is_answered(bench):
    bench.write(stream("a"), stream("b"), guards={"maxStops": 1})
    bench.apply(wait=True)
    bench.write(guards={"maxStops": 1})
    shown = []

    def yes(plan):
        shown.append(plan)
        return True

    with pytest.raises(GuardRefused, match="stops or replaces 2 jobs") as refused:
        bench.apply(approve=yes)
    assert [(plan.refused, len(plan.changes)) for plan in shown] == [(refused.value, 2)]
    assert {job["phase"] for job in bench.jobs()} == {"running"}


def test_what_is_amiss_with_the_lock_file_is_told_when_it_is_applied_too(bench):
    bench.write(stream("s"))
    bench.apply(wait=True)
    text = bench.lock_file.read_bytes()
    bench.lock_file.write_bytes(text.replace(b'"generation":1', b'"generation":2'))
    done = bench.apply()
    assert any("checksum does not fit" in warning for warning in done.plan.warnings)


def test_a_lock_file_is_not_touched_where_nothing_changed(bench):
    bench.write(emr("a"), stream("s"))
    bench.apply(wait=True)
    bench.later(1000)
    before = bench.lock_file.read_bytes(), bench.lock_file.stat().st_mtime_ns
    assert bench.apply().exit is Exit.DONE
    assert (bench.lock_file.read_bytes(), bench.lock_file.stat().st_mtime_ns) == before


def test_what_needs_no_change_but_was_seen_otherwise_is_written_down(bench):
    bench.write(emr("a"))
    bench.apply()
    assert bench.record(address(emr("a"))).phase == "pending"
    bench.later(10)
    seen = bench.apply()
    assert (seen.actions, seen.result.rows) == ({}, ())
    assert bench.record(address(emr("a"))).status == "RUNNING"
    bench.later(100)
    bench.apply()
    record = bench.record(address(emr("a")))
    assert (record.status, record.ended_at is not None) == ("SUCCESS", True)


def test_settled_jobs_cost_no_call(bench):
    bench.write(emr("a"), emr("b", goal="stopped"))
    bench.apply(wait=True)
    asked = len(bench.requests())
    assert bench.planned() == {}
    bench.apply()
    assert len(bench.requests()) == asked
