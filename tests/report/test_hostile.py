"""Whatever a manifest or a cloud says, each view shows it and obeys none of it."""

import json
import re
from datetime import date
from xml.etree import ElementTree

import pytest

from reconcile.errors import GuardRefused, ReconcileError
from reconcile.model.address import Address
from reconcile.model.change import Action, FieldDiff, Plan
from reconcile.model.drift import Acceptance, Drift, DriftKind, Finding
from reconcile.model.job import Place
from reconcile.model.phase import Goal, Phase
from reconcile.model.problem import Problem, Problems
from reconcile.model.result import Ended, Event, EventKind, Result, Row
from reconcile.report.about import About
from reconcile.report.annotations import annotations
from reconcile.report.attention import notices
from reconcile.report.formats import renderer
from reconcile.report.lines import event_line
from reconcile.report.page import LONGEST
from tests.report.markdown import read
from tests.report.schemas import assert_valid
from tests.report.values import NOW, change

TEXTS = {
    "a terminal": "\x1b[2J\x1b]0;t\x07\x9b31m\x00\r\u202e\ufeff\ufffe",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)></details></summary><!-- & &amp; &#64;x -->",
    "Markdown": "*a* **b** _c_ ~~d~~ `e` [f](http://g) ![h](i) # j | k | > l [^m] \\ <http://n> $o$ {p}",
    "blocks": "\n\n# h\n\n- i\n\n| a |\n|---|\n| b |\n\n---\n\n> q\n\n    code\n",
    "fences": "\n```\n<i>\n\n# h\n````\n~~~\n``` `` ` \n<i>\n",
    "mentions": "@user @org/team #12 o/r#3 !4 mail@example.org www.example.org https://example.org/?a=b&c",
    "XML": "]]> <![CDATA[ <?x?> <!DOCTYPE x> \" ' &",
    "commands": "::error::x\n::add-mask::y\r\n##[error]z %0A::stop-commands::t",
    "surrogates": "\ud800 \udfff \ud83d",
    "much": "x`@<|" * 20_000,
    "nothing": "",
}
HARMLESS = {
    "h3",
    "p",
    "strong",
    "code",
    "pre",
    "details",
    "summary",
    "ul",
    "li",
    "sub",
    "blockquote",
    "span",
    "br",
    "b",
}
ADDRESS = Address("K", "n")


def plan(text):
    diff = (
        FieldDiff(f"spec.{text}", "changed", text, {text: [text]}),
        FieldDiff(f"spec.{text}", "added", None, text),
        FieldDiff(f"spec.{text}", "removed", text, None),
        FieldDiff(f"spec.{text}", "changed", text, text),
    )
    changes = tuple(change(action, ADDRESS, text, diff=diff, then=Action.REPLACE) for action in Action)
    return Plan(changes, 1, warnings=(text,), partial=True, refused=GuardRefused(text, fix=text))


def result(text):
    error = ReconcileError(text, where=text, fix=text)
    place = Place(text, 1, 1)
    rows = tuple(Row(ADDRESS, Action.START, ended, text, 1, {"a": text}, Phase.FAILED, text, place) for ended in Ended)
    return Result(rows, True, (ADDRESS,), error)


def drift(text):
    def finding(kind, accepted, address):
        return Finding(
            kind, text, text, text, address, Goal.RUNNING if address else None, Phase.FAILED, text, 1, {"a": text},
            Place(text, 1), (FieldDiff(text, "changed", text, "x"),), NOW, 2, accepted, text,
        )  # fmt: skip

    found = [
        finding(kind, accepted, address)
        for kind in DriftKind
        if kind is not DriftKind.IN_SYNC
        for accepted in (None, Acceptance(date(2027, 1, 1), text))
        for address in (ADDRESS, None)
    ]
    return Drift(tuple(found), 1, NOW, warnings=(text,))


def problems(text):
    found = (Problem(Place(text, 1, 1), text, text, text), Problem(Place("a.yaml"), "K/n", "spec", text))
    return Problems(found, "2 problems. Nothing was planned.")


def about(text):
    return About("documents", f"reconcile plan --target {text}", text, NOW, text, text)


@pytest.fixture(params=[plan, result, drift, problems], ids=["plan", "result", "drift", "problems"])
def made(request):
    return request.param


@pytest.fixture(params=TEXTS)
def text(request):
    return TEXTS[request.param]


def is_clean(told):
    return told.replace("\n", "").replace("\u200b", "").isprintable() and bool(told.encode())


@pytest.mark.parametrize("form", ["text", "json", "markdown", "junit", "sarif"])
def test_no_view_holds_a_character_that_steers(form, made, text):
    assert is_clean(renderer(form)(made(text), about(text)))


def test_json_says_what_was_said_and_is_valid(made, text):
    report = made(text)
    told = json.loads(renderer("json")(report, about(text)))
    assert_valid(told, type(report).__name__.lower())
    items = [item for name in NAMES for item in told.get(name, [])]
    reasons = [item.get("reason", item.get("detail", item.get("message"))) for item in items]
    assert reasons
    assert set(reasons) == {text}


NAMES = ("changes", "results", "findings", "problems")


def test_in_markdown_nothing_of_it_is_markup(made, text):
    told = renderer("markdown")(made(text), about(text))
    assert len(told) <= LONGEST
    page, plain = read(told), read(renderer("markdown")(made("x"), about("x")))
    assert page.tags <= HARMLESS
    assert page.comments == [" reconcile: documents "]
    assert not re.search(r"[@#!]\w", page.prose)
    assert not re.search(r"://|www\.", prose_of(told))
    if len(text) < 1000:
        assert (page.items, page.details) == (plain.items, plain.details)


def prose_of(markdown):
    """What stands outside of fixed width, in Markdown."""
    blocks = re.sub(r"(?ms)^ *(`{3,})\w*$.*?^ *\1$", "", markdown)
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", blocks)


def test_what_is_said_can_be_read_in_markdown():
    for text in (TEXTS["HTML"], TEXTS["Markdown"], TEXTS["mentions"], TEXTS["XML"]):
        shown = read(renderer("markdown")(result(text), about(""))).prose.replace("\u200b", "")
        assert text in shown


def test_junit_is_well_formed(made, text):
    root = ElementTree.fromstring(renderer("junit")(made(text), about(text)).encode())
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out",
    }  # fmt: skip


def test_sarif_points_at_files_by_valid_addresses(made, text):
    (run,) = json.loads(renderer("sarif")(made(text), about(text)))["runs"]
    for found in run["results"]:
        (location,) = found["locations"]
        assert re.fullmatch(r"[-\w.~/%]+", location["physicalLocation"]["artifactLocation"]["uri"], re.ASCII)
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]


def test_an_annotation_is_one_line_and_one_command(made, text):
    for line in annotations(notices(made(text), about(text))):
        assert is_clean(line + "\n")
        assert re.fullmatch(r"::(error|warning|notice) [^:]*::[^\n\r]*", line)


def test_an_event_is_one_line(text):
    line = event_line(Event(EventKind.FAILED, NOW, text, ADDRESS, 1, text, {"a": text}, Phase.FAILED, text))
    assert is_clean(line)
    assert "\n" not in line
    assert_valid(json.loads(line), "events")
