"""Field differences side by side, the part that differs marked."""

from collections.abc import Iterator, Sequence

from reconcile.model.change import FieldDiff
from reconcile.report.terms import value_text
from reconcile.report.views.html.markup import Markup, cut, element, joined, safe

_AROUND = 160  # characters that are shown before and after what differs
_LONGEST_WORD = 40  # what differs is marked by whole words, unless they are longer
_EMPTY = element("span", "not set", class_="quiet")


def diff_table(diffs: Sequence[FieldDiff], of: str) -> Markup:
    """`of`: whose fields they are, for people who cannot see what stands above."""
    head = element("tr", element("th", "Before", scope="col"), element("th", "After", scope="col"))
    return element(
        "table",
        element("caption", f"Fields of {of} that differ", class_="unseen"),
        element("thead", head),
        *(element("tbody", joined(_rows(diff))) for diff in diffs),
        class_="diff",
    )


def _rows(diff: FieldDiff) -> Iterator[Markup]:
    before, after = _sides(diff)
    name = element("bdi", cut(diff.path))
    yield element("tr", element("th", name, " ", _word(diff.change), colspan=2, scope="rowgroup"))
    yield element("tr", element("td", before, class_="before"), element("td", after, class_="after"))


def _word(change: str) -> Markup:
    return element("span", change, class_="quiet")


def _sides(diff: FieldDiff) -> tuple[Markup, Markup]:
    match diff.change:
        case "added":
            return _EMPTY, _value(cut(value_text(diff.after)))
        case "removed":
            return _value(cut(value_text(diff.before))), _EMPTY
        case "changed":
            before, after = value_text(diff.before), value_text(diff.after)
            start, end = _alike(before, after)
            return _marked(before, start, end), _marked(after, start, end)


def _alike(before: str, after: str) -> tuple[int, int]:
    """How many characters both begin and end with, short of the words that differ."""
    start = _same(before, after)
    return start, _same(before[start:][::-1], after[start:][::-1])


def _same(one: str, other: str) -> int:
    differ = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    same = next(differ, min(len(one), len(other)))
    begin = same
    if any(text[same : same + 1].isalnum() for text in (one, other)):  # they part within a word
        while begin and one[begin - 1].isalnum():
            begin -= 1
    return begin if same - begin <= _LONGEST_WORD else same


def _marked(text: str, start: int, end: int) -> Markup:
    """The text with all but `start` and `end` characters marked; what is alike is cut to what is near."""
    before, differs, after = text[:start], text[start : len(text) - end], text[len(text) - end :]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    mark = element("mark", cut(differs)) if differs else Markup("")
    return _value(joined((safe(before), mark, safe(cut(after, _AROUND)))))


def _value(text: str) -> Markup:
    return element("code", text)
