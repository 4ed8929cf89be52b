"""A lock file that stays on the disk while it is read is as good as one in memory."""

import os

import pytest

from reconcile.errors import LockFileError
from reconcile.lockfile import text
from reconcile.lockfile.document import Document, parse, parse_text, record_line
from reconcile.lockfile.layout import render
from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.text import InMemory, OnDisk, opened
from reconcile.model.phase import Phase
from tests.lockfile.contract import apply
from tests.lockfile.records import HEAD, full_record, record, started

LONG = {"entryPoint": "s3://code/" + "x" * 20_000}  # longer than what is read for one line, at first
RECORDS = [
    record("a", phase=Phase.SUCCEEDED),
    record("b"),
    full_record("c"),
    record("d", spec=LONG),
    *(record(f"e{number:03}", phase=Phase.FAILED) for number in range(200)),
]
TEXT = render(HEAD, [record_line(each) for each in RECORDS]).replace(b"token-of-b", b"token-of-x")
ABSENT = record("z").address


def told(document: Document, addresses):
    each = [
        (address, document.get(address), document.digest(address), document.ending(address), address in document)
        for address in addresses
    ]
    lines = [document.line(address) for address in document]
    return document.head, each, lines, len(document), document.suspects, document.warnings, document.original


@pytest.fixture(autouse=True)
def _however_many_files_are_open(monkeypatch):
    monkeypatch.setattr(text, "_DESCRIPTORS", 2**20)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "reconcile.lock.json"
    path.write_bytes(TEXT)
    os.utime(path, (0, 0))  # long ago: a clock of files may be coarse
    return path


@pytest.mark.parametrize("block", [300, 5000, 2**20])
def test_it_says_the_same_in_whatever_order_it_is_asked(path, block):
    memory, disk = parse(TEXT, str(path)), parse_text(OnDisk(path, block), str(path))
    addresses = [*memory, ABSENT]
    assert len(memory.warnings) == 1
    for asked in (addresses, addresses[::-1], addresses[::7] + addresses[::3]):
        assert told(disk, asked) == told(memory, asked)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b""),
        lambda text: text.replace(b'"},\n', b'"},\n\n', 1),
    ],
)
def test_another_layout_is_no_other_content(path, rewrite):
    path.write_bytes(rewrite(TEXT))
    disk = parse_text(OnDisk(path, 5000), str(path))
    assert [disk.get(address) for address in disk] == [parse(TEXT, "").get(each.address) for each in RECORDS]


@pytest.mark.parametrize(
    ("cut", "kept"),
    [
        (b"\n}}\n", b"\n}\n"),
        (b"\n}}\n", b"\n}}\n}}\n"),
        (b'"}\n}}\n', b'"},\n}}\n'),
        (b"\n}}\n", b"\n"),
        (b'"},\n', b'"}\n'),
        (b'"}\n}}\n', b'"},\n"}\n'),
    ],
)
def test_what_was_cut_off_is_broken_wherever_it_is(path, cut, kept):
    before, found, after = TEXT.rpartition(cut)
    assert found
    path.write_bytes(before + kept + after)
    with pytest.raises(LockFileError, match="cannot be read"):
        parse_text(OnDisk(path, 5000), str(path))


def test_an_address_that_comes_twice_is_told_with_both_lines(path):
    path.write_bytes(render(HEAD, map(record_line, [*RECORDS, RECORDS[4]])))
    with pytest.raises(LockFileError, match=f"lines 7 and {3 + len(RECORDS)}"):
        parse_text(OnDisk(path, 5000), str(path))


def test_a_reader_keeps_the_file_that_it_opened_when_another_takes_its_place(path):
    disk = parse_text(OnDisk(path, 5000), str(path))
    other = path.with_name("other")
    other.write_bytes(b"nothing of the kind")
    other.replace(path)
    assert [disk.get(address) for address in disk] == [parse(TEXT, "").get(each.address) for each in RECORDS]


@pytest.mark.parametrize("content", [TEXT.replace(b"token-of-e1", b"token-of-e9"), TEXT[:9000], b""])
def test_a_file_that_is_written_to_in_place_is_not_read_on(path, content):
    disk = parse_text(OnDisk(path, 5000), str(path))
    path.write_bytes(content)
    with pytest.raises(LockFileError, match="written to while") as caught:
        disk.get(RECORDS[-1].address)
    assert (caught.value.where, caught.value.fix != "") == (str(path), True)


def test_a_line_that_lost_its_end_without_a_trace_is_told_as_well(path):
    disk = parse_text(OnDisk(path, 5000), str(path))
    path.write_bytes(TEXT.replace(b"\n", b" "))
    os.utime(path, (0, 0))
    for address in RECORDS[-1].address, RECORDS[-90].address:
        with pytest.raises(LockFileError, match="written to while"):
            disk.get(address)


def test_only_a_long_file_stays_on_the_disk_and_only_while_few_are_open(path, monkeypatch):
    assert isinstance(opened(path, len(TEXT)), InMemory)
    assert isinstance(opened(path, len(TEXT) - 1), OnDisk)
    assert opened(path.with_name("absent"), 1) is None
    monkeypatch.setattr(text, "_DESCRIPTORS", 3)
    assert isinstance(opened(path, len(TEXT) - 1), InMemory)


def test_a_store_reads_long_files_and_short_ones_alike(tmp_path):
    path = tmp_path / "reconcile.lock.json"
    apply(LocalStore(path, "documents", block=400), [started(record("a"))])
    apply(LocalStore(path, "documents", block=400), [started(record("b"))])
    read = LocalStore(path, "documents", block=400).read()
    assert isinstance(read.document.text, OnDisk)
    assert [read.get(address) for address in read] == [started(record(name)).record for name in "ab"]
