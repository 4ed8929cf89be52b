"""What differs between two specs, member by member. The only user of deepdiff, imported when a digest differs."""

from collections.abc import Callable, Mapping
from typing import Any

from reconcile.model.change import FieldDiff

SENSITIVE = "(sensitive)"

Path = tuple[str | int, ...]


def diff_specs(
    before: Mapping[str, Any], after: Mapping[str, Any], is_sensitive: Callable[[Path], bool]
) -> tuple[FieldDiff, ...]:
    """Members added, removed and changed, in the order of their paths, with sensitive values masked."""
    from deepdiff import DeepDiff  # noqa: PLC0415  (0.1 s, and most plans have nothing to compare)

    found = DeepDiff(before, after, view="tree", verbose_level=2, ignore_order=False, zip_ordered_iterables=True)
    rows = []
    for report, change in _CHANGES.items():
        for item in found.get(report, ()):
            path: Path = tuple(item.path(output_format="list"))
            old, new = (None if change == "added" else item.t1), (None if change == "removed" else item.t2)
            rows.append(
                FieldDiff(_written(path), change, _masked(old, path, is_sensitive), _masked(new, path, is_sensitive))
            )
    return tuple(sorted(rows, key=lambda row: row.path))


_CHANGES = {
    "dictionary_item_added": "added",
    "iterable_item_added": "added",
    "dictionary_item_removed": "removed",
    "iterable_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
}


def _masked(value: Any, path: Path, is_sensitive: Callable[[Path], bool]) -> Any:
    """The value with what is sensitive at or below the path replaced. None stays: there is nothing to hide."""
    if value is not None and is_sensitive(path):
        return SENSITIVE
    if isinstance(value, Mapping):
        return {key: _masked(member, (*path, key), is_sensitive) for key, member in value.items()}
    if isinstance(value, list):
        return [_masked(member, (*path, index), is_sensitive) for index, member in enumerate(value)]
    return value


def _written(path: Path) -> str:
    return "spec" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
