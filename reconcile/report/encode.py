"""JSON as every `--json` prints it: indented, fields in the order of the contract, times in UTC."""

import json
from datetime import UTC, datetime
from typing import Any

from reconcile.model.shard import Shard

FORMAT_VERSION = "1.0"


def json_text(value: Any) -> str:
    """ASCII only: what a cloud put into a text can neither steer a terminal nor fail to be written."""
    return json.dumps(value, indent=2, default=str)


def json_line(value: Any) -> str:
    """The same on one line, without its end."""
    return json.dumps(value, default=str)


def json_compact(value: Any, *, in_order: bool = False) -> str:
    """Without any space, for files; `in_order`: members sorted, so that equal values are equal texts. ASCII only."""
    return json.dumps(value, separators=(",", ":"), sort_keys=in_order)


def json_shard(shard: Shard | None) -> dict[str, Any]:
    """A member of what is told of one shard; none of what is told of a whole project."""
    return {"shard": {"index": shard.index, "count": shard.count}} if shard else {}


def json_time(at: datetime | None) -> str | None:
    """`2026-11-21T03:00:00Z`"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
