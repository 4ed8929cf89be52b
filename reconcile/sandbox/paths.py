"""Dotted member paths, as descriptors write them, in nested dictionaries."""

from collections.abc import Mapping
from typing import Any


def get(document: Any, path: str) -> Any:
    """None where it leads nowhere."""
    for member in path.split("."):
        if not isinstance(document, Mapping):
            return None
        document = document.get(member)
    return document


def put(document: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for member in parents:
        below = document.get(member)
        document[member] = below = dict(below) if isinstance(below, Mapping) else {}
        document = below
    document[last] = value


def nested(path: str, value: Any) -> dict[str, Any]:
    """A document that holds the value at the path; the value itself for no path."""
    if not path:
        return dict(value)
    document: dict[str, Any] = {}
    put(document, path, value)
    return document
