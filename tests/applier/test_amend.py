"""What a person puts right: a start that nobody can tell of, and what a failing store would have lost."""

import json
from pathlib import Path

import pytest

from reconcile.applier.amend import forget, recover, settle
from reconcile.errors import Exit, LockFileError, ReconcileError, UsageError
from reconcile.model.address import Address
from tests.applier.manifests import address, emr, entities, run


def interrupted(bench):
    """The address of a start that never reached its service, which we cannot know."""
    job = run("a")
    bench.write(job)
    bench.define("load")
    bench.control.fault("reset", operation="RunOnce")
    bench.apply()
    assert bench.record(address(job)).is_intent
    return Address.parse(address(job))


def test_a_run_that_only_a_person_can_tell_of_is_settled_by_its_id(bench):
    at = interrupted(bench)
    record = settle(bench.open(), at, "4711", holder=bench.holder(), timeout=0)
    assert (record.external_id, record.is_intent) == ({"jobName": "load", "instanceId": "4711"}, False)
    assert bench.record(str(at)) == record


def test_a_start_that_a_person_knows_never_took_place_is_started_anew_with_another_number(bench):
    at = interrupted(bench)
    settle(bench.open(), at, None, holder=bench.holder(), timeout=0)
    assert bench.planned() == {str(at): "start"}
    assert bench.apply().row(at).attempt == 2
    assert len(bench.jobs()) == 1


def test_only_an_interrupted_start_can_be_settled(bench):
    bench.write(emr("a"))
    bench.apply()
    with pytest.raises(UsageError, match="no interrupted start"):
        settle(bench.open(), Address.parse("EMRServerlessJobRun/a"), "x", holder=bench.holder(), timeout=0)
    with pytest.raises(UsageError, match="Nothing is recorded"):
        settle(bench.open(), Address.parse("EMRServerlessJobRun/b"), "x", holder=bench.holder(), timeout=0)


def test_a_forgotten_job_is_left_running_and_found_again(bench):
    bench.write(emr("a"))
    bench.apply()
    forget(bench.open(), Address.parse("EMRServerlessJobRun/a"), holder=bench.holder(), timeout=0)
    assert len(bench.live()) == 1
    bench.apply()
    assert len(bench.jobs()) == 1


def test_an_interrupted_start_is_not_forgotten(bench):
    at = interrupted(bench)
    with pytest.raises(ReconcileError, match="must not be forgotten"):
        forget(bench.open(), at, holder=bench.holder(), timeout=0)


class Failing:
    """A store whose lease takes intents and nothing after them."""

    def __init__(self, store, journal):
        self._store, self._journal = store, journal

    def acquire(self, holder, *, timeout):
        lease = self._store.acquire(holder, timeout=timeout)
        lease.fold = self._fail
        self._append, lease.append = lease.append, self._append_once
        return lease

    def _append_once(self, entries, *, durable):
        if not durable:
            self._fail()
        self._append(entries, durable=durable)

    def _fail(self, **_):
        self._journal.unlink(missing_ok=True)
        raise LockFileError("Cannot write it: no space left.", where="the disk", fix="Free some space.")


def failed(bench):
    """An apply that starts two jobs and can write nothing of it down; its rescue file and its last words."""
    bench.write(emr("a"), entities("b"))
    journal = Path(f"{bench.lock_file}.journal")
    done = bench.apply(store=lambda store: Failing(store, journal))
    assert done.exit is Exit.ERROR
    told = [json.loads(line) for line in done.result.error.what.splitlines() if line.startswith("{")]
    (file,) = bench.folder.glob("*.rescue-*")
    assert str(file) in done.result.error.fix
    return file, told


def test_a_store_that_fails_after_a_start_leaves_a_rescue_file_and_last_words(bench):
    file, told = failed(bench)
    ids = {value for line in told for value in line["externalId"].values()}
    assert {value for job in bench.jobs() for value in job["id"].values()} <= ids
    assert all(line["clientToken"] for line in told)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_rescue_file_brings_back_what_was_started(bench):
    file, _ = failed(bench)
    recover(bench.open(), file, holder=bench.holder(), timeout=0)
    assert bench.planned() == {}
    recover(bench.open(), file, holder=bench.holder(), timeout=0)
    assert bench.apply().result.rows == ()
    assert len(bench.jobs()) == 2


@pytest.mark.parametrize(
    "damage", [lambda text: text[: len(text) // 2], lambda text: text.replace(b"tests", b"other"), lambda _: b"{}"]
)
def test_a_rescue_file_that_is_damaged_or_of_something_else_is_refused_whole(bench, damage):
    file, _ = failed(bench)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(LockFileError):
        recover(bench.open(), file, holder=bench.holder(), timeout=0)
    assert not bench.lock_file.exists()
