"""Reads plain data into the descriptor's dataclasses: camelCase keys, nothing unknown, no value of another type."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin

from reconcile.errors import nearest_word
from reconcile.kinds.descriptor import Rate

Path = tuple[str | int, ...]

RATE = r"([0-9]+(?:\.[0-9]+)?)/s(?: burst ([1-9][0-9]*))?"  # in full; in words that JSON Schema has too


class Wrong(NamedTuple):
    """The value at `path` is wrong; `what` says how."""

    path: Path
    what: str


class Unreadable(Exception):
    """All that is wrong with a value."""

    def __init__(self, *found: Wrong) -> None:
        super().__init__(found)
        self.found = found


def read(wanted: Any, value: object, path: Path = ()) -> Any:
    """`value` as the type `wanted`, an annotation of the descriptor's. Raises Unreadable."""
    if wanted is Any:
        return value
    if wanted is Rate:
        return read_rate(value, path)
    if isinstance(wanted, UnionType):
        inner = next(option for option in get_args(wanted) if option is not NoneType)
        return None if value is None else read(inner, value, path)
    if is_dataclass(wanted):
        return _dataclass(wanted, value, path)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return _enum(wanted, value, path)
    if get_origin(wanted) is tuple:
        items = enumerate(_expect(list, value, path))
        return tuple(_each(((index, get_args(wanted)[0], item) for index, item in items), path).values())
    if get_origin(wanted) is Mapping:
        members = _expect(dict, value, path).items()
        return _each(((key, get_args(wanted)[1], item) for key, item in members), path)
    return _scalar(wanted, value, path)


def read_rate(value: object, path: Path = ()) -> Rate:
    """`1/s`, or `1/s burst 25`."""
    match = re.fullmatch(RATE, value) if isinstance(value, str) else None
    if match is None or not float(match[1]):
        raise Unreadable(Wrong(path, f"{value!r} is not a rate; write it like 1/s, or 1/s burst 25"))
    return Rate(float(match[1]), int(match[2] or 1))


def _dataclass(wanted: Any, value: object, path: Path) -> Any:
    given = _expect(dict, value, path)
    known = {_camel(field.name): field for field in fields(wanted)}
    found, meant = [], set()
    for key in (key for key in given if key not in known):
        near = nearest_word(str(key), known)
        meant.add(near)
        found.append(Wrong((*path, key), f"unknown field{f'; did you mean {near}?' if near else ''}"))
    for key, field in known.items():
        if key not in given and key not in meant and _is_required(field):
            found.append(Wrong((*path, key), "missing; it is required"))
    items = ((key, known[key].type, item) for key, item in given.items() if key in known)
    members = _each(items, path, found)
    return wanted(**{known[key].name: member for key, member in members.items()})


def _each(items: Iterable[tuple[Any, Any, object]], path: Path, found: Iterable[Wrong] = ()) -> dict[Any, Any]:
    """By key the values, each as its type. Raises Unreadable with all that is wrong with them, and what was `found`."""
    wrong, members = list(found), {}
    for key, wanted, value in items:
        try:
            members[key] = read(wanted, value, (*path, key))
        except Unreadable as error:
            wrong += error.found
    if wrong:
        raise Unreadable(*wrong)
    return members


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _enum(wanted: type[Enum], value: object, path: Path) -> Enum:
    words = [member.value for member in wanted]
    if value not in words:
        raise Unreadable(Wrong(path, f"{value!r} is not one of: {', '.join(words)}"))
    return wanted(value)


def _scalar(wanted: type, value: object, path: Path) -> object:
    if wanted is float and type(value) is int:
        return float(value)
    return _expect(wanted, value, path)


def _expect(wanted: type, value: object, path: Path) -> Any:
    """Exactly that type: true is no number here."""
    if type(value) is not wanted:
        raise Unreadable(Wrong(path, f"{value!r} is not {_WORDS[wanted]}"))
    return value


_WORDS = {str: "a string", int: "a whole number", float: "a number", bool: "true or false", list: "a list"} | {
    dict: "a mapping"
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
