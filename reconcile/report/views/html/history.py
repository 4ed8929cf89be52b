"""How many jobs drifted at each of the latest looks: stacked bars, and a table for whoever cannot see them."""

from collections.abc import Iterator, Sequence

from reconcile.model.drift import DriftKind, Moment
from reconcile.report.drift_text import DRIFT_LOOKS
from reconcile.report.terms import time_text
from reconcile.report.views.html.markup import Markup, element, joined

SHOWN = 120  # looks; a bar for each
_HEIGHT = 96  # pixels of the highest bar
_KINDS = tuple(kind for kind in DriftKind if kind.is_drift)


def history(moments: Sequence[Moment]) -> Markup:
    """Nothing where there is no more than the present look."""
    if len(moments) < 2:
        return Markup("")
    shown = moments[-SHOWN:]
    most = max(1, *map(_drifting, shown))
    told = (
        f"Jobs that drifted, accepted ones included, at each of the latest {len(shown)} looks, oldest first: "
        f"{_drifting(shown[-1])} at the last one, {most if any(map(_drifting, shown)) else 0} at most."
    )
    bars = joined(bar for place, moment in enumerate(shown) for bar in _bars(place, moment, len(shown), most))
    return joined(
        (
            element("p", told),
            element("ul", *(element("li", _swatch(kind), f" {kind.value}") for kind in _seen(shown)), class_="legend"),
            element("svg", element("title", told), bars, role="img", class_="looks"),
            element("div", *(element("span", time_text(at)) for at in (shown[0].at, shown[-1].at)), class_="ruler"),
            _table(shown),
        )
    )


def _drifting(moment: Moment) -> int:
    return sum(moment.counts.get(kind, 0) for kind in _KINDS)


def _seen(moments: Sequence[Moment]) -> list[DriftKind]:
    return [kind for kind in _KINDS if any(moment.counts.get(kind) for moment in moments)]


def _bars(place: int, moment: Moment, looks: int, most: int) -> Iterator[Markup]:
    """One on the other, the kinds in their order from below. Where nothing drifted there is a thin line."""
    x, width = f"{100 * place / looks:.2f}%", f"{80 / looks:.2f}%"
    top = float(_HEIGHT)
    for kind in _KINDS:
        count = moment.counts.get(kind, 0)
        height = _HEIGHT * count / most
        top -= height
        if count:
            title = element("title", f"{time_text(moment.at)}: {count} {kind.value}")
            yield element("rect", title, x=x, y=f"{top:.1f}", width=width, height=f"{height:.1f}", class_=_look(kind))
    if not _drifting(moment):
        title = element("title", f"{time_text(moment.at)}: nothing")
        yield element("rect", title, x=x, y=_HEIGHT - 2, width=width, height=2, class_="part dim")


def _swatch(kind: DriftKind) -> Markup:
    return element(
        "svg", element("rect", width=12, height=12, class_=_look(kind)), width=14, height=12, aria_hidden="true"
    )


def _look(kind: DriftKind) -> str:
    return f"part {DRIFT_LOOKS[kind].name.lower()}"


def _table(moments: Sequence[Moment]) -> Markup:
    kinds = _seen(moments)
    head = element("tr", *(element("th", word, scope="col") for word in ("Look", *(kind.value for kind in kinds))))
    rows = (
        element(
            "tr",
            element("th", time_text(moment.at), scope="row"),
            *(element("td", str(moment.counts.get(kind, 0))) for kind in kinds),
        )
        for moment in reversed(moments)
    )
    caption = element("caption", "Looks, the newest first", class_="unseen")
    whole = element("table", caption, element("thead", head), element("tbody", *rows), class_="attempts")
    region = element("div", whole, class_="wide", tabindex=0, role="region", aria_label="Table of looks")
    return element("details", element("summary", "The looks as a table"), region)
