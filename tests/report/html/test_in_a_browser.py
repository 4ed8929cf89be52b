"""What people meet: every page here is opened in a real browser, from a file."""

import pytest

from tests.report.html import samples
from tests.report.html.hostile import HOSTILE_REPORTS
from tests.report.values import problems

REPORTS = {"plan": samples.plan(), "result": samples.result(), "drift": samples.drift(), "problems": problems()}


@pytest.mark.parametrize("report", REPORTS)
def test_axe_finds_nothing_in_light_or_dark(opened, report):
    page = opened(REPORTS[report])
    page.unfold()
    assert page.axe() == []
    page.page.emulate_media(color_scheme="dark")
    assert page.axe(runOnly=["color-contrast"]) == []


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("reports", [REPORTS, HOSTILE_REPORTS], ids=["usual", "hostile"])
def test_a_phone_scrolls_down_only(opened, reports, report):
    page = opened(reports[report], viewport={"width": 320, "height": 640})
    page.unfold()
    assert page.is_within_its_width()


def test_a_table_stays_a_table_on_a_phone(opened):
    page = opened(samples.plan(), viewport={"width": 320, "height": 640})
    roles = page.page.context.new_cdp_session(page.page).send("Accessibility.getFullAXTree")["nodes"]
    shown = [node["role"]["value"] for node in roles if not node["ignored"]]
    assert shown.count("table") == 2
    assert shown.count("rowheader") >= len(samples.plan().changes)


def test_the_dark_page_is_dark(opened):
    page = opened(samples.plan(), color_scheme="dark").page
    assert brightness(page, "background-color") < 40 < 200 < brightness(page, "color")
    page.emulate_media(color_scheme="light")
    assert brightness(page, "color") < 40 < 200 < brightness(page, "background-color")


def brightness(page, colour):
    values = page.evaluate(f"getComputedStyle(document.body).getPropertyValue('{colour}').match(/[0-9]+/g).map(Number)")
    return sum(values) / len(values)


def test_jobs_are_found_by_their_text_and_by_what_is_to_be_done(opened):
    page = opened(samples.plan())
    everything = page.jobs()
    assert len(everything) == len(samples.plan().changes)

    page.page.get_by_label("Filter", exact=True).fill("INVOICES etl")
    assert page.jobs() == ["invoices", "invoices"]
    page.page.get_by_label("Filter", exact=True).fill("nightly-42.py")  # it stands in a difference
    assert page.jobs() == ["nightly"]
    assert page.page.get_by_role("status").inner_text() == f"1 of {len(everything)} jobs shown"
    page.page.get_by_label("Filter", exact=True).press("Escape")
    assert page.jobs() == everything

    page.page.get_by_label("Show").select_option("start")
    assert page.jobs() == ["prepare", "likely-readers"]
    page.page.get_by_label("Filter", exact=True).fill("readers")
    assert page.jobs() == ["likely-readers"]
    page.page.get_by_role("link", name="nightly").last.click()
    assert page.jobs() == everything


def test_without_javascript_everything_is_there(opened):
    page = opened(samples.plan(), java_script_enabled=False)
    assert page.jobs() == [change.address.name for change in samples.plan().changes]
    assert not page.page.locator("#filter").is_visible()
    page.page.get_by_text("The attempts as a table").click()
    assert page.page.get_by_role("region", name="Table of attempts").get_by_role("row").count() == 12
    page.page.get_by_text("The dependencies as a list").click()
    needs = page.page.get_by_role("listitem").filter(has_text="EMRServerlessJobRun/nightly needs")
    assert needs.inner_text() == "EMRServerlessJobRun/nightly needs EMRServerlessJobRun/load"
    assert page.page.get_by_role("cell", name='"s3://examples-code/nightly-42.py"').is_visible()


def test_all_that_can_be_used_is_reached_by_keyboard(opened):
    page = opened(samples.drift()).page
    reached = []
    while (focused := page.evaluate(FOCUSED)) not in reached[:1]:
        reached.append(focused)
        page.keyboard.press("Tab")
    reached = [focus for focus in reached if focus]
    assert reached[:6] == ["Skip to the jobs", "Jobs", "Dependencies", "Attempts", "History", "text"]
    for stop in ("word", "Manifest that would declare it: adhoc-backfill", "Pictures of dependencies", "nightly"):
        assert stop in reached
    page.get_by_text("Manifest that would declare it").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("kind: EMRServerlessJobRun").is_visible()


FOCUSED = """(() => {
  const focused = document.activeElement;
  return focused === document.body ? "" : focused.id || focused.ariaLabel || focused.textContent;
})()"""


def test_a_screen_reader_is_told_what_the_pictures_show(opened):
    page = opened(samples.plan()).page
    picture = page.get_by_role("img", name="Dependencies of 4 jobs")
    told = picture.get_attribute("aria-describedby")
    assert "EMRServerlessJobRun/prepare" in page.locator(f"#{told}").text_content()
    lane = page.get_by_role("img", name="EMRServerlessJobRun/nightly: attempt 1 failed, started 2026-11-20 18:04:05Z")
    assert "attempt 4 running" in lane.locator("title").first.text_content()


@pytest.mark.parametrize("report", HOSTILE_REPORTS)
def test_hostile_text_is_only_text(opened, report):
    page = opened(HOSTILE_REPORTS[report])
    assert page.page.evaluate("document.title + typeof window.hacked").endswith("undefined")
    assert page.page.locator("script").count() == 1
    assert page.page.locator("img, iframe, b, form, base").count() == 0
    assert page.page.get_by_text("<b>bold</b>").count()


def test_what_slips_into_a_page_is_not_run(opened):
    """Even markup that a renderer forgot to escape would meet the page's own policy."""
    page = opened(samples.plan())
    page.page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.hacked = true';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<b onclick="window.hacked = true" style="color: red">x</b>');
        document.querySelector('body > b').click();
    }""")
    assert page.page.evaluate("typeof window.hacked") == "undefined"
    assert page.heard
    assert all("Content Security Policy" in line for line in page.heard)
    page.heard.clear()


def test_ten_thousand_changes_open(opened):
    runs, diff = samples.NIGHTLY_RUNS, samples.DIFF
    page = opened(samples.many(10_000, runs=runs, needs=lambda place: [place - 1] if place % 5 else [], diff=diff))
    assert page.page.locator("#table > tbody").count() == 10_000
    page.page.locator("#text").fill("job-09999")
    assert page.jobs() == ["job-09999"]
    assert (
        "the fields are counted only. --report json=FILE writes all of it."
        in page.page.locator("p.notice").inner_text()
    )
