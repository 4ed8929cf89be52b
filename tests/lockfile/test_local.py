import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile import local
from reconcile.lockfile.journal import journal_text
from reconcile.lockfile.local import LocalStore
from reconcile.model.phase import Phase
from tests.lockfile.contract import StoreContract, apply, names
from tests.lockfile.records import about_to_start, holder, intent, record, started


class LocalPlace:
    imports = "from pathlib import Path; from reconcile.lockfile.local import LocalStore"
    opener = "LocalStore(Path({folder}) / 'reconcile.lock.json', 'documents')"
    calls = (
        *("os.open", "os.write", "os.pwrite", "os.ftruncate", "os.fchmod", "os.fdatasync", "os.fsync", "os.close"),
        *("os.replace", "os.unlink", "fcntl.flock"),
    )

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "reconcile.lock.json"
        self.journal = folder / "reconcile.lock.json.journal"
        self.lease = folder / "reconcile.lock.json.lease"

    def open(self, project="documents", **injected):
        return LocalStore(self.file, project, **injected)

    def edit(self, old, new):
        text = self.file.read_bytes()
        assert old in text
        self.file.write_bytes(text.replace(old, new))

    def holder_died(self):
        """The system has released it already."""


@pytest.fixture
def place(tmp_path):
    return LocalPlace(tmp_path)


class TestLocalStore(StoreContract):
    pass


def test_the_folder_holds_the_file_and_the_lease_and_nothing_else(place):
    apply(place.open(), [started(record("a"))])
    assert sorted(path.name for path in place.folder.iterdir()) == ["reconcile.lock.json", "reconcile.lock.json.lease"]


def test_a_plan_writes_nothing(place):
    place.open().read()
    assert list(place.folder.iterdir()) == []


def test_files_are_private_and_a_file_keeps_the_mode_it_was_given(place):
    apply(place.open(), [started(record("a"))])
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place.file, place.lease)] == [0o600] * 2
    place.file.chmod(0o640)
    apply(place.open(), [started(record("b"))])
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o640


def test_a_torn_tail_is_cut_wherever_it_was_torn(place):
    apply(place.open(), [started(record("a"))], fold=False)
    first = place.journal.read_bytes()
    apply(place.open(), [])
    head = place.open().read().head
    whole = journal_text(head, [about_to_start(intent("b")), about_to_start(intent("c"))])
    last = whole.rindex(b"\n", 0, -1) + 1
    assert first.endswith(b"\n")
    for end in range(last, len(whole)):
        place.journal.write_bytes(whole[:end])
        assert names(place.open().read()) == ["a", "b"]
    lease = place.open().acquire(holder(), timeout=0)
    assert names(lease.snapshot()) == ["a", "b"]
    lease.append([about_to_start(intent("d"))], durable=True)
    assert names(place.open().read()) == ["a", "b", "d"]
    lease.release()


def test_a_fold_between_the_two_reads_of_a_reader_hides_nothing(place, monkeypatch):
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([started(record("a"))], durable=True)
    read, done = local.read_file, []

    def read_then_fold(path):
        text = read(path)
        if not done:
            done.append(lease.fold(validated_with=""))
            lease.append([started(record("b"))], durable=True)
        return text

    monkeypatch.setattr(local, "read_file", read_then_fold)
    found = place.open().read()
    assert (names(found), found.existed, found.warnings) == (["a"], True, ())
    lease.release()


def test_data_is_on_the_disk_before_the_name_and_the_journal_goes_last(place, calls_of):
    lease = place.open().acquire(holder(), timeout=0)
    calls = calls_of("write", "fdatasync", "fsync", "replace", "unlink")
    lease.append([started(record("a"))], durable=True)
    assert calls == ["write", "fsync", "fdatasync"]
    calls.clear()
    lease.fold(validated_with="")
    assert calls[calls.index("write") :] == ["write", "fdatasync", "replace", "fsync", "unlink"]
    lease.release()


def left(place, head, *entries):
    place.journal.write_bytes(journal_text(head, entries))


@pytest.mark.parametrize("entry", [about_to_start(intent("a")), started(record("a", phase=Phase.PENDING))])
def test_a_journal_that_was_folded_already_is_passed_over(place, entry):
    head = apply(place.open(), [started(record("a"))])
    left(place, replace(head, serial=0), entry)
    found = place.open().read()
    assert (found.get(record("a").address), found.existed, found.warnings) == (record("a"), True, ())
    assert apply(place.open()) == head
    assert not place.journal.exists()


