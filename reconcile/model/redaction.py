"""Values rid of secrets before anything is made of them: so no text is masked that a renderer wrote itself."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from reconcile.errors import ReconcileError
from reconcile.model.address import Address
from reconcile.model.job import Place

Value = TypeVar("Value")
Mask = Callable[[str], str]

# Members that hold no secret, and that programs go by: names, which no reference can stand in, tokens, ids and digests.
# An unmanaged job's `name` and `manifest` are made of what its driver masked.
_EXACT = frozenset({
    "address", "kind", "name", "path", "change", "manifest", "job_name",
    "client_token", "external_id", "digest", "secrets", "scope", "provider",
    "project", "version", "folder", "here",
})  # fmt: skip


def redacted(value: Value, mask: Mask) -> Value:
    """The value with every text in it masked but for what is exact; the same object where that changes nothing. The
    names of a mapping's members stay."""
    made: Value = _redacted(value, mask)
    return made


def _redacted(value: Any, mask: Mask) -> Any:
    match value:
        case Enum() | Address() | Place():  # enums and addresses are texts and tuples too
            return value
        case str():
            return mask(value)
        case Mapping():
            members = {key: _redacted(member, mask) for key, member in value.items()}
            return value if _are_same(members.values(), value.values()) else members
        case list() | tuple():
            return _items(value, mask)
        case ReconcileError():
            return _error(value, mask)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _members(value, mask)
        case _:
            return value


def _items(value: Any, mask: Mask) -> Any:
    items = [_redacted(item, mask) for item in value]
    if _are_same(items, value):
        return value
    return value._make(items) if hasattr(value, "_make") else type(value)(items)


def _members(value: Any, mask: Mask) -> Any:
    before = {name: getattr(value, name) for name in _told(value.__class__)}
    after = {name: _redacted(member, mask) for name, member in before.items()}
    return value if _are_same(after.values(), before.values()) else replace(value, **after)


@cache
def _told(sort: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(sort) if each.init and each.name not in _EXACT)


def _error(error: ReconcileError, mask: Mask) -> ReconcileError:
    """Of the same class, whatever that is made from: its code and its exit code are the class's."""
    parts = (error.what, error.where, error.fix)
    what, where, fix = map(mask, parts)
    if (what, where, fix) == parts:
        return error
    made = type(error).__new__(type(error))
    made.__dict__.update(error.__dict__)
    ReconcileError.__init__(made, what, where=where, fix=fix)
    return made


def _are_same(after: Any, before: Any) -> bool:
    """Texts that no mask changed are the same objects too, or at least equal."""
    return all(new is old or (isinstance(old, str) and new == old) for new, old in zip(after, before, strict=True))
