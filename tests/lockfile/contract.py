"""What every store promises (reconcile/lockfile/protocol.py), as a suite. A store's own test module inherits
`StoreContract` and gives it a `place`."""

import json
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from reconcile.errors import LeaseHeld, LeaseLost, LockFileError
from reconcile.lockfile.protocol import Head, Store
from reconcile.model.phase import Phase
from tests.lockfile.records import about_to_start, dropped, full_record, holder, intent, record, started


class Place(Protocol):
    """Where a store under test keeps its things."""

    opener: str  # an expression that opens the store with sources `imports`, for other processes; {folder} is a Path
    imports: str
    calls: tuple[str, ...]  # the functions by which it changes the world: a crash is tried before every one
    folder: Path

    def open(self, project: str = "documents", clock=..., sleep=...) -> Store:
        """A store that shares nothing in memory with another."""

    def edit(self, old: bytes, new: bytes) -> None:
        """Someone changes the lock file behind the store's back."""

    def holder_died(self) -> None:
        """Lets the time pass after which a dead holder's lease is free."""


def apply(store, *batches, fold=True):
    lease = store.acquire(holder(), timeout=0)
    for batch in batches:
        lease.append(batch, durable=True)
    head = lease.fold(validated_with="catalog 1") if fold else None
    lease.release()
    return head


def names(lockfile):
    return [address.name for address in lockfile]


