import re
from dataclasses import replace
from datetime import timedelta

import pytest

from reconcile.errors import GuardRefused
from reconcile.model.change import FieldDiff, Plan
from reconcile.model.drift import Drift, DriftKind, Moment
from reconcile.model.problem import Problems
from reconcile.model.result import Result
from reconcile.report.formats import renderer
from reconcile.report.views.html import html, table
from reconcile.report.views.html.history import SHOWN
from tests.report.html.samples import about, drift, many, plan, result
from tests.report.values import NOW


def body(report):
    """What a report puts into its page: all but the style, the script and their digests."""
    page = html(report, about("plan"))
    return page[page.index("<body>") : page.index("<script>")]


def test_a_page_is_made_of_these_elements(golden):
    golden("plan.html", re.sub(r"(?=<(?:section|tbody|tr|li|div|details|svg|g|rect|path|desc)\b)", "\n", body(small())))


def small():
    return replace(plan(), changes=tuple(change for change in plan().changes if change.address.name == "nightly"))


@pytest.mark.parametrize("report", [plan(), result(), drift()], ids=lambda report: type(report).__name__)
def test_the_same_report_is_the_same_file(report):
    page = html(report, about("plan"))
    assert page == renderer("html")(report, about("plan"))
    assert page.endswith("</html>\n")
    assert "style=" not in page  # the page's own policy forbids it


def test_nothing_moves():
    assert not re.search("animation|transition|smooth", html(plan(), about("plan")))


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (Plan((), 4), "Nothing is to be done."),
        (Result(()), "Nothing was to be done."),
        (Result((), error=GuardRefused("The plan starts 2 jobs at once.")), "No job was touched."),
        (Drift((), 4, NOW), "Nothing drifts."),
        (Problems((), "Valid: 4 manifests."), "Nothing is wrong."),
    ],
    ids=["plan", "result", "refused", "drift", "problems"],
)
def test_an_empty_report_says_so_and_has_no_pictures(report, said):
    page = body(report)
    assert said in page
    assert "Exit code</dt><dd>1" not in page
    assert not re.search("<table|<svg|Dependencies|Attempts", page)


def test_drift_is_summed_up():
    assert "1 stopped, 1 missing, 1 changed, 1 pending (1 accepted); 205 in sync, 1 unmanaged." in body(drift())
    assert "No drift. 7 in sync." in body(Drift((), 7, NOW))


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("s3://code/a-41.py", "s3://code/a-42.py", ["41", "42"]),
        (True, False, ["true", "false"]),
        ("same and more", "same", [" and more"]),
        ("x" * 5000 + "old" + "y" * 5000, "x" * 5000 + "new" + "y" * 5000, ["old", "new"]),
        ("(sensitive)", "(sensitive)", []),
    ],
    ids=["word", "whole word", "end", "within a long word", "masked"],
)
def test_what_differs_is_marked(before, after, marked):
    changed = replace(small().changes[0], diff=(FieldDiff("spec.x", "changed", before, after),))
    page = body(Plan((changed,), 0))
    assert re.findall("<mark>(.*?)</mark>", page) == marked
    assert len(page) < 12_000


def test_a_large_page_says_what_it_leaves_out_and_where_that_is(monkeypatch):
    monkeypatch.setattr(table, "ROWS", 400)
    page = body(many(500, diff=plan().changes[4].diff * 4))
    assert page.count("<tbody id=") == 400
    assert "100 of 500 jobs are left out. --report json=FILE writes all of it." in page
    folded = re.search(r"of (\d+) jobs the fields are counted only. --report json=FILE writes all of it.", page)
    assert folded
    assert page.count("<li>20 fields differ</li>") == int(folded[1]) == 400 - page.count("<details>") > 0


def test_what_earlier_looks_have_counted_is_drawn_and_told():
    counts = ({DriftKind.STOPPED: 1}, {}, {DriftKind.STOPPED: 2, DriftKind.FAILED: 1})
    moments = tuple(Moment(NOW + timedelta(days=day), count) for day, count in enumerate(counts))
    page = body(Drift((), 7, NOW, over_time=moments))
    assert "at each of the latest 3 looks, oldest first: 3 at the last one, 3 at most." in page
    heights = [float(height) for height in re.findall(r'height="([\d.]+)" class="part \w+"><title', page)]
    assert heights == [32, 2, 64, 32]  # one stopped; nothing, as a line; two stopped and one failed
    assert "History" not in body(Drift((), 7, NOW, over_time=moments[:1]))


def test_of_a_long_history_the_latest_looks_are_shown():
    moments = tuple(Moment(NOW + timedelta(hours=hour), {DriftKind.FAILED: hour}) for hour in range(500))
    page = body(Drift((), 7, NOW, over_time=moments))
    assert page.count('class="part red"><title') == SHOWN
    assert "499 at the last one, 499 at most" in page
