"""Reads plain data into the descriptor's dataclasses: camelCase keys, nothing unknown, no value of another type."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from reconcile.errors import nearest
from reconcile.kinds.descriptor import Rate

Path = tuple[str | int, ...]

RATE = r"([0-9]+(?:\.[0-9]+)?)/s(?: burst ([1-9][0-9]*))?"  # in full; in words that JSON Schema has too


class Unreadable(Exception):
    """The value at `path` is wrong; `what` says how."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(what)
        self.path = path
        self.what = what


def read(wanted: Any, value: object, path: Path = ()) -> Any:
    """`value` as the type `wanted`, an annotation of the descriptor's. Raises Unreadable at the first problem."""
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
        return tuple(
            read(get_args(wanted)[0], item, (*path, index)) for index, item in enumerate(_expect(list, value, path))
        )
    if get_origin(wanted) is Mapping:
        of = get_args(wanted)[1]
        return {key: read(of, item, (*path, key)) for key, item in _expect(dict, value, path).items()}
    return _scalar(wanted, value, path)


def read_rate(value: object, path: Path = ()) -> Rate:
    """`1/s`, or `1/s burst 25`."""
    match = re.fullmatch(RATE, value) if isinstance(value, str) else None
    if match is None or not float(match[1]):
        raise Unreadable(path, f"{value!r} is not a rate; write it like 1/s, or 1/s burst 25")
    return Rate(float(match[1]), int(match[2] or 1))


def _dataclass(wanted: Any, value: object, path: Path) -> Any:
    given = _expect(dict, value, path)
    known = {_camel(field.name): field for field in fields(wanted)}
    for key in given:
        if key not in known:
            raise Unreadable((*path, key), f"unknown field{nearest(str(key), list(known))}")
    for key, field in known.items():
        if key not in given and _is_required(field):
            raise Unreadable(path, f"{key} is missing; it is required")
    return wanted(**{known[key].name: read(known[key].type, item, (*path, key)) for key, item in given.items()})


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _enum(wanted: type[Enum], value: object, path: Path) -> Enum:
    words = [member.value for member in wanted]
    if value not in words:
        raise Unreadable(path, f"{value!r} is not one of: {', '.join(words)}")
    return wanted(value)


def _scalar(wanted: type, value: object, path: Path) -> object:
    if wanted is float and type(value) is int:
        return float(value)
    return _expect(wanted, value, path)


def _expect(wanted: type, value: object, path: Path) -> Any:
    """Exactly that type: true is no number here."""
    if type(value) is not wanted:
        raise Unreadable(path, f"{value!r} is not {_WORDS[wanted]}")
    return value


_WORDS = {str: "a string", int: "a whole number", float: "a number", bool: "true or false", list: "a list"} | {
    dict: "a mapping"
}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