@pytest.mark.parametrize("other", [{"lineage": "other"}, {"serial": 0}], ids=["another lineage", "an older serial"])
def test_a_journal_of_another_lock_file_is_set_aside_with_a_warning(place, other):
    head = apply(place.open(), [started(record("a"))])
    left(place, replace(head, **other), about_to_start(intent("b")))
    found = place.open().read()
    assert (names(found), found.existed) == (["a"], False)
    assert "is not taken in" in found.warnings[0]
    lease = place.open().acquire(holder(), timeout=0)
    assert lease.snapshot().warnings == found.warnings
    assert b"EMRServerlessJobRun/b" in (place.folder / "reconcile.lock.json.journal.1").read_bytes()
    lease.release()
    assert not place.open().read().existed, "no apply came to its end yet"
    apply(place.open())
    assert place.open().read().existed


def test_a_journal_with_garbage_is_taken_in_without_it_and_kept(place):
    head = apply(place.open(), [started(record("a"))])
    left(place, head, about_to_start(intent("b")), about_to_start(intent("c")), about_to_start(intent("d")))
    place.journal.write_bytes(place.journal.read_bytes().replace(b"token-of-c", b"token-of-x"))
    lease = place.open().acquire(holder(), timeout=0)
    assert names(lease.snapshot()) == ["a", "b", "d"]
    assert "reconcile.lock.json.journal: line 3 cannot be read" in lease.snapshot().warnings[0]
    assert b"token-of-x" in (place.folder / "reconcile.lock.json.journal.2").read_bytes()
    lease.release()


def test_a_journal_outlives_its_lock_file(place):
    head = apply(place.open(), [started(record("a"))])
    apply(place.open(), [about_to_start(intent("b"))], fold=False)
    place.file.unlink()
    found = place.open().read()
    assert (names(found), found.existed, "is gone" in found.warnings[0]) == (["b"], False, True)
    assert apply(place.open()) == replace(head, serial=head.serial + 2), "taken in, and then the apply itself"
    assert place.open().read().existed


def test_an_older_lock_file_is_not_trusted_until_an_apply_ended_well(place):
    apply(place.open(), [started(record("a"))])
    old = place.file.read_bytes()
    newest = apply(place.open(), [started(record("b"))])
    place.file.write_bytes(old)
    found = place.open().read()
    assert (names(found), found.existed) == (["a"], False)
    assert "serial 2 of this lock file was seen here before, and the one here has serial 1" in found.warnings[0]
    place.open().acquire(holder(), timeout=0).release()
    assert not place.open().read().existed
    assert apply(place.open()).serial == newest.serial + 1
    assert place.open().read().existed


def test_an_older_lock_file_takes_in_the_journal_of_the_newer_one(place):
    apply(place.open(), [started(record("a"))])
    old = place.file.read_bytes()
    apply(place.open(), [started(record("b"))])
    apply(place.open(), [about_to_start(intent("c"))], fold=False)
    place.file.write_bytes(old)
    assert (names(place.open().read()), place.open().read().existed) == (["a", "c"], False)
    lease = place.open().acquire(holder(), timeout=0)
    assert (names(lease.snapshot()), lease.snapshot().existed, lease.snapshot().head.serial) == (["a", "c"], False, 3)
    lease.release()
    assert not place.open().read().existed


def test_a_lost_lock_file_is_said_to_be_lost(place):
    apply(place.open(), [started(record("a"))])
    place.file.unlink()
    found = place.open().read()
    assert (found.existed, found.stale, "it is gone" in found.warnings[0]) == (False, True, True)
    assert apply(place.open(), [started(record("b"))]).serial == 1, "of a new lineage"
    assert (place.open().read().existed, place.open().read().warnings) == (True, ())


@pytest.mark.parametrize("note", [b"", b"{", b"[]\n", b'{"holder":{"pid":1},"lineage":"","serial":0,"stale":false}\n'])
def test_a_lease_file_of_garbage_hinders_nothing(place, note):
    place.lease.write_bytes(note)
    assert apply(place.open(), [started(record("a"))]).serial == 1


def test_a_lease_whose_file_was_removed_is_lost(place):
    lease = place.open().acquire(holder(), timeout=0)
    place.lease.unlink()
    assert not lease.still_ours()
    second = place.open().acquire(holder("other"), timeout=0)
    with pytest.raises(LeaseLost):
        lease.append([started(record("a"))], durable=True)
    lease.release()
    assert second.still_ours(), "the release of a lost lease takes nothing from its successor"
    second.release()


