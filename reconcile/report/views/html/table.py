"""The table of jobs, or of problems: one group of rows each, so that a filter hides one with all that is said of it."""

from collections.abc import Iterator, Sequence

from reconcile.report.views.html.filter import filter_box
from reconcile.report.views.html.markup import Markup, cut, element, joined
from reconcile.report.views.html.subject import Badge, Item, Subject
from reconcile.report.views.html.unfold import summary, unfold

ROWS = 10_000
_WHOLE = "--report json=FILE writes all of it."
_MANY = 500  # from here on a browser lays out only the rows that are looked at


def row_id(place: int) -> str:
    """Of the item at that place: what other parts of the page lead to."""
    return f"job-{place + 1}"


def table(subject: Subject) -> Markup:
    if not subject.items:
        return element("p", subject.nothing) if subject.nothing else Markup("")
    shown = subject.items[:ROWS]
    below = unfold(shown)
    return joined(
        (*_left_out(subject, below), filter_box(shown, subject.section.lower()), _table(subject, shown, below))
    )


def badge(badge: Badge) -> Markup:
    symbol = element("span", f"{badge.symbol} ", aria_hidden="true") if badge.symbol else ""
    return element("span", symbol, badge.word, class_=f"badge {badge.look.name.lower()}")


def _left_out(subject: Subject, below: Sequence[Markup | None]) -> Iterator[Markup]:
    """Said before the table: nobody reads 10,000 rows to learn that there are more."""
    count, what = len(subject.items), subject.section.lower()
    if count > ROWS:
        yield _note(f"{count - ROWS} of {count} {what} are left out. {_WHOLE}")
    if folded := sum(more is None for more in below):
        yield _note(f"The page would be too large with all: of {folded} jobs the fields are counted only. {_WHOLE}")


def _note(text: str) -> Markup:
    return element("p", text, class_="notice yellow")


def _table(subject: Subject, items: Sequence[Item], below: Sequence[Markup | None]) -> Markup:
    """Its roles are spelled out: it is not laid out as a table, and some browsers would take it for none."""
    columns = (element("th", column, scope="col", role="columnheader") for column in subject.columns)
    return element(
        "table",
        element("caption", f"{subject.title}: {', '.join(subject.columns).lower()}", class_="unseen"),
        element("thead", element("tr", *columns, role="row"), role="rowgroup"),
        *(_group(place, item, more) for place, (item, more) in enumerate(zip(items, below, strict=True))),
        class_="jobs many" if len(items) > _MANY else "jobs",
        id="table",
        role="table",
    )


def _group(place: int, item: Item, more: Markup | None) -> Markup:
    unfolded = element("tr", element("td", more, colspan=3, role="cell"), class_="more", role="row") if more else ""
    folded = (summary(item),) if more is None else ()
    row = _row(item, (*item.facts, *folded))
    return element("tbody", row, unfolded, id=row_id(place), data_word=item.badge.word, role="rowgroup")


def _row(item: Item, facts: Sequence[str]) -> Markup:
    aside = element("span", item.aside, class_="aside") if item.aside else ""
    kind = element("bdi", cut(item.kind) + "/", class_="kind") if item.kind else ""
    name = element("bdi", cut(item.name), class_="name")
    said = element("ul", *(element("li", cut(fact)) for fact in facts), class_="facts") if facts else ""
    return element(
        "tr",
        element("td", badge(item.badge), aside, role="cell"),
        element("th", kind, Markup("<wbr>"), name, scope="row", role="rowheader"),
        element("td", cut(" ".join(item.reason.split())), said, role="cell"),
        role="row",
    )
