"""Records of runs that carry no marks are lost: nothing tells that they were started, but the runs themselves."""

from datetime import timedelta

import pytest

from reconcile.applier.amend import settle
from reconcile.errors import Exit, UsageError
from reconcile.model.address import Address
from reconcile.model.observed import Marks
from reconcile.model.request import Started, StartRequest
from tests.applier.bench import Witness
from tests.applier.manifests import address, emr, run

A, B = run("a"), run("b", job="other")
AT = Address.parse(address(A))


def begun(bench, *jobs):
    bench.write(*jobs)
    for job in jobs:
        if job["kind"] == "DataArtsJobRun":
            bench.define(job["spec"]["jobName"])
    assert bench.apply().exit is Exit.DONE


def lost(bench):
    for file in bench.folder.glob("*reconcile.lock*"):
        file.unlink()


def started_by_hand(bench):
    workspace = bench.open()
    marks = Marks("", "", AT, 1, 1, 1, "", "")
    request = StartRequest(AT, A["spec"], "", "", marks)
    driver = workspace.surveyor(writable=True).drivers["dataarts"]
    assert isinstance(driver.start(workspace.catalog[AT.kind], request), Started)


def instance(bench, job="load"):
    return next(each["id"]["instanceId"] for each in bench.jobs() if each["id"].get("jobName") == job)


def test_without_a_lock_file_a_run_that_nobody_claims_blocks_its_job_and_is_named(bench):
    begun(bench, A)
    bench.later(100)
    lost(bench)
    (change,) = bench.plan().changes
    assert change.action.word == "blocked"
    assert instance(bench) in change.reason
    assert f"reconcile state settle {AT} --started ID (or --not-started)" in change.reason
    assert not bench.lock_file.exists()


def test_a_first_apply_starts_a_run_that_was_never_seen(bench):
    began = bench.clock()
    begun(bench, A, B)
    assert len(bench.jobs()) == 2
    assert bench.clock() - began < 1
    assert bench.record(AT).doubted_at is None


def test_what_a_person_knows_of_a_lost_start_is_recorded(bench):
    begun(bench, A, B)
    bench.later(100)
    lost(bench)
    settle(bench.open(), AT, instance(bench), holder=bench.holder(), timeout=0)
    assert bench.planned() == {address(B): "blocked"}
    settle(bench.open(), Address.parse(address(B)), None, holder=bench.holder(), timeout=0)
    done = bench.apply()
    assert done.actions == {address(B): "start"}
    assert sorted(job["id"]["jobName"] for job in bench.jobs()) == ["load", "other", "other"]
    assert bench.planned() == {}
    with pytest.raises(UsageError, match="no interrupted start"):
        settle(bench.open(), AT, "1", holder=bench.holder(), timeout=0)


@pytest.mark.parametrize("meanwhile", ["a part of the apply", "another job's settling", "nothing"])
def test_the_doubt_outlives_the_writing_of_a_new_lock_file(meanwhile, bench):
    begun(bench, A, B, emr("c"))
    bench.later(100)
    lost(bench)
    match meanwhile:
        case "a part of the apply":
            bench.apply(targets=(address(emr("c")),))
        case "another job's settling":
            settle(bench.open(), Address.parse(address(B)), None, holder=bench.holder(), timeout=0)
        case _:
            assert bench.apply().exit is Exit.PARTLY
    assert bench.lock_file.exists()
    bench.apply()
    assert bench.planned()[address(A)] == "blocked"
    assert sum(job["id"].get("jobName") == "load" for job in bench.jobs()) == 1


def test_a_run_that_was_started_after_the_doubt_arose_does_not_count(bench):
    """Everything since then is recorded: this one is somebody else's."""
    bench.write(emr("c"), run("a", goal="stopped"))
    bench.define("load")
    bench.apply()
    assert bench.record(AT).doubted_at is not None
    bench.later(1000)
    started_by_hand(bench)
    bench.write(emr("c"), A)
    assert bench.apply().actions == {address(A): "start"}
    assert len(bench.jobs()) == 2 + 1


def test_what_was_started_before_there_was_a_project_counts(bench):
    """Who knows whose it is? A person does."""
    bench.define("load")
    started_by_hand(bench)
    bench.later(1000)
    bench.write(A)
    assert bench.planned() == {address(A): "blocked"}
    settle(bench.open(), AT, None, holder=bench.holder(), timeout=0)
    assert bench.apply().actions == {address(A): "start"}


def test_a_restored_lock_file_blocks_what_may_have_been_started_again_since(bench):
    """Its last word is of the first attempt, which failed; the second is not in it."""
    begun(bench, A)
    bench.later(3)
    old = bench.lock_file.read_bytes()
    bench.control.fail(instance(bench))
    bench.later(60)
    assert bench.apply().actions == {address(A): "start"}
    bench.later(100)
    bench.apply()
    bench.lock_file.write_bytes(old)
    done = bench.apply()
    assert done.actions == {address(A): "blocked"}
    assert len(bench.jobs()) == 2


def test_a_damaged_line_of_the_journal_that_held_a_runs_only_trace_does_not_start_it_again(bench):
    """The process died before its lock file was written, and a bit of the journal has flipped since."""

    class Dies(BaseException):
        pass

    def dies(*_, **__):
        raise Dies

    class Dying:
        def __init__(self, store):
            self.acquire = lambda *given, **more: _with(store.acquire(*given, **more), fold=dies)

    def _with(lease, **calls):
        for name, call in calls.items():
            setattr(lease, name, call)
        return lease

    begun(bench, emr("c"))
    bench.write(emr("c"), A)
    bench.define("load")
    with pytest.raises(Dies):
        bench.apply(store=Dying)
    assert len(bench.jobs("DataArtsJobRun")) == 1
    journal = bench.folder / "reconcile.lock.json.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    about = [number for number, line in enumerate(lines) if address(A).encode() in line]
    for number in about:
        lines[number] = lines[number].replace(b"DataArtsJobRun/a", b"DataArtsJobRun/\xff", 1)
    journal.write_bytes(b"".join(lines))
    bench.later(100)
    assert bench.planned()[address(A)] == "blocked"
    done = bench.apply()
    assert done.actions == {address(A): "blocked"}
    assert bench.planned() == {address(A): "blocked"}
    assert len(bench.jobs("DataArtsJobRun")) == 1


def test_a_clock_that_was_set_forward_does_not_make_an_interrupted_run_one_that_never_was(bench):
    """Its reply was lost, and lists do not show it yet; only by the clock of the next apply they had the time to."""

    class Ahead(Witness):
        def now(self):
            return super().now() + timedelta(seconds=1000)

    bench.write(A)
    bench.define("load")
    bench.control.settings(listing_delay=20)
    bench.control.fault("drop", operation="RunOnce")
    bench.apply()
    assert bench.record(AT).is_intent
    done = bench.apply(runtime=Ahead(bench))
    assert done.actions == {address(A): "adopt"}
    assert any("looking again" in event.text for event in done.events)
    assert len(bench.jobs()) == 1
