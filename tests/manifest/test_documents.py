"""What is read from YAML and JSON is what was written, or it is refused."""

import math
import re

import pytest
import yaml_rs
from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.kinds.content import Flaw, read_content
from reconcile.kinds.text import text_of
from reconcile.manifest.documents import documents
from reconcile.manifest.flaws import flaws
from tests.manifest.examples import emr


def found(text, file="a.yaml"):
    """The values of a file, and everything that is wrong with how they are written."""
    read = list(documents(file, text))
    return [document.value for document in read], [finding for document in read for finding in flaws(document)]


def values(text, file="a.yaml"):
    read, wrong = found(text, file)
    assert not wrong
    return read


def messages(text, file="a.yaml"):
    return [
        f"{finding.document.first_line + max(finding.line - 1, 0)}:{finding.column}: {finding.message}"
        for finding in found(text, file)[1]
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-12", -12),
        ("1e3", 1000.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.50", 1.5),
        ("18446744073709551615", 2**64 - 1),
        ("true", True),
        ("~", None),
        ("yes", "yes"),
        ("2026-11-21", "2026-11-21"),
        ("2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"),
        ("10:20:30", "10:20:30"),
        ("00f1e234567890", "00f1e234567890"),
        ("'012345678901'", "012345678901"),
        ("!!str 012345678901", "012345678901"),
        ('"1_000"', "1_000"),
        ("run_2_1", "run_2_1"),
        ("0 12 * * MON", "0 12 * * MON"),
        ("a & b", "a & b"),
        ("${job.attempt}", "${job.attempt}"),
    ],
)
def test_plain_values_are_what_yaml_1_2_says(text, value):
    (document,) = values(f"a: {text}\n")
    assert document == {"a": value}
    assert type(document["a"]) is type(value)


@pytest.mark.parametrize(
    "text", ["012345678901", "-012", "1_000", "_1", "0b11", "0X1F", "+0x1F", "01e3", "00e1234567", "0x1_F", "012.5"]
)
@pytest.mark.parametrize("around", ["a: {}\n", "- {}\n", "[b,{}]", "{{a: {}}}", '{{"a":{}}}', "a:\n  - {} # c\n"])
def test_a_number_that_is_not_written_as_one_is_asked_to_be_quoted(text, around):
    (message,) = messages(around.format(text))
    assert re.search(rf"{re.escape(text)} would be read as the number .*; quote it to keep it as text", message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: .inf", "1:4: .inf is not a number that a service takes; quote it to keep it as text"),
        ("a: -.NAN", "1:4: -.NAN is not a number that a service takes; quote it to keep it as text"),
        ("a: 1e400", "1:4: this number is too large; quote it to keep it as text"),
        ("a: " + "9" * 250 + "e99", "1:4: this number is too large; quote it to keep it as text"),
        ("a: " + "9" * 400 + ".0", "1:4: this number is too large; quote it to keep it as text"),
        ("a: " + "1" * 5000, "1:1: a number of more than a thousand digits; quote it to keep it as text"),
        ("a: !ref b", "1:4: a tag (!…) is not supported; remove it, or quote the text"),
        ("!job\na: b", "1:1: a tag (!…) is not supported; remove it, or quote the text"),
        ("a: !!set {b}", "1:4: a tag (!…) is not supported; remove it, or quote the text"),
        ("a:\n  <<: {b: c}", "2:3: merge keys (<<) are no part of YAML 1.2; write the fields out"),
        ("a: &a [*a]", "1:4: this alias leads back into itself; write it out"),
        ("a: &a\n  b: {c: *a}", "1:4: this alias leads back into itself; write it out"),
        ("a: *b", "1:4: broken YAML: while parsing node, found unknown anchor"),
        ("x: {a: 1,\n a: 2}", "2:2: given twice; first in line 1"),
        ("x: 1\n---\n# two\na: 1\na: 2", "5:1: given twice; first in line 4"),
        ("a: b\n c: d", "2:3: broken YAML: mapping values are not allowed in this context"),
        ("a: 1\n---\nb: [c", "3:4: broken YAML: unclosed bracket '['"),
        ("%YAML 1.1\n---\na: 012", "1:1: directives (%YAML, %TAG) are not supported; remove the line"),
        ("? {a: [b]}\n: c", "1:3: a name must be text; this is a list or a mapping"),
    ],
)
def test_what_may_not_be_written_is_refused_at_its_place(text, message):
    first, *_ = messages(text)
    assert first.startswith(message)


def test_aliases_are_written_out():
    assert values("a: &x {b: [1, 2]}\nc: *x\nd: *x\n") == [{"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": {"b": [1, 2]}}]


def test_documents_are_told_apart_whatever_stands_between_them():
    text = "# first\na: 1\n--- # second\nb: |\n  --- not here\n---\n---\n- c: 1\n- c: 2\n...\n# none\n"
    text += "...\nd: '----'\n---   "
    assert values(text) == [{"a": 1}, {"b": "--- not here\n"}, [{"c": 1}, {"c": 2}], {"d": "----"}]
    assert [document.first_line for document in documents("a.yaml", text)] == [1, 3, 7, 12]