def test_a_lease_file_removed_while_it_is_being_locked_is_not_taken_for_the_lease(place, monkeypatch):
    flock = local.try_lease.__globals__["fcntl"].flock
    removed = []

    def remove_first(descriptor, operation):
        if not removed:
            removed.append(place.lease.unlink())
        flock(descriptor, operation)

    monkeypatch.setattr("fcntl.flock", remove_first)
    lease = place.open().acquire(holder(), timeout=0)
    assert lease.still_ours()
    assert place.lease.exists()
    lease.release()


@pytest.mark.parametrize("name", ["reconcile.lock.json", "reconcile.lock.json.journal", "reconcile.lock.json.lease"])
def test_a_symbolic_link_is_not_followed(place, name, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_bytes(b"")
    (place.folder / name).symlink_to(outside)
    with pytest.raises(LockFileError, match="symbolic link"):
        place.open().acquire(holder(), timeout=0)
    assert outside.read_bytes() == b""


def test_what_is_no_file_is_refused(place):
    os.mkfifo(place.file)
    with pytest.raises(LockFileError, match="regular file"):
        place.open().read()


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    path = tmp_path / "nowhere" / "reconcile.lock.json"
    with pytest.raises(LockFileError) as caught:
        LocalStore(path, "documents").acquire(holder(), timeout=0)
    assert (caught.value.where, "Create that folder" in caught.value.fix) == (f"{path}.lease", True)


@pytest.mark.parametrize("call", ["open", "write", "fdatasync", "replace", "fsync", "fchmod", "unlink"])
def test_a_fold_that_fails_loses_nothing(place, monkeypatch, call):
    apply(place.open(), [started(record("a"))])
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([started(record("b"))], durable=True)

    def fails(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails)
        with pytest.raises(LockFileError) as caught:
            lease.fold(validated_with="")
    assert (caught.value.where.startswith(str(place.file)), "read-only" in caught.value.fix) == (True, True)
    assert names(place.open().read()) == ["a", "b"]
    lease.release()
    assert names(place.open().read()) == ["a", "b"]
    apply(place.open(), [started(record("c"))])
    assert names(place.open().read()) == ["a", "b", "c"]


def test_a_full_disk_stops_the_journal_but_not_what_was_written(place):
    """A real limit of the system's: writes beyond it fail, as on a full disk."""
    code = """
import resource, signal, sys
from pathlib import Path
from reconcile.errors import LockFileError
from reconcile.lockfile.local import LocalStore
from tests.lockfile.records import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
lease = LocalStore(Path(sys.argv[1]), "documents").acquire(holder(), timeout=0)
lease.append([about_to_start(intent("a"))], durable=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
for _ in range(2):
    try:
        lease.append([about_to_start(intent("b"))], durable=True)
    except LockFileError as error:
        print(error.what, "|", error.fix)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(place.file)], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    first, second = done.stdout.splitlines()
    assert first.startswith("Cannot write the journal")
    assert "takes nothing more" in second
    assert names(place.open().read()) == ["a"]
    apply(place.open(), [started(record("a"))])
    assert place.open().read().get(record("a").address) == record("a")


def test_a_journal_that_failed_is_saved_by_the_fold(place, monkeypatch):
    """The outcome could not be written, but the fold writes another file, and has it in memory."""
    lease = place.open().acquire(holder(), timeout=0)
    lease.append([about_to_start(intent("a"))], durable=True)

    def fails(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fails)
        with pytest.raises(LockFileError):
            lease.append([started(record("a"))], durable=False)
    lease.fold(validated_with="")
    with pytest.raises(LockFileError, match="takes nothing more"):
        lease.append([about_to_start(intent("b"))], durable=True)
    lease.release()
    assert place.open().read().get(record("a").address) == record("a")


def test_a_suspect_record_stays_one_until_it_is_observed(place):
    apply(place.open(), [started(record("a", phase=Phase.SUCCEEDED)), started(record("b"))])
    place.edit(b'"phase":"succeeded"', b'"phase":"failed"')
    apply(place.open(), [started(record("c"))])
    found = place.open().read()
    assert (found.get(record("a").address).phase, "checksum" in found.warnings[0]) == (Phase.RUNNING, True)
    apply(place.open(), [started(record("a", phase=Phase.SUCCEEDED))])
    assert place.open().read().warnings == ()
