import json
import re
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import LockFileError
from reconcile.lockfile.codec import record_from, record_json
from reconcile.lockfile.document import Document, parse, record_line
from reconcile.lockfile.layout import render
from reconcile.model.phase import Phase
from reconcile.model.record import Record
from tests.lockfile.records import HEAD, SPECS, full_record, intent, record

WHERE = "reconcile.lock.json"


def text_of(*records: Record) -> bytes:
    return render(HEAD, [record_line(kept) for kept in sorted(records, key=lambda kept: kept.address)])


def records_of(document: Document) -> list[Record | None]:
    return [document.get(address) for address in document]


def test_every_member_of_a_record_comes_back():
    bare, full = record(), full_record()
    defaults = [f.name for f in fields(Record) if getattr(full, f.name) in ((), {}, None, "", 60.0, frozenset())]
    assert defaults == [], "full_record must fill these in, or this test tells nothing of them"
    assert records_of(parse(text_of(bare, full), WHERE)) == [full, bare]


@given(SPECS)
def test_every_spec_comes_back_and_gives_the_same_bytes(spec):
    text = text_of(record(spec=spec))
    assert parse(text, WHERE).get(record().address) == record(spec=spec)
    assert text_of(*records_of(parse(text, WHERE))) == text


def test_the_file_is_json_with_sorted_members_and_a_record_a_line():
    text = text_of(record("b"), record("a"), full_record("c")).decode()
    file = json.loads(text)
    assert list(file) == ["version", "project", "lineage", "serial", "validatedWith", "jobs"]
    assert [list(job) == sorted(job) for job in file["jobs"].values()] == [True] * 3
    assert [line[:24] for line in text.splitlines()[2:-1]] == [f'"EMRServerlessJobRun/{n}":' for n in "abc"]
    assert (
        file["jobs"]["EMRServerlessJobRun/a"].items()
        >= {
            "kind": "EMRServerlessJobRun",
            "stage": "started",
            "phase": "running",
            "clientToken": "token-of-a-1",
            "externalId": {"applicationId": "00f1", "jobRunId": "00g1"},
            "startedAt": "2026-11-22T02:03:04.123Z",
            "goal": "completed",
        }.items()
    )


def test_members_at_their_default_are_left_out():
    assert {
        "onRemove",
        "protect",
        "stopTimeout",
        "labels",
        "history",
        "previous",
        "endedAt",
        "statusReason",
    }.isdisjoint(record_json(record()))
    assert record_json(record(stop_timeout=0.0))["stopTimeout"] == 0.0


def test_a_stop_that_is_not_said_to_be_taken_is_in_doubt():
    """In files of before that was written down, no stop is."""
    members = record_json(full_record())
    assert members.pop("stopTaken") is True
    assert record_from(full_record().address, members) == replace(full_record(), stop_taken=False)


def test_a_digest_that_nobody_knows_comes_back():
    """Of a job that was adopted by its name alone."""
    first = replace(full_record().history[0], digest="")
    unknown = replace(record(), digest="", history=(first,))
    assert records_of(parse(text_of(unknown), WHERE)) == [unknown]


@pytest.mark.parametrize(("microsecond", "kept"), [(0, 0), (999, 0), (120_000, 120_000), (987_654, 987_000)])
def test_times_are_kept_to_the_millisecond_in_utc(microsecond, kept):
    began = datetime(2026, 11, 22, 2, 3, 4, microsecond, tzinfo=timezone(timedelta(hours=2)))
    members = record_json(record(started_at=began))
    assert members["startedAt"] == f"2026-11-22T00:03:04.{kept // 1000:03}Z"
    assert record_from(record().address, members).started_at == began.replace(microsecond=kept)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        record_json(record(started_at=datetime(2026, 1, 1)))


def test_a_file_of_no_jobs_comes_back():
    document = parse(text_of(), WHERE)
    assert (len(document), list(document), document.head) == (0, [], HEAD)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: json.dumps(json.loads(text), indent=2).encode(),
        lambda text: json.dumps(json.loads(text), sort_keys=True).encode(),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.rstrip(),
    ],
    ids=["indented", "on one line", "with other line ends", "without the last line end"],
)
def test_a_file_that_a_formatter_rewrote_is_still_trusted(rewrite):
    records = [full_record(), record("x"), record("y")]
    document = parse(rewrite(text_of(*records)), WHERE)
    assert records_of(document) == records
    assert document.warnings == ()


def test_a_record_edited_by_hand_is_observed_again():
    text = text_of(record("a"), record("b", phase=Phase.SUCCEEDED), intent("c"))
    edited = text.replace(b'"phase":"succeeded"', b'"phase":"failed"').replace(b"token-of-c", b"token-of-d")
    document = parse(edited, WHERE)
    a, b, c = records_of(document)
    assert (a, b.phase) == (record("a"), Phase.RUNNING)
    assert (c.is_intent, c.client_token) == (True, "token-of-d-1")
    assert (a.suspect, b.suspect, c.suspect) == (False, True, True)
    assert [warning.split(": ")[:2] for warning in document.warnings] == [
        [f"{WHERE}:4", "EMRServerlessJobRun/b"],
        [f"{WHERE}:5", "EMRServerlessJobRun/c"],
    ]
    assert parse(render(HEAD, [document.line(address) for address in document]), WHERE).suspects == document.suspects


