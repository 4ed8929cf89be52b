import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from reconcile.report.views.html import html
from tests.report.html.samples import about

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")  # its event loop must be gone before other tests begin theirs
def browser():
    """One for all tests of a module. They are skipped where there is none, but for where NEED_BROWSER is set."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None and os.environ.get("NEED_BROWSER"):
        pytest.fail("NEED_BROWSER is set, and there is no Chromium on the path: apt-get install chromium")
    if path is None:
        pytest.skip("there is no Chromium on the path: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser. Whatever it asked for or complained of is in `heard`."""

    page: Page
    heard: list[str] = field(default_factory=list)

    def unfold(self):
        self.page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")

    def axe(self, **options):
        """What axe-core finds: the rule and its element."""
        found = Axe().run(self.page, options=options or None).response["violations"]
        return [(rule["id"], rule["impact"], node["html"]) for rule in found for node in rule["nodes"]]

    def is_within_its_width(self):
        return self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def jobs(self):
        """The names in the rows that can be seen."""
        return self.page.evaluate(_VISIBLE_NAMES)


_VISIBLE_NAMES = """
  [...document.querySelectorAll('#table > tbody')]
    .filter((job) => job.checkVisibility()).map((job) => job.querySelector('.name').textContent)
"""


@pytest.fixture
def opened(browser, tmp_path) -> Callable[..., Opened]:
    """Opens a report as a person does, from a file. No page may load anything, or complain."""
    pages = []

    def open_report(report, **context):
        file = tmp_path / f"report-{len(pages)}.html"
        file.write_text(html(report, about("plan")), encoding="utf-8")
        page = Opened(browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | context).new_page())
        pages.append(page)
        page.page.on("console", lambda message: page.heard.append(f"console: {message.text}"))
        page.page.on("pageerror", lambda error: page.heard.append(f"error: {error}"))
        page.page.on(
            "request", lambda request: page.heard.append(request.url) if request.url != file.as_uri() else None
        )
        page.page.goto(file.as_uri())
        return page

    yield open_report
    heard = [line for page in pages for line in page.heard]
    for page in pages:
        page.page.context.close()
    assert heard == []
