"""The history of drift where several write it at once, and where a crash has left a torn line."""

import os
import subprocess
import sys
import uuid
from functools import partial

import pytest

from reconcile.applier.history import FileHistory, HistoryError
from reconcile.applier.history_s3 import S3History, open_in_s3
from reconcile.lockfile.s3_client import connect
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]


@pytest.fixture
def bucket(sandbox, monkeypatch):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    name = f"b-{uuid.uuid4()}"
    sandbox.aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


class Overtaken(Objects):
    """Another writer is quicker, three times."""

    def __init__(self, *given):
        super().__init__(*given)
        self.others = [b"other 1\n", b"other 2\n", b"other 3"]

    def get(self, part):
        stored = super().get(part)
        if self.others:
            line = self.others.pop(0)
            super().put(part, (stored.body if stored else b"") + line, over=stored.etag if stored else None)
        return stored


def test_who_is_overtaken_in_s3_reads_again_and_loses_nobodys_line(bucket):
    place = f"s3://{bucket}/team/drift"
    objects = Overtaken(partial(connect, LockFileOptions(), place), bucket, "team/drift")
    S3History(objects).append(b"ours\n", month="2026-11")
    open_in_s3(f"{place}.jsonl", LockFileOptions()).append(b"next\n", month="2026-12")
    open_in_s3(f"{place}-of-others", LockFileOptions()).append(b"theirs\n", month="2026-11")
    read = open_in_s3(place, LockFileOptions()).read()
    assert [source.content for source in read] == [b"other 1\nother 2\nother 3\nours\n", b"next\n"]
    assert read[0].name == f"{place}.2026-11.jsonl"


@pytest.mark.parametrize("place", ["s3://", "s3://bucket", "s3://bucket/", "s3://bucket/folder/"])
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(HistoryError, match="no place"):
        open_in_s3(place, LockFileOptions())


def test_a_line_that_a_crash_left_torn_is_ended_before_the_next(tmp_path):
    path = tmp_path / "h.jsonl"
    history = FileHistory(path)
    assert history.read() == []
    history.append(b"1\n", month="2026-11")
    with path.open("ab") as file:
        file.write(b"to")
    history.append(b"2\n", month="2026-11")
    assert path.read_bytes() == b"1\nto\n2\n"


def test_processes_that_write_a_file_at_once_lose_nothing_and_mix_nothing(tmp_path):
    """Of one of them a crash leaves a torn line now and then."""
    path = tmp_path / "h.jsonl"
    script = (
        "import fcntl, sys; from pathlib import Path; from reconcile.applier.history import FileHistory\n"
        "path, who = Path(sys.argv[1]), sys.argv[2]\n"
        "for number in range(100):\n"
        "    FileHistory(path).append(f'{who} {number} {who * 500}\\n'.encode(), month='')\n"
        "    if who == 'a' and number % 10 == 0:\n"
        "        with path.open('ab', buffering=0) as file:\n"
        "            fcntl.flock(file, fcntl.LOCK_EX)\n"
        "            file.write(b'torn')\n"
    )
    command = [sys.executable, "-c", script, path]
    processes = [subprocess.Popen([*command, who]) for who in ("a", "b", "c")]
    assert [process.wait(60) for process in processes] == [0] * 3
    lines = [line for line in path.read_text().split("\n") if line and line != "torn"]
    assert sorted(lines) == sorted(f"{who} {number} {who * 500}" for who in "abc" for number in range(100))


def test_what_is_no_regular_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path / "pipe", tmp_path):
        with pytest.raises(HistoryError, match="cannot be"):
            FileHistory(place).append(b"1\n", month="2026-11")
