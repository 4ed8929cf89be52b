"""JSON as every `--json` prints it: indented, fields in the order of the contract, times in UTC."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson

FORMAT_VERSION = "1.0"

_AT_ONCE = 1000  # members of a long list


def json_text(value: Any) -> str:
    """ASCII only: what a cloud put into a text can neither steer a terminal nor fail to be written."""
    return json.dumps(value, indent=2, default=str)


def json_pieces(head: Mapping[str, Any], name: str, items: Iterable[Any]) -> Iterator[str]:
    """What `json_text` gives of the head with the items as its last member, `name`: in pieces of whole lines, each
    without its last line end."""
    whole = json_text({**head, name: []})
    parts = iter(items)
    batch = list(islice(parts, _AT_ONCE))
    if not batch:
        yield whole
        return
    yield whole.removesuffix("]\n}")
    while batch:
        after = list(islice(parts, _AT_ONCE))
        lines = _indented({name: batch}).split("\n", 2)[2].removesuffix("\n  ]\n}")
        yield lines + "," if after else lines
        batch = after
    yield "  ]\n}"


def _indented(value: Any) -> str:
    """`json_text`, in a twentieth of the time where the text is ASCII."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    except TypeError:  # a lone surrogate
        return json_text(value)
    return text.decode() if text.isascii() else json_text(value)


def json_line(value: Any) -> str:
    """The same on one line, without its end."""
    return json.dumps(value, default=str)


def json_compact(value: Any, *, in_order: bool = False) -> str:
    """Without any space, for files; `in_order`: members sorted, so that equal values are equal texts. ASCII only."""
    return json.dumps(value, separators=(",", ":"), sort_keys=in_order)


def json_time(at: datetime | None) -> str | None:
    """`2026-11-21T03:00:00Z`"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
