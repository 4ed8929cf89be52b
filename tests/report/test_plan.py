import dataclasses
import json
import re

import pytest

from reconcile.model.change import Action, FieldDiff, Plan
from reconcile.report.plan_json import plan_json
from reconcile.report.plan_text import plan_text, summary_line
from reconcile.report.style import Style
from tests.report.values import LONG, change, one_of_each

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [80, 140])
def test_a_plan_reads_well(golden, width):
    golden(f"plan-{width}.txt", plan_text(one_of_each(), Style(width=width)))


@pytest.mark.parametrize("width", [40, 80, 140])
def test_only_words_that_cannot_be_broken_pass_the_width(width):
    for line in plan_text(one_of_each(), Style(width=width)).splitlines():
        assert len(line) <= width or len(line.split()) <= 4


def test_colours_change_nothing_but_colours():
    plain, coloured = (plan_text(one_of_each(), Style(ansi=ansi, width=80)) for ansi in (False, True))
    assert plain != coloured
    assert ANSI.sub("", coloured) == plain
    assert "\x1b" not in plain


def test_json_has_exactly_the_promised_shape(golden):
    golden("plan.json", plan_json(one_of_each()))


def test_json_of_an_empty_plan_has_every_count():
    assert json.loads(plan_json(Plan((), unchanged=3))) == {
        "formatVersion": "1.0",
        "summary": dict.fromkeys(["start", "stop", "replace", "resume", "adopt", "forget", "wait", "blocked"], 0)
        | {"none": 3},
        "changes": [],
    }


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (Plan((), 0), "No changes. There are no jobs."),
        (Plan((), 1), "No changes. 1 job is as declared."),
        (Plan((), 40), "No changes. All 40 jobs are as declared."),
        (Plan((change(Action.START), change(Action.WAIT, LONG)), 0), "Plan: 1 to start, 1 waiting; 0 unchanged."),
        (
            one_of_each(),
            "Plan: 4 to start, 1 to stop, 1 to replace, 1 to resume, 1 to adopt, 1 to forget, 1 waiting, 1 blocked; "
            "40 unchanged.",
        ),
    ],
)
def test_the_last_line_counts_what_there_is(plan, line):
    assert summary_line(plan) == line
    assert line in plan_text(plan, Style()).splitlines()


def test_a_partial_plan_says_so_even_when_it_is_empty():
    for plan in (one_of_each(), Plan((), 1)):
        assert "Partial plan" not in plan_text(plan, Style())
        assert "Partial plan" in plan_text(dataclasses.replace(plan, partial=True), Style())


def test_nothing_that_a_cloud_or_a_manifest_says_reaches_the_terminal_as_a_command():
    evil = "\x1b[2J\x9b31m\u202e\r\x07 \ud800 end"
    plan = Plan(
        (change(Action.REPLACE, reason=evil, diff=(FieldDiff(f"spec.{evil}", "changed", evil, {evil: evil}),)),), 0
    )
    for text in (plan_text(plan, Style()), plan_json(plan)):
        assert all(char.isprintable() or char == "\n" for char in text)
        assert "end" in text
    assert "\\x1b[2J" in plan_text(plan, Style())


def test_long_values_are_shown_where_they_part():
    before, after = "x" * 5000 + "old" + "y" * 5000, "x" * 5000 + "new" + "y" * 5000
    plan = Plan((change(Action.REPLACE, diff=(FieldDiff("spec.policy", "changed", before, after),)),), 0)
    text = plan_text(plan, Style(width=80))
    assert "old" in text
    assert "new" in text
    assert len(text) < 1500


def test_that_a_masked_value_differs_is_told_and_no_more():
    masked = FieldDiff("spec.query", "changed", "(sensitive)", "(sensitive)")
    changed = dataclasses.replace(change(Action.REPLACE), diff=(masked,))
    text = plan_text(Plan((changed,), 0), Style(width=140))
    assert '~ spec.query: "(sensitive)", changed' in text