class StoreContract:
    def test_a_new_place_has_nothing(self, place):
        found = place.open().read()
        assert (found.head, found.existed, found.warnings) == (Head("documents", "", 0), False, ())
        assert not found.stale
        assert (len(found), list(found), found.get(record().address)) == (0, [], None)

    def test_a_reader_sees_what_was_appended(self, place):
        lease = place.open().acquire(holder(), timeout=0)
        lease.append([about_to_start(intent("a")), about_to_start(intent("b"))], durable=True)
        assert names(place.open().read()) == ["a", "b"]
        lease.append([started(record("b"))], durable=False)
        found = place.open().read()
        assert (found.get(intent("a").address), found.get(record("b").address)) == (intent("a"), record("b"))
        assert (len(found), found.existed, found.warnings) == (2, True, ())
        assert [found.digest(address) for address in found] == [record().digest] * 2
        lease.release()

    def test_what_was_folded_comes_back_whole(self, place):
        head = apply(place.open(), [started(full_record("b")), started(record("a"))])
        found = place.open().read()
        assert (found.head, found.existed, names(found)) == (head, True, ["a", "b"])
        assert (head.serial, head.validated_with, head.project) == (1, "catalog 1", "documents")
        assert found.get(full_record("b").address) == full_record("b")

    def test_the_lineage_stays_and_the_serial_rises(self, place):
        first = apply(place.open(), [started(record("a"))])
        second = apply(place.open(), [started(record("b"))])
        assert second == replace(first, serial=2)
        assert names(place.open().read()) == ["a", "b"]

    def test_nothing_is_written_where_nothing_changed(self, place):
        head = apply(place.open(), [started(record("a"))])
        assert apply(place.open()) == head
        assert apply(place.open(), [started(record("a"))]) == head
        assert apply(place.open(), [about_to_start(intent("b"))], [dropped(intent("b"))]) == head
        assert place.open().read().head == head

    def test_an_apply_that_did_nothing_leaves_no_lock_file(self, place):
        assert apply(place.open()) == Head("documents", "", 0)
        assert not place.open().read().existed

    def test_a_forgotten_address_is_gone(self, place):
        apply(place.open(), [about_to_start(intent("a")), started(record("b"))])
        apply(place.open(), [dropped(intent("a"))])
        assert names(place.open().read()) == ["b"]

    def test_what_an_apply_left_is_taken_in_by_the_next(self, place):
        before = apply(place.open(), [started(record("a"))])
        apply(place.open(), [about_to_start(intent("b")), started(record("a", phase=Phase.FAILED))], fold=False)
        assert place.open().read().head == before
        lease = place.open().acquire(holder(), timeout=0)
        found = lease.snapshot()
        assert found.head == replace(before, serial=before.serial + 1)
        assert (names(found), found.get(record("a").address).phase) == (["a", "b"], Phase.FAILED)
        lease.release()
        assert place.open().read().head == found.head

    def test_what_the_first_apply_left_is_taken_in(self, place):
        apply(place.open(), [about_to_start(intent("a"))], fold=False)
        assert place.open().read().existed
        lease = place.open().acquire(holder(), timeout=0)
        assert (lease.snapshot().head.serial, names(lease.snapshot()), lease.snapshot().existed) == (1, ["a"], True)
        lease.release()

    def test_an_apply_may_fold_and_go_on(self, place):
        lease = place.open().acquire(holder(), timeout=0)
        lease.append([started(record("a"))], durable=True)
        assert lease.fold(validated_with="").serial == 1
        lease.append([started(record("b"))], durable=True)
        assert names(place.open().read()) == ["a", "b"]
        assert lease.fold(validated_with="").serial == 2
        lease.release()
        assert names(place.open().read()) == ["a", "b"]

    def test_a_newer_catalog_is_noted(self, place):
        apply(place.open(), [started(record("a"))])
        lease = place.open().acquire(holder(), timeout=0)
        assert lease.fold(validated_with="catalog 2").serial == 2
        lease.release()
        assert place.open().read().head.validated_with == "catalog 2"

    def test_a_saved_plan_is_used_even_where_nothing_was_done(self, place):
        for serial in (1, 2):
            lease = place.open().acquire(holder(), timeout=0)
            assert lease.snapshot().head.serial == serial - 1
            lease.fold(validated_with="", plan=f"nonce {serial}")
            lease.release()
            assert place.open().read().head.plan == f"nonce {serial}"
        apply(place.open(), [started(record("a"))])
        assert place.open().read().head.plan == ""

    def test_the_base_is_what_the_next_lease_finds(self, place):
        assert place.open().read().base == place.open().read().head
        apply(place.open(), [started(record("a"))])
        apply(place.open(), [about_to_start(intent("b"))], fold=False)
        base = place.open().read().base
        lease = place.open().acquire(holder(), timeout=0)
        assert (base.lineage, base.serial) == (lease.snapshot().head.lineage, lease.snapshot().head.serial)
        lease.release()

    def test_another_projects_lock_file_is_refused(self, place):
        apply(place.open(), [started(record("a"))])
        for use in (lambda store: store.read(), apply):
            with pytest.raises(LockFileError) as caught:
                use(place.open(project="invoices"))
            assert "of project documents, not of invoices" in caught.value.what
        assert names(place.open().read()) == ["a"]
        apply(place.open())  # the refused one holds no lease

    def test_another_projects_journal_is_refused(self, place):
        apply(place.open(), [started(record("a"))], fold=False)
        with pytest.raises(LockFileError, match="of project documents, not of invoices"):
            place.open(project="invoices").read()

    def test_a_file_changed_during_an_apply_is_left_alone_and_nothing_is_lost(self, place):
        apply(place.open(), [started(record("a"))])
        lease = place.open().acquire(holder(), timeout=0)
        lease.append([started(record("b"))], durable=True)
        place.edit(b'"validatedWith":"catalog 1"', b'"validatedWith":"catalog 3"')
        with pytest.raises(LockFileError, match="changed"):
            lease.fold(validated_with="catalog 1")
        lease.release()
        assert place.open().read().head.validated_with == "catalog 3"
        assert names(place.open().read()) == ["a", "b"]
        assert apply(place.open()).serial == 3, "the journal, and then the older catalog"

    def test_a_second_apply_is_refused_and_told_who_holds_the_lease(self, place):
        lease = place.open().acquire(holder(), timeout=0)
        with pytest.raises(LeaseHeld) as caught:
            place.open().acquire(holder("other"), timeout=0)
        assert f"ada@laptop, process {holder().pid}, since 2026-11-22 02:03:04 UTC" in caught.value.where
        assert lease.still_ours()
        lease.release()
        place.open().acquire(holder("other"), timeout=0).release()

    def test_a_second_apply_waits_as_long_as_it_was_told_to(self, place):
        now = [100.0]

        def sleep(seconds):
            assert seconds > 0
            now[0] += seconds

        lease = place.open().acquire(holder(), timeout=0)
        with pytest.raises(LeaseHeld):
            place.open(clock=lambda: now[0], sleep=sleep).acquire(holder("other"), timeout=5)
        assert now == [pytest.approx(105)]
        lease.release()

    def test_a_second_apply_goes_on_once_the_first_is_done(self, place):
        lease = place.open().acquire(holder(), timeout=0)
        lease.append([started(record("a"))], durable=True)

        def sleep(seconds):
            lease.fold(validated_with="")
            lease.release()

        second = place.open(clock=lambda: 0.0, sleep=sleep).acquire(holder("other"), timeout=5)
        assert (names(second.snapshot()), second.holder.id) == (["a"], "other")
        second.release()

    def test_a_lease_given_back_is_good_for_nothing(self, place):
        lease = place.open().acquire(holder(), timeout=0)
        lease.release()
        lease.release()
        assert not lease.still_ours()
        with pytest.raises(LeaseLost):
            lease.append([started(record("a"))], durable=True)
        with pytest.raises(LeaseLost):
            lease.fold(validated_with="")
        assert len(place.open().read()) == 0

    def test_many_threads_may_append(self, place):
        lease = place.open().acquire(holder(), timeout=0)

        def work(name):
            lease.append([about_to_start(intent(name))], durable=True)
            lease.append([started(record(name))], durable=False)

        threads = [threading.Thread(target=work, args=(f"job-{number}",)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lease.fold(validated_with="")
        lease.release()
        found = place.open().read()
        assert [found.get(address).phase for address in found] == [Phase.RUNNING] * 12

    def test_readers_never_see_less_than_before(self, place):
        """Twelve starts with folds among them; a reader beside them, without the lease."""
        lease = place.open().acquire(holder(), timeout=0)

        def work():
            for number in range(12):
                lease.append([started(record(f"job-{number}"))], durable=False)
                if number % 3 == 2:
                    lease.fold(validated_with="")

        worker = threading.Thread(target=work)
        worker.start()
        seen = 0
        while seen < 12:
            found = len(place.open().read())
            assert found >= seen
            seen = found
        worker.join()
        lease.release()

    def test_two_processes_exclude_each_other_and_a_killed_one_frees_the_lease(self, place):
        code = "\n".join(
            [
                "import sys",
                place.imports,
                "from tests.lockfile.records import *",
                f"lease = ({place.opener.format(folder=repr(str(place.folder)))}).acquire(holder('child'), timeout=0)",
                "lease.append([about_to_start(intent('a'))], durable=True)",
                "print('held', flush=True)",
                "sys.stdin.read()",
            ]
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout.readline() == "held\n"
            with pytest.raises(LeaseHeld, match=f"process {child.pid}"):
                place.open().acquire(holder(), timeout=0)
            child.send_signal(signal.SIGKILL)
            child.wait()
        place.holder_died()
        lease = place.open().acquire(holder(), timeout=0)
        assert names(lease.snapshot()) == ["a"]
        lease.release()

    def test_no_crash_at_any_step_loses_what_was_durable(self, place):
        """A child is killed before each call by which it changes the world; see crash.py."""
        config = {"imports": place.imports, "opener": place.opener, "calls": place.calls, "folder": str(place.folder)}
        script = Path(__file__).with_name("crash.py")
        done = subprocess.run(
            [sys.executable, str(script), json.dumps(config)], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        runs = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(runs) > 15
        assert [run["killed"] for run in runs] == [True] * (len(runs) - 1) + [False], "each step once, then a whole run"
        for run in runs:
            for seen in (run["read"], run["taken"], run["after"]):
                assert set(run["durable"]) <= set(seen), run
            assert run["serial"][0] <= run["serial"][1] <= run["serial"][2], run
            assert run["warnings"] == [], run
            assert run["existed"], run
