"""Tags in the shapes that services give them: a map, or a list of pairs under one of several names."""

from collections.abc import Mapping
from typing import Any

MOST = 50  # documented for every service here


def read(tags: Any) -> dict[str, str]:
    """From any of the shapes; {} for none."""
    if isinstance(tags, Mapping):
        return dict(tags)
    return dict(_pair(entry) for entry in tags or ())


def write(tags: Mapping[str, str], style: str) -> Any:
    """`style` is map, or the two member names with a slash between."""
    key, slash, value = style.partition("/")
    return [{key: name, value: text} for name, text in tags.items()] if slash else dict(tags)


def _pair(entry: Mapping[str, str]) -> tuple[str, str]:
    """Key and Value, tagKey and tagValue, and so on."""
    ends = {"value" if name.lower().endswith("value") else "key": text for name, text in entry.items()}
    return ends["key"], ends.get("value", "")
