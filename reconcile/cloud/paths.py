"""Reads replies by the dotted paths of descriptors. Total: what is not there, or of another type, is nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reconcile.model.job import ExternalId


def read(document: Any, path: str) -> Any:
    """What is at `path` (`jobRun.state`); the document itself at "", None where there is nothing."""
    for part in path.split(".") if path else ():
        document = document.get(part) if isinstance(document, Mapping) else None
    return document


def read_text(document: Any, path: str) -> str:
    """A string or a number at `path` as text. "" where the path is "": a descriptor says so of what is not shown."""
    value = read(document, path) if path else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def read_time(document: Any, path: str) -> datetime | None:
    """A time at `path`, in UTC: a datetime, ISO text, or a number of milliseconds since 1970."""
    value = read(document, path) if path else None
    try:
        match value:
            case datetime():
                time = value
            case int() | float() if value > 0:
                time = datetime.fromtimestamp(value / 1000, UTC)
            case str():
                time = datetime.fromisoformat(value)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def identity(parts: Mapping[str, str], *, given: Any, reply: Any = None) -> ExternalId | None:
    """A job's id by a descriptor's `id`: from the spec it was started with and the reply; None where a part lacks."""
    sources = {"input": given, "output": reply}
    found = {part: _from(sources, path) for part, path in parts.items()}
    return found if all(found.values()) else None


def _from(sources: Mapping[str, Any], path: str) -> str:
    source, _, rest = path.partition(".")
    return read_text(sources.get(source), rest)
