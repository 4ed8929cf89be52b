"""The page around its parts: head, summary, notices, and what may be loaded, which is nothing."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path

from reconcile.report.about import About
from reconcile.report.terms import shard_words, time_text
from reconcile.report.views.html.graph.section import graph
from reconcile.report.views.html.history import history
from reconcile.report.views.html.markup import Markup, cut, element
from reconcile.report.views.html.subject import Notice, Subject, Tile
from reconcile.report.views.html.table import badge, table
from reconcile.report.views.html.timeline import timeline


def page(subject: Subject, about: About) -> str:
    return f"<!DOCTYPE html>\n{element('html', _head(subject, about), _body(subject, about), lang='en')}"


def _head(subject: Subject, about: About) -> Markup:
    style = _file("page.css")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy()),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{subject.title} of {about.project}{shard_words(subject.shard)}"),
        element("link", rel="icon", href="data:,"),  # else some browsers ask the server for one
        element("style", style),
    )


def _body(subject: Subject, about: About) -> Markup:
    parts = {
        subject.section: table(subject),
        "Dependencies": graph(subject.items),
        "Attempts": timeline(subject.items, about.at),
        "History": history(subject.moments),
    }
    shown = {title: part for title, part in parts.items() if part}
    return element(
        "body",
        *_skip(shown),
        element("header", *_summary(subject, about), _contents(shown)),
        element("main", *_notices(subject), *(_section(title, part) for title, part in shown.items())),
        element("footer", element("p", f"Made by reconcile {about.version}. This page loads nothing from anywhere.")),
        element("script", _file("page.js")),
    )


def _skip(titles: Iterable[str]) -> Iterator[Markup]:
    """To the first section, past all that is said of the whole."""
    for title in islice(titles, 1):
        yield element("a", f"Skip to the {title.lower()}", href=f"#{title.lower()}", class_="skip")


def _summary(subject: Subject, about: About) -> Iterator[Markup]:
    yield element("h1", f"{subject.title} of ", element("bdi", cut(about.project)), shard_words(subject.shard))
    yield element("p", subject.summary, class_="summary")
    yield element("ul", *map(_tile, subject.tiles), class_="tiles", aria_label="Counts")
    facts = (("Made", time_text(about.at)), ("Command", about.command), ("Folder", about.folder), *subject.facts)
    yield element("dl", *(_fact(name, cut(value)) for name, value in facts if value), class_="about")


def _contents(titles: Iterable[str]) -> Markup:
    links = (element("li", element("a", title, href=f"#{title.lower()}")) for title in titles)
    return element("nav", element("ul", *links), aria_label="On this page")


def _section(title: str, part: Markup) -> Markup:
    name = title.lower()
    return element("section", element("h2", title, id=name), part, aria_labelledby=name)


def _tile(tile: Tile) -> Markup:
    return element(
        "li", element("strong", str(tile.count)), " ", badge(tile.badge), class_="" if tile.count else "none"
    )


def _fact(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _notices(subject: Subject) -> Iterator[Markup]:
    if subject.notices:
        yield element("section", *map(_notice, subject.notices), aria_label="Notices")


def _notice(notice: Notice) -> Markup:
    lines = (element("li", cut(line)) for line in notice.more)
    more = element("ul", *lines) if notice.more else ""
    return element("div", element("p", cut(notice.text)), more, class_=f"notice {notice.look.name.lower()}")


def _policy() -> str:
    """Nothing may be loaded, and of scripts and styles only ours may run, whatever else finds its way into a page."""
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src '{_digest(_file('page.css'))}'",
            f"script-src '{_digest(_file('page.js'))}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _file(name: str) -> Markup:
    """Ours, and put into the page as it is."""
    return Markup((Path(__file__).parent / name).read_text(encoding="utf-8"))
