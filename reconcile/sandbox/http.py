"""Requests and replies as values, apart from sockets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is as sent, percent-encoded and without the query; header names are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def asked(self) -> dict[str, list[str]]:
        """The query, decoded; a name that came several times has several values."""
        asked: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            asked.setdefault(name, []).append(value)
        return asked


class Cut(Enum):
    """What becomes of a reply on its way."""

    WHOLE = "whole"
    HALF = "half"  # its second half is lost with the connection
    DROPPED = "dropped"  # all of it is
    RESET = "reset"  # the same, and the connection is reset


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds to wait before it is sent
    cut: Cut = Cut.WHOLE


def json_reply(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, orjson.dumps(document), {"Content-Type": "application/json", **(headers or {})})
