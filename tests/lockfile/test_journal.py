import errno
import os
import stat
import threading
from dataclasses import replace

import pytest
from hypothesis import given

from reconcile.errors import LockFileError
from reconcile.lockfile import journal as journal_module
from reconcile.lockfile.journal import Journal, journal_text, parse_journal
from tests.lockfile.records import HEAD, about_to_start, dropped, full_record, intent, journals, record, started

ENTRIES = (about_to_start(intent("a")), started(full_record("b")), dropped(intent("c")))
TEXT = journal_text(HEAD, ENTRIES)
WHERE = "reconcile.lock.json.journal"
BARE_HEAD = replace(HEAD, validated_with="")


@pytest.fixture
def path(tmp_path):
    return tmp_path / WHERE


@given(journals())
def test_every_entry_comes_back(entries):
    read = parse_journal(journal_text(HEAD, entries), WHERE)
    assert (read.head, list(read.entries), read.bad, read.torn) == (BARE_HEAD, entries, (), False)


def test_a_torn_last_line_is_left_out_wherever_it_was_torn():
    last = TEXT.rindex(b"\n", 0, -1) + 1
    for end in range(last, len(TEXT)):
        read = parse_journal(TEXT[:end], WHERE)
        assert (read.entries, read.bad, read.torn) == (ENTRIES[:2], (), end > last), end


def test_a_torn_first_line_is_an_empty_journal():
    for end in range(TEXT.index(b"\n") + 1):
        assert parse_journal(TEXT[:end], WHERE) is None, end


def test_a_last_line_of_zeros_is_torn():
    """What some file systems show after a power cut: the length is there, the data is not."""
    read = parse_journal(TEXT[:-60] + b"\0" * 59 + b"\n", WHERE)
    assert (read.entries, read.torn) == (ENTRIES[:2], True)


def test_garbage_in_the_middle_is_named_and_the_rest_is_kept():
    lines = TEXT.splitlines(keepends=True)
    read = parse_journal(
        b"".join([lines[0], lines[1], b"garbage\n", lines[2].replace(b"00g3", b"00g4"), lines[3]]), WHERE
    )
    assert (read.entries, read.bad, read.torn) == ((ENTRIES[0], ENTRIES[2]), ("line 3", "line 4"), False)


def test_a_first_line_of_garbage_belongs_to_no_lock_file():
    assert parse_journal(b"garbage\n" + TEXT.partition(b"\n")[2], WHERE).head is None


def test_a_journal_of_a_newer_version_is_refused(monkeypatch):
    monkeypatch.setattr(journal_module, "VERSION", 2)
    text = journal_text(HEAD, ENTRIES)
    monkeypatch.undo()
    with pytest.raises(LockFileError, match="version 2"):
        parse_journal(text, WHERE)


def test_nothing_is_created_before_the_first_write(path):
    journal = Journal(path, HEAD)
    assert not path.exists()
    journal.write(ENTRIES)
    journal.close()
    assert path.read_bytes() == TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_write_is_one_write(path, calls_of):
    calls = calls_of("write", "fdatasync", "fsync")
    journal = Journal(path, HEAD)
    journal.write(ENTRIES[:1])
    assert calls == ["write", "fsync"], "the line that says whose it is, the entry, and then the name in the folder"
    journal.write(ENTRIES)
    assert calls == ["write", "fsync", "write"]
    journal.close()


def test_what_is_durable_was_synced_after_it_was_written(path, calls_of):
    journal = Journal(path, HEAD)
    first = journal.write(ENTRIES)
    second = journal.write(ENTRIES)
    calls = calls_of("write", "fdatasync")
    journal.make_durable(first)
    journal.make_durable(second)
    assert calls == ["fdatasync"], "both were written before it began"
    journal.make_durable(journal.write(ENTRIES))
    assert calls == ["fdatasync", "write", "fdatasync"]
    journal.close()


def test_writes_that_wait_for_the_same_sync_share_the_next_one(path, monkeypatch):
    """One sync is under way; what is written meanwhile is not covered by it, and shares the one after."""
    journal = Journal(path, HEAD)
    begun, go_on, syncs = threading.Event(), threading.Event(), []

    def slow(descriptor):
        syncs.append(descriptor)
        begun.set()
        go_on.wait()

    monkeypatch.setattr(journal_module, "sync", slow)
    threads = [threading.Thread(target=journal.make_durable, args=(journal.write(ENTRIES),))]
    threads[0].start()
    begun.wait()
    threads += [threading.Thread(target=journal.make_durable, args=(journal.write(ENTRIES),)) for _ in range(5)]
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(syncs) == 2
    journal.close()


@pytest.mark.parametrize("failing", ["fdatasync", "write", "short write", "fsync"])
def test_after_a_failure_nothing_is_ever_taken_again(path, monkeypatch, failing):
    journal = Journal(path, HEAD)
    if failing != "fsync":  # of the folder, at the first write
        journal.make_durable(journal.write(ENTRIES))
    write = os.write

    def fails(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    name = failing.removeprefix("short ")
    monkeypatch.setattr(os, name, (lambda fd, data: write(fd, data[:9])) if failing == "short write" else fails)
    with pytest.raises(LockFileError) as caught:
        journal.make_durable(journal.write(ENTRIES))
    assert caught.value.where == str(path)
    assert caught.value.fix
    monkeypatch.undo()
    before = path.read_bytes()
    with pytest.raises(LockFileError, match="takes nothing more"):
        journal.write(ENTRIES)
    with pytest.raises(LockFileError, match="takes nothing more"):
        journal.make_durable(99)
    assert path.read_bytes() == before
    journal.close()


def test_a_journal_removed_under_a_writer_is_noticed(path):
    journal = Journal(path, HEAD)
    journal.write(ENTRIES)
    path.unlink()
    with pytest.raises(LockFileError, match="was removed"):
        journal.write(ENTRIES)
    journal.close()


def test_a_journal_is_not_written_through_a_symbolic_link(path, tmp_path):
    outside = tmp_path / "outside"
    path.symlink_to(outside)
    with pytest.raises(LockFileError):
        Journal(path, HEAD).write(ENTRIES)
    assert not outside.exists()


def test_threads_do_not_mix_their_lines(path):
    journal = Journal(path, HEAD)
    batches = [[about_to_start(intent(f"t{thread}-{number}")) for number in range(20)] for thread in range(8)]
    threads = [threading.Thread(target=lambda b=batch: journal.make_durable(journal.write(b))) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    read = parse_journal(path.read_bytes(), WHERE)
    assert (read.bad, read.torn, len(read.entries)) == ((), False, 160)
    assert sorted(entry.address for entry in read.entries) == sorted(e.address for batch in batches for e in batch)


def test_a_cleared_journal_begins_anew_for_the_next_serial(path):
    journal = Journal(path, HEAD)
    journal.write(ENTRIES)
    journal.clear(replace(HEAD, serial=8))
    assert not path.exists()
    journal.make_durable(journal.write([started(record())]))
    journal.close()
    read = parse_journal(path.read_bytes(), WHERE)
    assert (read.head.serial, len(read.entries)) == (8, 1)