@given(st.data())
def test_no_changed_byte_goes_unnoticed(data):
    records = [record("a"), record("b")]
    text = text_of(*records)
    at = data.draw(st.integers(text.index(b'"EMR'), len(text) - 1))
    changed = bytearray(text)
    changed[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != text[at]))
    try:
        document = parse(bytes(changed), WHERE)
        noticed = bool(document.warnings) or records_of(document) == records  # a space for a line end, say
    except LockFileError as error:
        noticed = error.where.startswith(WHERE) and error.fix != ""
    assert noticed


def error_of(text: bytes) -> LockFileError:
    with pytest.raises(LockFileError) as caught:
        records_of(parse(text, WHERE))
    assert caught.value.fix
    return caught.value


def test_marks_of_a_merge_conflict_are_named():
    text = text_of(record("a"), record("b"))
    lines = text.split(b"\n")
    text = b"\n".join([*lines[:3], b"<<<<<<< HEAD", lines[3], b"=======", lines[3], b">>>>>>> other", *lines[4:]])
    error = error_of(text)
    assert error.where == f"{WHERE}:4"
    assert "<<<<<<< HEAD" in error.what
    assert "higher attempt" in error.fix


def test_both_sides_of_a_merge_kept_are_refused():
    line = record_line(record("a"))
    error = error_of(render(HEAD, [line, record_line(record("a", attempt=2))]))
    assert "EMRServerlessJobRun/a is in the lock file twice, in lines 3 and 4" in error.what
    indented = f'{{"version":1,"jobs":{{{line.decode()}, {line.decode()}}}}}'.encode()
    assert "EMRServerlessJobRun/a is in the lock file twice" in error_of(indented).what


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        (b'"attempt":1', b'"attempt":', f"{WHERE}:4", "EMRServerlessJobRun/b"),
        (b'"provider":"aws"', b'"provider_":"aws"', f"{WHERE}:4", "EMRServerlessJobRun/b"),
        (b'"phase":"running"', b'"phase":"resting"', f"{WHERE}:4", "resting"),
        (b'"EMRServerlessJobRun/b":', b'"EMRServerlessJobRun/b"', f"{WHERE}:4", "EMRServerlessJobRun/b"),
        (b'"EMRServerlessJobRun/b":', b'"EMRServerlessJobRun/B":', WHERE, "EMRServerlessJobRun/B"),
        (b'"EMRServerlessJobRun/b":', b'"EMRServerlessJobRun/\xff":', f"{WHERE}:4", "UTF-8"),
        (b',\n"EMRServerlessJobRun/b"', b'\n"EMRServerlessJobRun/b"', f"{WHERE}:4", "','"),
        (b'"version":1', b'"version":2', WHERE, "version 2"),
        (b'"serial":7,', b"", f"{WHERE}:1", "serial"),
        (b'"serial":7,', b'"serial":,', f"{WHERE}:1", "cannot be read"),
        (b'"jobs":{\n', b'"jobs":null,"jbos":{\n', WHERE, "no jobs"),
        (b"\n}}\n", b"\n", WHERE, "cannot be read"),
    ],
)
def test_what_is_broken_is_named_with_its_line(old, new, where, what):
    head, tail = text_of(record("a"), record("b")).rsplit(old, 1)
    error = error_of(head + new + tail)
    assert error.where.startswith(where)
    assert what in error.what


@pytest.mark.parametrize("text", [b"", b"[]", b"null", b"\x00" * 20])
def test_what_is_no_lock_file_is_refused(text):
    assert error_of(text).where.startswith(WHERE)


def test_a_line_can_be_read_alone():
    key, _, body = record_line(record("a")).partition(b":")
    assert (json.loads(key), re.search(rb',"~crc32":"[0-9a-f]{8}"\}$', body) is not None) == (
        "EMRServerlessJobRun/a",
        True,
    )
    assert record_from(record("a").address, json.loads(body)) == record("a")


def test_a_digest_is_found_without_decoding_and_not_in_a_suspect_line():
    tricky = record("a", digest="sha256:1", client_token='x"digest":"sha256:2"', spec={"digest": "sha256:3"})
    text = text_of(tricky, record("b", digest="sha256:4")).replace(b"token-of-b", b"token-of-x")
    document = parse(text, WHERE)
    assert document.digest(tricky.address) == "sha256:1"
    assert document.digest(record("b").address) is None
    assert document.digest(record("c").address) is None


def test_nothing_is_decoded_until_it_is_asked_for(monkeypatch):
    asked = []
    monkeypatch.setattr("reconcile.lockfile.document.record_from", lambda address, members: asked.append(address))
    document = parse(text_of(record("a"), record("b")), WHERE)
    assert (len(list(document)), asked) == (2, [])
    document.get(replace(record("b")).address)
    assert asked == [record("b").address]


def test_a_lock_file_that_is_nested_too_deeply_is_told_so():
    with pytest.raises(LockFileError, match="nested too deeply"):
        parse(b"[" * 200_000, WHERE)
