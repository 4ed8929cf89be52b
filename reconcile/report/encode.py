"""JSON as every `--json` prints it: indented, fields in the order of the contract, times in UTC."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from reconcile.errors import ReconcileError
from reconcile.model.shard import Shard
from reconcile.report.pieces import batches

FORMAT_VERSION = "1.0"

_DELETE = b"\x7f"  # the only control character that orjson leaves as it is


def json_text(value: Any) -> str:
    """ASCII only: what a cloud put into a text can neither steer a terminal nor fail to be written."""
    return json.dumps(value, indent=2, default=str)


def json_pieces(head: Mapping[str, Any], name: str, items: Iterable[Any]) -> Iterator[str]:
    """What `json_text` gives of the head with the items as its last member, `name`: in pieces of whole lines, each
    without its last line end."""
    empty = json_text({**head, name: []})
    before = ""  # the piece that is not told yet: whether a comma follows is not known
    for batch in batches(items):
        yield before + "," if before else empty.removesuffix("]\n}")
        _, _, listed = _indented({name: batch}).split("\n", 2)  # without `{` and `"name": [`
        before = listed.removesuffix("\n  ]\n}")
    yield before + "\n  ]\n}" if before else empty


def _indented(value: Any) -> str:
    """`json_text`, by what is far faster and the same only where every character can be printed as it is."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # a lone surrogate
        return json_text(value)
    return text.decode() if text.isascii() and _DELETE not in text else json_text(value)


def json_line(value: Any) -> str:
    """The same on one line, without its end."""
    return json.dumps(value, default=str)


def json_compact(value: Any, *, in_order: bool = False) -> str:
    """Without any space, for files; `in_order`: members sorted, so that equal values are equal texts. ASCII only."""
    return json.dumps(value, separators=(",", ":"), sort_keys=in_order)


def json_shard(shard: Shard | None) -> dict[str, Any]:
    """A member of what is told of one shard; none of what is told of a whole project."""
    return {"shard": {"index": shard.index, "count": shard.count}} if shard else {}


def json_error(error: ReconcileError | None) -> dict[str, str] | None:
    """What ended a command early; `code` is the word to search for."""
    if error is None:
        return None
    return {"code": error.code, "what": error.what, "where": error.where, "fix": error.fix}


def json_time(at: datetime | None) -> str | None:
    """`2026-11-21T03:00:00Z`"""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
