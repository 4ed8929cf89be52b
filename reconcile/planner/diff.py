"""What differs between two specs, member by member. The only user of deepdiff, imported when a digest differs."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from reconcile.model.change import FieldDiff

SENSITIVE = "(sensitive)"

Path = tuple[str | int, ...]


def diff_specs(
    before: Mapping[str, Any], after: Mapping[str, Any], is_sensitive: Callable[[Path], bool]
) -> tuple[FieldDiff, ...]:
    """Members added, removed and changed, in the order of their paths, with sensitive values masked."""
    from deepdiff import DeepDiff  # noqa: PLC0415  (0.1 s, and most plans have nothing to compare)

    found = DeepDiff(
        before, after, view="tree", verbose_level=2, zip_ordered_iterables=True, ignore_private_variables=False
    )
    rows: list[tuple[Path, FieldDiff]] = []
    for report, change in _CHANGES.items():
        for item in found.get(report, ()):
            path: Path = tuple(item.path(output_format="list"))
            old = None if change == "added" else _masked_at(item.t1, path, is_sensitive)
            new = None if change == "removed" else _masked_at(item.t2, path, is_sensitive)
            rows.append((path, FieldDiff(_written(path), change, old, new)))
    return tuple(row for _, row in sorted(rows, key=lambda each: _place(each[0])))


_CHANGES: Mapping[str, Literal["added", "removed", "changed"]] = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}


def _masked_at(value: Any, path: Path, is_sensitive: Callable[[Path], bool]) -> Any:
    """The value with what is sensitive above, at or below its path replaced."""
    if value is not None and any(is_sensitive(path[:depth]) for depth in range(1, len(path))):
        return SENSITIVE
    return mask(value, path, is_sensitive)


def mask(value: Any, path: Path, is_sensitive: Callable[[Path], bool]) -> Any:
    """The value with what is sensitive at or below its path replaced. None stays: there is nothing to hide."""
    if value is not None and is_sensitive(path):
        return SENSITIVE
    if isinstance(value, Mapping):
        return {key: mask(member, (*path, key), is_sensitive) for key, member in value.items()}
    if isinstance(value, list):
        return [mask(member, (*path, index), is_sensitive) for index, member in enumerate(value)]
    return value


def _place(path: Path) -> tuple[tuple[int, str], ...]:
    """Items in the order of the list, members in that of their names."""
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in path)


_PLAIN = re.compile(r"[^\W\d][\w-]*")


def _written(path: Path) -> str:
    return "spec" + "".join(_step(part) for part in path)


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN.fullmatch(part) else f"[{json.dumps(part, ensure_ascii=False)}]"
