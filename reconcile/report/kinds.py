"""The table of kinds: what guards a start, whether a stop exists, which goals and limits there are."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconcile.kinds.descriptor import Descriptor, Rate
from reconcile.report.encode import FORMAT_VERSION, json_text
from reconcile.report.layout import Cell, table
from reconcile.report.style import Look, Style
from reconcile.report.terms import NOTHING
from reconcile.report.visible import visible

_HEAD = ("KIND", "TOKEN", "STOP", "GOALS", "LIMITS")
_WIDTH = 80


def kinds_text(kinds: Iterable[Descriptor], style: Style) -> str:
    """Sorted by name, and no wider than any terminal. Ends without a newline."""
    fitted = replace(style, width=min(style.width, _WIDTH))
    return "\n".join(table(_HEAD, [_cells(kind) for kind in _sorted(kinds)], fitted))


def kinds_json(kinds: Iterable[Descriptor]) -> str:
    return json_text({"formatVersion": FORMAT_VERSION, "kinds": [_object(kind) for kind in _sorted(kinds)]})


def _sorted(kinds: Iterable[Descriptor]) -> list[Descriptor]:
    return sorted(kinds, key=lambda kind: kind.kind)


def _cells(kind: Descriptor) -> list[Cell]:
    return [
        Cell(kind.kind),
        Cell(visible(kind.start.token) or f"none: {kind.guarantee.value}"),
        Cell("yes") if kind.stop else Cell("none", Look.YELLOW),
        Cell(", ".join(_goals(kind))),
        Cell(_limits_text(kind)),
    ]


def _goals(kind: Descriptor) -> list[str]:
    """Each once, the default first."""
    return list(dict.fromkeys(rule.goal.value for rule in kind.goals))


def _limits_text(kind: Descriptor) -> str:
    """Operations of one rate stand together: `start, stop 1/s burst 25; 10 active`."""
    rates: dict[Rate, list[str]] = {}
    for name, rate in _rates(kind).items():
        if rate:
            rates.setdefault(rate, []).append(name)
    parts = [f"{', '.join(names)} {_rate_text(rate)}" for rate, names in rates.items()]
    return "; ".join([*parts, *([f"{kind.limits.active} active"] if kind.limits.active else [])]) or NOTHING


def _rates(kind: Descriptor) -> dict[str, Rate | None]:
    limits = kind.limits
    return {"start": limits.start, "stop": limits.stop if kind.stop else None, "list": limits.list, "read": limits.read}


def _rate_text(rate: Rate) -> str:
    return f"{rate.per_second:g}/s" + (f" burst {rate.burst}" if rate.burst > 1 else "")


def _object(kind: Descriptor) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "summary": kind.summary,
        "service": kind.service,
        "guarantee": kind.guarantee.value,
        "start": kind.start.operation,
        "token": kind.start.token or None,
        "stop": kind.stop.operation if kind.stop else None,
        "goals": _goals(kind),
        "limits": {name: _rate_object(rate) for name, rate in _rates(kind).items()} | {"active": kind.limits.active},
        "settleSeconds": kind.settle,
    }


def _rate_object(rate: Rate | None) -> dict[str, Any] | None:
    return {"perSecond": rate.per_second, "burst": rate.burst} if rate else None
