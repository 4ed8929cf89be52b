"""`--target`: which jobs a command is about."""

import pytest

from reconcile.errors import Exit, GuardRefused, UsageError
from tests.applier.manifests import address, emr, entities, stream

A, B, C = (address(emr(name)) for name in "abc")
TEAM = {"labels": {"team": "documents"}}


@pytest.mark.parametrize(
    ("targets", "chosen"),
    [
        ([A], {A}),
        ([A, C], {A, C}),
        (["EMRServerlessJobRun/*"], {A, B, C}),
        (["*/a"], {A, address(entities("a"))}),
        (["team=documents"], {C, address(entities("a"))}),
    ],
)
def test_only_what_a_target_names_is_changed(targets, chosen, bench):
    bench.write(emr("a"), emr("b"), emr("c", **TEAM), entities("a", **TEAM))
    done = bench.apply(targets=targets)
    assert set(done.actions) == chosen
    assert done.plan.partial
    assert {str(record.address) for record in bench.kept()} == chosen


@pytest.mark.parametrize("target", ["EMRServerlessJobRun/aa", "team=nobody", "Nothing/*"])
def test_a_target_that_names_nothing_is_wrong_usage(target, bench):
    bench.write(emr("a"))
    with pytest.raises(UsageError, match="there is no such job"):
        bench.apply(targets=[target])
    assert bench.requests() == []


def test_the_nearest_address_is_offered(bench):
    bench.write(emr("nightly"))
    with pytest.raises(UsageError) as error:
        bench.plan(targets=["EMRServerlessJobRun/nigthly"])
    assert "did you mean EMRServerlessJobRun/nightly?" in str(error.value)


def test_dependencies_are_looked_at_and_not_changed(bench):
    bench.write(emr("a"), emr("b", dependsOn=[A]))
    done = bench.apply(targets=[B])
    assert done.actions == {B: "wait"}
    assert bench.jobs() == []
    bench.apply(targets=[A])
    bench.later(30)
    assert bench.apply(targets=[B]).actions == {B: "start"}
    assert bench.record(A).status != "SUCCESS", "it was looked at, and its record is not this apply's to change"


def test_a_job_that_is_declared_no_more_can_be_a_target(bench):
    bench.write(stream("a"), stream("b"))
    bench.apply(wait=True)
    bench.write()
    assert bench.apply(targets=["*/a"]).actions == {A: "stop"}
    assert [job["phase"] for job in bench.jobs()] == ["stopped", "running"]


def test_guards_count_the_whole_project_whatever_the_targets(bench):
    """One of ten is ten per cent, though only that one was looked at."""
    jobs = [stream(f"job-{number}") for number in range(10)]
    bench.write(*jobs, guards={"maxStopPercent": 20})
    bench.apply(wait=True)
    assert bench.apply(destroy=True, targets=[address(jobs[0])]).exit is Exit.DONE
    with pytest.raises(GuardRefused):
        bench.apply(destroy=True, targets=["*/job-[123]"])
    assert len(bench.live()) == 9


def test_guards_count_the_jobs_that_are_yet_to_be_adopted(bench):
    jobs = [stream(f"job-{number}") for number in range(4)]
    bench.write(*jobs)
    bench.apply(wait=True)
    bench.lock_file.unlink()
    bench.write(*[job | {"generation": 2} for job in jobs], guards={"maxStopPercent": 25})
    with pytest.raises(GuardRefused, match="4 of 4 running jobs"):
        bench.apply()
    bench.write(jobs[0] | {"generation": 2}, *jobs[1:], guards={"maxStopPercent": 25})
    assert bench.apply().actions == {address(job): "adopt" for job in jobs}


def test_what_depends_on_a_target_is_destroyed_with_it(bench):
    """Also what depends on that, and what is declared no more; else it would be left without what it needs."""
    jobs = [stream("a"), stream("b", dependsOn=[A]), stream("c", dependsOn=[B]), stream("d")]
    bench.write(*jobs)
    bench.apply(wait=True)
    bench.write(*jobs[:2], jobs[3])
    done = bench.apply(destroy=True, targets=[A], wait=True)
    assert done.actions == {A: "stop", B: "stop", C: "stop"}
    assert done.exit is Exit.DONE
    assert len(bench.live()) == 1
    assert bench.planned(destroy=True, targets=[A]) == {}
