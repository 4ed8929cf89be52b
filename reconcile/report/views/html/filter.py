"""The filter above the table. The page's script shows it, because it does nothing without one."""

from collections import Counter
from collections.abc import Sequence

from reconcile.report.views.html.markup import Markup, element
from reconcile.report.views.html.subject import Item


def filter_box(items: Sequence[Item], what: str) -> Markup:
    """`what` the items are: jobs."""
    counted = Counter(item.badge.word for item in items)
    words = (element("option", f"{word} ({count})", value=word) for word, count in counted.items())
    return element(
        "div",
        element(
            "p",
            element("label", "Filter", for_="text"),
            element("input", id="text", type="search", autocomplete="off", spellcheck="false"),
        ),
        element(
            "p",
            element("label", "Show", for_="word"),
            element("select", element("option", f"all ({len(items)})", value=""), *words, id="word"),
        ),
        element("p", "", id="shown", role="status", data_what=what),
        class_="filter",
        id="filter",
        role="search",
        aria_label=f"Filter the {what}",
        hidden=True,
    )
