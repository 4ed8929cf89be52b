"""One object, many views: each of them beside its golden file, and valid."""

import dataclasses
import json
from xml.etree import ElementTree

import jsonschema
import pytest

from reconcile.errors import Exit, GuardRefused
from reconcile.model.address import Address
from reconcile.model.change import Action, FieldDiff, Plan
from reconcile.model.drift import Drift
from reconcile.model.job import Place
from reconcile.model.problem import Problems
from reconcile.model.result import Ended, Event, EventKind, Result, Row
from reconcile.model.shard import Shard
from reconcile.report.annotations import annotations
from reconcile.report.attention import Level, Notice, notices
from reconcile.report.formats import FORMATS, renderer
from reconcile.report.lines import (
    apply_end_line,
    change_line,
    drift_end_line,
    event_line,
    finding_line,
    plan_end_line,
    problem_line,
    problems_end_line,
)
from reconcile.report.page import LONGEST
from tests.report.markdown import read
from tests.report.schemas import assert_valid
from tests.report.values import ABOUT, LONG, NIGHTLY, NOW, change, drift, one_of_each, problems, result

REPORTS = {"plan": one_of_each(), "result": result(), "drift": drift(), "problems": problems()}


@pytest.mark.parametrize(("form", "ending"), [("markdown", "md"), ("junit", "xml"), ("sarif", "sarif")])
@pytest.mark.parametrize("name", REPORTS)
def test_every_view_is_as_it_was(golden, form, ending, name):
    command = {"result": "apply", "problems": "validate"}.get(name, name)
    text = renderer(form)(REPORTS[name], dataclasses.replace(ABOUT, command=f"reconcile {command} --target team=docs"))
    golden(f"{name}.{ending}", text.removesuffix("\n"))
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "report", [*REPORTS.values(), Plan((), 0), Result(()), Drift((), 0, NOW), Problems((), "Valid.")]
)
def test_json_is_as_its_published_schema_says(report):
    name = type(report).__name__.lower()
    assert_valid(json.loads(renderer("json")(report, ABOUT)), name)


def test_a_schema_refuses_what_was_not_promised():
    told = json.loads(renderer("json")(one_of_each(), ABOUT))
    for broken in (told | {"more": 1}, {**told, "summary": {}}, {**told, "formatVersion": "2.0"}):
        with pytest.raises(jsonschema.ValidationError):
            assert_valid(broken, "plan")


def test_json_lines_are_as_their_published_schema_says():
    refused = Result((), error=GuardRefused("Too many.", fix="Fewer."))
    lines = [
        *(change_line(item, NOW) for item in one_of_each().changes),
        *(event_line(Event(kind, NOW, "text", NIGHTLY, 1, "token", {"a": "b"})) for kind in EventKind),
        event_line(Event(EventKind.WAITING, NOW, "text\nmore")),
        plan_end_line(one_of_each(), NOW, Exit.CHANGES),
        *(apply_end_line(item, NOW, item.exit) for item in (dataclasses.replace(result(), shard=Shard(0, 2)), refused)),
        *(finding_line(item, NOW) for item in drift().findings),
        drift_end_line(dataclasses.replace(drift(), shard=Shard(0, 2)), NOW, Exit.CHANGES),
        *(problem_line(item, NOW) for item in problems().found),
        problems_end_line(problems(), NOW, Exit.ERROR),
    ]
    for line in lines:
        assert "\n" not in line
        assert_valid(json.loads(line), "events")
    assert [json.loads(line)["exit"] for line in lines if "_complete" in line] == [2, result().exit, Exit.GUARD, 2, 1]


def test_junit_counts_its_cases():
    for report in REPORTS.values():
        suite = ElementTree.fromstring(renderer("junit")(report, ABOUT).encode()).find("testsuite")
        counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
        assert {name: len(list(suite.iter(tag))) for name, tag in counts.items()} == {
            name: int(suite.get(name)) for name in counts
        }


def test_what_ended_an_apply_early_is_in_every_view():
    refused = Result((), error=GuardRefused("It stops 9 jobs.", fix="Apply fewer at a time."))
    for form in ("json", "markdown", "junit", "sarif"):
        told = renderer(form)(refused, ABOUT)
        assert "It stops 9 jobs." in told.replace("\\", "")
        assert "Apply fewer at a time." in told


def test_what_a_guard_refuses_is_in_every_view():
    plan = dataclasses.replace(one_of_each(), refused=GuardRefused("It stops 9 jobs.", fix="Apply fewer at a time."))
    for form in FORMATS:
        told = renderer(form)(plan, ABOUT)
        assert "It stops 9 jobs." in told.replace("\\", "")
        assert "Apply fewer at a time." in told
    told = json.loads(renderer("json")(plan, ABOUT))
    assert_valid(told, "plan")
    assert_valid(json.loads(plan_end_line(plan, NOW, Exit.GUARD)), "events")
    assert told["refused"] == {"what": "It stops 9 jobs.", "fix": "Apply fewer at a time."}
    (refused,) = (notice for notice in notices(plan, ABOUT) if notice.rule == "plan/guard")
    assert (refused.level, refused.place.file) == (Level.ERROR, "jobs/eu/reconcile.yaml")


