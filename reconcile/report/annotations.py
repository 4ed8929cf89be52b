"""Annotations of GitHub Actions: lines of a log that GitHub shows beside a file's lines."""

from collections import Counter
from collections.abc import Iterable

from reconcile.report.attention import Level, Notice
from reconcile.report.visible import visible

_SHOWN = 10  # of each level; GitHub shows no more of a step
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def annotations(found: Iterable[Notice]) -> list[str]:
    """One line each: `::error file=jobs.yaml,line=7,title=…::…`. What is accepted is left out."""
    told: Counter[Level] = Counter()
    lines = []
    for notice in found:
        told[notice.level] += not notice.excuse
        if not notice.excuse and told[notice.level] <= _SHOWN:
            lines.append(_line(notice))
    return lines


def _line(notice: Notice) -> str:
    place = notice.place
    properties = {"file": place.file, "line": place.line, "col": place.column, "title": notice.name}
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items() if value)
    return f"::{_COMMANDS[notice.level]} {listed}::{_data(visible(notice.message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
