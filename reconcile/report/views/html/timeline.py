"""The attempts of each job as bars over one axis of time, and as a table for whoever cannot see them."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import nlargest

from reconcile.model.phase import Phase
from reconcile.model.record import Attempt
from reconcile.report.looks import PHASE_LOOKS
from reconcile.report.terms import NOTHING, age_text, id_text, time_text
from reconcile.report.views.html.markup import Markup, cut, element, joined
from reconcile.report.views.html.subject import Item
from reconcile.report.views.html.table import row_id

LANES = 100
_HOLLOW = frozenset({Phase.STOPPED, Phase.MISSING, Phase.UNKNOWN, Phase.PENDING})  # their bars are hollow
_SHORT = timedelta(minutes=10)  # an axis so short is labelled in seconds
_NUMBERED = 6.0  # percent of the axis from which on a bar has room for its number


@dataclass(frozen=True, slots=True)
class _Axis:
    begin: datetime
    end: datetime

    def percent(self, at: datetime) -> float:
        return 100 * (at - self.begin) / (self.end - self.begin)


def timeline(items: Sequence[Item], now: datetime) -> Markup:
    """Nothing where nothing has been started."""
    places = [place for place, item in enumerate(items) if any(attempt.started_at for attempt in item.attempts)]
    if not places:
        return Markup("")
    shown = sorted(nlargest(LANES, places, key=lambda place: len(items[place].attempts)))
    axis = _axis([attempt for place in shown for attempt in items[place].attempts], now)
    note = f" Shown are the {LANES} of {len(places)} jobs with the most attempts." if len(places) > LANES else ""
    return joined(
        (
            element("p", f"When each attempt ran, in UTC. A bar that reaches the end of the axis runs on.{note}"),
            _legend({attempt.phase for place in shown for attempt in items[place].attempts if attempt.started_at}),
            _STRIPES,
            element("div", *(_lane(items[place], place, axis) for place in shown), _ruler(axis), class_="lanes"),
            _table([items[place] for place in shown]),
        )
    )


def _axis(attempts: Sequence[Attempt], now: datetime) -> _Axis:
    started = [attempt.started_at for attempt in attempts if attempt.started_at]
    ended = [attempt.ended_at for attempt in attempts if attempt.ended_at]
    begin = min(started)
    return _Axis(begin, max(*started, *ended, now, begin + timedelta(seconds=1)))


def _legend(seen: Set[Phase]) -> Markup:
    entries = (element("li", _swatch(phase), f" {phase.value}") for phase in Phase if phase in seen)
    return element("ul", *entries, class_="legend")


def _swatch(phase: Phase) -> Markup:
    bar = element("rect", x=1, y=1, width=18, height=12, rx=2, class_=_look(phase))
    return element("svg", bar, width=20, height=14, aria_hidden="true")


def _lane(item: Item, place: int, axis: _Axis) -> Markup:
    runs = [attempt for attempt in item.attempts if attempt.started_at]
    told = "; ".join(_told(attempt, axis) for attempt in runs)
    bars = joined(bar for attempt in runs for bar in _bar(attempt, axis))
    return element(
        "div",
        element("a", cut(item.name), href=f"#{row_id(place)}"),
        element("svg", element("title", f"{item.kind}/{item.name}: {told}"), bars, role="img", class_="lane"),
    )


def _bar(attempt: Attempt, axis: _Axis) -> Iterator[Markup]:
    assert attempt.started_at is not None
    x = axis.percent(attempt.started_at)
    width = axis.percent(_end(attempt, axis)) - x
    # A bar is never thinner than its outline, however short the attempt was.
    look = _look(attempt.phase)
    title = element("title", _told(attempt, axis))
    yield element("rect", title, x=f"{x:.2f}%", y=4, width=f"{width:.2f}%", height=16, class_=look)
    if width >= _NUMBERED:
        yield element("text", str(attempt.attempt), x=f"{x + width / 2:.2f}%", y=16, class_=look)


def _end(attempt: Attempt, axis: _Axis) -> datetime:
    """When the end of an attempt is not known, its bar is only a mark."""
    if attempt.ended_at:
        return attempt.ended_at
    assert attempt.started_at is not None
    return axis.end if attempt.phase.is_live else attempt.started_at


def _told(attempt: Attempt, axis: _Axis) -> str:
    took = age_text(attempt.started_at, _end(attempt, axis)) if attempt.ended_at or attempt.phase.is_live else NOTHING
    words = f"attempt {attempt.attempt} {attempt.phase.value}, started {time_text(attempt.started_at)}"
    return words if took == NOTHING else f"{words}, {'for' if attempt.phase.is_live else 'took'} {took}"


def _ruler(axis: _Axis) -> Markup:
    middle = axis.begin + (axis.end - axis.begin) / 2
    form = "%Y-%m-%d %H:%M" if axis.end - axis.begin > _SHORT else "%Y-%m-%d %H:%M:%S"
    times = (element("span", at.astimezone(UTC).strftime(form)) for at in (axis.begin, middle, axis.end))
    return element("div", *times, class_="ruler", aria_hidden="true")


def _table(items: Sequence[Item]) -> Markup:
    columns = ("Job", "Attempt", "Phase", "Started", "Took", "Id")
    head = element("tr", *(element("th", column, scope="col") for column in columns))
    rows = (_row(item, attempt) for item in items for attempt in reversed(item.attempts))
    caption = element("caption", "Attempts, the newest of each job first", class_="unseen")
    whole = element("table", caption, element("thead", head), element("tbody", *rows), class_="attempts")
    summary = element("summary", "The attempts as a table")
    region = element("div", whole, class_="wide", tabindex=0, role="region", aria_label="Table of attempts")
    return element("details", summary, region)


def _row(item: Item, attempt: Attempt) -> Markup:
    status = f" ({cut(attempt.status)})" if attempt.status else ""
    return element(
        "tr",
        element("th", cut(f"{item.kind}/{item.name}"), scope="row"),
        element("td", str(attempt.attempt)),
        element("td", f"{attempt.phase.value}{status}"),
        element("td", time_text(attempt.started_at)),
        element("td", age_text(attempt.started_at, attempt.ended_at) if attempt.ended_at else NOTHING),
        element("td", cut(id_text(attempt.external_id))),
    )


def _look(phase: Phase) -> str:
    """Told by more than the colour: what failed is striped, and what ended neither well nor badly is hollow."""
    shape = " striped" if phase is Phase.FAILED else " hollow" if phase in _HOLLOW else ""
    return f"bar {PHASE_LOOKS[phase].name.lower()}{shape}"


_STRIPES = element(
    "svg",
    element(
        "pattern",
        element("rect", width=6, height=6, class_="ground"),
        element("rect", width=3, height=6, class_="stripe"),
        id="stripes",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    ),
    width=0,
    height=0,
    aria_hidden="true",
    class_="unseen",
)
