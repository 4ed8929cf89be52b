"""The history of drift as lines of JSON: one a look. A line that is damaged is named and skipped, never mended."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from reconcile.model.drift import DriftKind
from reconcile.model.drift_history import Look
from reconcile.report.encode import json_compact

_VERSION = 1


class Source(NamedTuple):
    """A file or an object: its name as people know it, and what is in it."""

    name: str
    content: bytes


class Remembered(NamedTuple):
    looks: tuple[Look, ...]  # of one project, environment and shard, oldest first
    warnings: tuple[str, ...]


def line_of(look: Look) -> bytes:
    """Ends with a line break."""
    members = {
        "version": _VERSION,
        "run": look.run,
        "project": look.project,
        "environment": look.environment,
        "at": look.at.isoformat(),
        "unmanaged": look.unmanaged,
        "counts": {kind.value: count for kind, count in look.counts.items()},
        "found": {key: kind.value for key, kind in look.found.items()},
    }
    if look.shard:
        members["shard"] = look.shard
    if look.about is not None:
        members["about"] = sorted(look.about)
    return json_compact(members).encode() + b"\n"


def remembered(sources: Iterable[Source], project: str, environment: str, shard: str = "") -> Remembered:
    """Other projects and other shards may share the file; a run that was written twice counts once."""
    looks: dict[str, Look] = {}
    warnings: list[str] = []
    for source in sources:
        for number, line in enumerate(source.content.split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                look = _look(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                warnings.append(f"{source.name}:{number}: this line of the history cannot be read, and is skipped")
                continue
            if (look.project, look.environment, look.shard) == (project, environment, shard):
                looks[look.run] = look
    return Remembered(tuple(sorted(looks.values(), key=lambda look: look.at)), tuple(warnings))


def _look(members: Any) -> Look:
    """Raises ValueError, TypeError or KeyError for what no line of ours says."""
    if members["version"] != _VERSION:
        raise ValueError(members["version"])
    at = datetime.fromisoformat(_text(members["at"]))
    if at.tzinfo is None:
        raise ValueError(at)
    about = members.get("about")
    return Look(
        _text(members["run"]),
        _text(members["project"]),
        _text(members["environment"]),
        at,
        {str(key): DriftKind(kind) for key, kind in members["found"].items()},
        {DriftKind(kind): int(count) for kind, count in members["counts"].items()},
        None if about is None else frozenset(map(_text, about)),
        members["unmanaged"] is True,
        _text(members.get("shard", "")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