def test_line_ends_of_windows_are_as_good_as_any():
    assert values("a: 1\r\n---\r\nb: 'x'\r\n") == [{"a": 1}, {"b": "x"}]


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "---\n# nothing\n---\n...\n"])
def test_a_file_may_be_empty(text):
    assert values(text) == []


def _as_yaml_1_2(token):
    """The core schema of YAML 1.2, without what is not written as anyone would."""
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]*)", token):
        return int(token)
    if re.fullmatch(r"0o[0-7]+|0x[0-9a-fA-F]+", token):
        return int(token, 0)
    if re.fullmatch(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", token):
        return float(token)
    return token


@given(
    st.text("0123456789_+-.eExXoObBaf", min_size=1, max_size=24).filter(lambda token: token.strip("-")),
    st.sampled_from(["a: {}\n", "a: [{}]", "a: {{b: {}, c: d}}", "a:\n  - {}\n  - e\n"]),
)
@example("0_1", "a: {}\n")
@example("99999999999999999999", "a: {}\n")
@example("1e999", "a: [{}]")
def test_no_number_is_made_of_what_is_none(token, around):
    text = around.format(token)
    try:
        read = yaml_rs.loads(around.format("PLACE"), parse_datetime=False), yaml_rs.loads(text, parse_datetime=False)
    except yaml_rs.YAMLDecodeError:
        return
    if messages(text):
        return
    wanted = _as_yaml_1_2(token)
    if isinstance(wanted, float):
        assert math.isfinite(wanted)
    assert repr(read[1]) == repr(read[0]).replace(repr("PLACE"), repr(wanted))


def test_json_is_read_as_json():
    assert values('{"a": [1, -2.5e3, "\\u00e9\\/\\ud83d\\ude00", null, true]}', "a.json") == [
        {"a": [1, -2500.0, "é/😀", None, True]}
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n\t"a": 1,\n\t"a": 2}', "3:2: given twice; first in line 2"),
        ('{"a": 012}', "1:8: broken JSON: Expecting ',' delimiter"),
        ('{"a": NaN}', "1:0: broken JSON: NaN is no JSON number"),
        ('{\t"a": 1e400}', "1:8: this number is too large; quote it to keep it as text"),
        ('{"a": 1' + "0" * 5000 + "}", "1:7: this number does not fit into 64 bits; quote it to keep it as text"),
        ('{"a": 1}{"b": 2}', "1:9: broken JSON: Extra data"),
        ('{"a": "\n"}', "1:8: broken JSON: Invalid control character at"),
        ("[" * 100_000, "1:0: nested too deeply"),
    ],
)
def test_json_is_no_laxer_than_yaml(text, message):
    first, *_ = messages(text, "a.json")
    assert first.startswith(message)


NESTING_BOMBS = {
    "flow": "a: " + "[" * 100_000,
    "closed flow": "a: " + "[" * 100_000 + "]" * 100_000,
    "flow mappings": "{a: " * 100_000,
    "a line of dashes": "- " * 100_000 + "x",
    "a line of question marks": "? " * 100_000 + "x",
    "both": "- ? " * 50_000 + "x",
    "with anchors": "- &a " * 50_000 + "x",
    "under a marker": "--- \n" + "- " * 100_000 + "x",
    "ever more spaces": "".join(" " * depth + "a:\n" for depth in range(1300)),
}


@pytest.mark.parametrize("name", NESTING_BOMBS)
def test_a_nesting_bomb_is_refused(name):
    (message,) = messages(NESTING_BOMBS[name])
    assert "nested too deeply" in message or "recursion limit" in message


@pytest.mark.parametrize("opening", ["- ", "? ", "[", "a:\n  "])
def test_what_is_nested_a_little_less_does_no_harm(opening):
    found(opening * 1000 + "x")
    found("".join(" " * depth + "- a:\n" for depth in range(0, 1000, 2)))


def test_an_alias_bomb_is_refused():
    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 6)
    )
    assert messages(bomb) == ["1:0: the aliases of this document expand to far more than what is written; write it out"]


def test_a_document_of_more_than_a_megabyte_is_refused():
    assert messages("a: 1\n---\nb: " + "x" * 2**20) == ["2:0: this document has 1.0 MB; at most 1 MB are read"]


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        (b"a: b\nc: \xff\n", "this is not UTF-8: byte 0xff", (2, 4)),
        ("a: b".encode("utf-16"), "this is not UTF-8: byte 0xff", (1, 1)),
        (b"a: b\nc: d\x00e\n", "the character U+0000 is not allowed in YAML", (2, 5)),
        ("é: \x07".encode(), "the character U+0007 is not allowed in YAML", (1, 4)),
        ("a: \ufffe".encode(), "the character U+FFFE is not allowed in YAML", (1, 4)),
        (b"a: b\rc: d\n", "a carriage return without a line feed; end lines with a line feed", (1, 5)),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(tmp_path, content, message, place):
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(Flaw) as refused:
        text_of(read_content(str(tmp_path / "a.yaml")))
    assert (refused.value.message, (refused.value.line, refused.value.column)) == (message, place)


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    (tmp_path / "a.yaml").write_bytes(emr().encode("utf-8-sig"))
    assert values(text_of(read_content(str(tmp_path / "a.yaml"))))[0]["kind"] == "EMRServerlessJobRun"