def test_a_comment_begins_with_its_mark_and_its_summary():
    mark, title, empty, summary = renderer("markdown")(one_of_each(), ABOUT).splitlines()[:4]
    assert (mark, empty) == ("<!-- reconcile: documents -->", "")
    assert title == "### reconcile plan: `documents`"
    assert summary.startswith("**Plan: 4 to start")


@pytest.mark.parametrize("name", REPORTS)
def test_every_view_says_of_which_shard_it_is(name):
    report = dataclasses.replace(REPORTS[name], shard=Shard(3, 16))
    told = {form: renderer(form)(report, ABOUT) for form in FORMATS}
    assert told["markdown"].startswith("<!-- reconcile: documents shard 3/16 -->\n### ")
    assert told["markdown"].splitlines()[1].endswith("`documents`, shard 3/16")
    assert "Shard 3/16: " in told["text"]
    assert " of documents, shard 3/16</title>" in told["html"]
    assert ElementTree.fromstring(told["junit"].encode()).find("testsuite").get("name") == "documents, shard 3/16"
    assert '"id": "reconcile/documents/shard-3-of-16/"' in told["sarif"]
    assert json.loads(told["json"])["shard"] == {"index": 3, "count": 16}
    assert_valid(json.loads(told["json"]), name)
    assert "shard" not in json.loads(renderer("json")(REPORTS[name], ABOUT))


def test_what_only_a_person_can_decide_is_not_folded():
    page = read(renderer("markdown")(one_of_each(), ABOUT))
    assert [title.split(":")[0] for title, is_open in page.details if is_open] == ["! blocked"]
    many = Plan(tuple(change(Action.BLOCKED, Address("K", f"n{number}")) for number in range(30)), 0)
    assert not any(is_open for _, is_open in read(renderer("markdown")(many, ABOUT)).details)


@pytest.mark.parametrize("jobs", [100, 1_000, 5_000])
def test_a_long_comment_is_cut_in_the_middle_and_says_where_the_whole_is(jobs):
    diff = (FieldDiff("spec.entryPoint", "changed", "`" * 200, "é" * 200),)
    changes = tuple(change(Action.START, Address("K", f"n{number}"), diff=diff) for number in range(jobs))
    waiting = tuple(change(Action.WAIT, Address("L", f"n{number}")) for number in range(jobs))
    text = renderer("markdown")(Plan((*changes, *waiting), 7), ABOUT)
    assert LONGEST - 2000 < len(text) <= LONGEST
    assert f"{jobs} to start, {jobs} waiting; 7 unchanged" in text
    assert "`K/n0`" in text
    assert f"`L/n{jobs - 1}`" in text
    assert "`K/n70`" not in text
    assert "The whole is in plan.html" in read(text).text
    assert "`--report html=FILE`" in renderer("markdown")(
        Plan((*changes, *waiting), 7), dataclasses.replace(ABOUT, whole="")
    )
    told = sum(int(word) for word in _left_out(text))
    assert read(text).items + told == 2 * jobs + len(_left_out(text))


def _left_out(text):
    return [line.split()[2] for line in text.splitlines() if line.startswith("- … ")]


def test_a_comment_that_just_fits_is_not_cut():
    def text(length):
        return renderer("markdown")(
            Plan(tuple(change(Action.START, reason="x" * length) for _ in range(200)), 0), ABOUT
        )

    longest = next(length for length in range(400, 100, -1) if "left out" not in text(length))
    assert LONGEST - 200 < len(text(longest)) <= LONGEST
    assert len(text(longest + 1)) <= LONGEST


def test_an_annotation_is_one_command_however_it_is_worded():
    place = Place("a,b:c%.yaml", 7, 2)
    evil = Notice("x", Level.ERROR, "K/n,line=9::", "100 %\r\n::add-mask::x", place)
    assert annotations([evil]) == [
        "::error file=a%2Cb%3Ac%25.yaml,line=7,col=2,title=K/n%2Cline=9%3A%3A::100 %25\\r\\n::add-mask::x"
    ]


def test_annotations_are_as_many_as_are_shown_and_leave_out_what_is_accepted():
    assert len(annotations(notices(drift(), ABOUT))) == len(drift().findings) - 1
    rows = tuple(Row(Address("K", f"n{number}"), Action.STOP, Ended.FAILED, "why") for number in range(50))
    assert len(annotations(notices(Result(rows), ABOUT))) == 10


def test_what_needs_attention_is_at_its_line_in_the_repository():
    (blocked,) = (notice for notice in notices(one_of_each(), ABOUT) if notice.rule == "plan/blocked")
    assert blocked.place == Place("jobs/eu/more/stream.yaml", 14, 3)
    (failed,) = (notice for notice in notices(result(), ABOUT) if notice.level is Level.ERROR)
    assert (failed.place.file, failed.place.line) == ("jobs/eu/jobs.yaml", 7)
    gone = notices(Plan((change(Action.STOP, LONG),), 0), dataclasses.replace(ABOUT, folder=""))
    assert gone[0].place == Place("reconcile.yaml", 1)


def test_there_is_a_module_for_every_format_that_is_offered():
    for form in FORMATS:
        assert callable(renderer(form))
