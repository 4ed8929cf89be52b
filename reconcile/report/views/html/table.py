"""The table of jobs: one group of rows each, so that a filter hides a job with all that is said of it."""

from collections.abc import Iterator, Sequence

from reconcile.report.views.html.diff import diff_table
from reconcile.report.views.html.filter import filter_box
from reconcile.report.views.html.markup import Markup, cut, element, joined, lines
from reconcile.report.views.html.subject import Badge, Item, Subject

ROWS = 10_000
UNFOLDED = 3_000_000  # characters of markup below the rows, all in all: a browser opens such a page within seconds
_OPEN = 12  # fields of a report so small that nothing needs to be folded


def row_id(place: int) -> str:
    """Of the item at that place: what other parts of the page lead to."""
    return f"job-{place + 1}"


def table(subject: Subject, whole: str) -> Markup:
    """`whole`: what is said after what had to be left out."""
    if not subject.items:
        return element("p", subject.nothing)
    shown = subject.items[:ROWS]
    head = (element("th", column, scope="col") for column in subject.columns)
    return joined(
        (
            filter_box(shown),
            element(
                "table",
                element("caption", f"{subject.title}: {', '.join(subject.columns).lower()}", class_="unseen"),
                element("thead", element("tr", *head)),
                *_groups(shown, whole),
                class_="jobs",
                id="jobs",
            ),
            *_left_out(len(subject.items), whole),
        )
    )


def _groups(items: Sequence[Item], whole: str) -> Iterator[Markup]:
    room = UNFOLDED
    unfolded = sum(len(item.diff) for item in items) <= _OPEN
    for place, item in enumerate(items):
        more = _more(item, unfolded=unfolded)
        room -= len(more)
        if room < 0 and more:
            more = element("p", f"{_sum(item)} left out: the page would be too large. {whole}", class_="quiet")
        rows = (_row(item), *([element("tr", element("td", more, colspan=3), class_="more")] if more else []))
        yield element("tbody", *rows, id=row_id(place), data_word=item.badge.word)


def _row(item: Item) -> Markup:
    aside = element("span", item.aside, class_="aside") if item.aside else Markup("")
    kind = element("bdi", cut(item.kind) + "/", class_="kind")
    name = element("bdi", cut(item.name), class_="name")
    facts = (element("li", cut(fact)) for fact in item.facts)
    return element(
        "tr",
        element("td", badge(item.badge), aside),
        element("th", kind, Markup("<wbr>"), name, scope="row"),
        element("td", cut(" ".join(item.reason.split())), element("ul", *facts, class_="facts") if item.facts else ""),
    )


def badge(badge: Badge) -> Markup:
    symbol = element("span", badge.symbol, aria_hidden="true") if badge.symbol else ""
    return element(
        "span", symbol, f" {badge.word}" if symbol else badge.word, class_=f"badge {badge.look.name.lower()}"
    )


def _more(item: Item, *, unfolded: bool) -> Markup:
    parts = []
    if item.diff:
        summary = element("summary", _sum(item), element("span", f" of {item.name}", class_="unseen"))
        parts.append(element("details", summary, diff_table(item.diff, item.name), open=unfolded))
    if item.manifest:
        summary = element(
            "summary", "Manifest that would declare it", element("span", f": {item.name}", class_="unseen")
        )

        parts.append(element("details", summary, element("pre", lines(cut(item.manifest)))))
    return joined(parts)


def _sum(item: Item) -> str:
    if not item.diff:
        return "Its manifest"
    return "1 field differs" if len(item.diff) == 1 else f"{len(item.diff)} fields differ"


def _left_out(count: int, whole: str) -> Iterator[Markup]:
    if count > ROWS:
        yield element("p", f"{count - ROWS} more of {count} jobs are left out. {whole}", class_="notice yellow")
