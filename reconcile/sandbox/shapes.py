"""Members in and out of JSON by botocore's shapes.

The two protocols that the catalog's services speak (JSON 1.1 and REST-JSON) are JSON throughout, so this is all there
is to them, and the sandbox answers its own kinds without moto. On the way in every constraint of the model is
checked, patterns as full matches; members that the model does not know are dropped, as the services do.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import regex

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "structure": dict,
    "map": dict,
    "list": list,
    "string": str,
    "blob": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
}


class Malformed(Exception):
    """Members that the model refuses, all of them, in words."""


def read(shape: Any, value: Any) -> dict[str, Any]:
    """The members of an input; times become seconds since the epoch. Raises Malformed."""
    problems: list[str] = []
    members = _in(shape, value, "", problems)
    if problems:
        count = f"{len(problems)} validation error{'s' * (len(problems) > 1)} detected: "
        raise Malformed(count + "; ".join(problems))
    return dict(members)


def write(shape: Any, value: Any) -> Any:
    """What of a value the shape shows."""
    match shape.type_name:
        case "structure" if shape.is_document_type:
            return value
        case "structure":
            return {
                member.serialization.get("name", name): write(member, value[name])
                for name, member in shape.members.items()
                if value.get(name) is not None
            }
        case "list":
            return [write(shape.member, item) for item in value]
        case "map":
            return {name: write(shape.value, item) for name, item in value.items()}
        case "timestamp":
            return round(value, 3)
    return value


def from_text(shape: Any, texts: list[str]) -> Any:
    """A member from a path, a query or a header, where all is text. What cannot be read is for `read` to refuse."""
    if shape.type_name == "list":
        return [from_text(shape.member, [text]) for text in texts]
    text = texts[-1]
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "boolean":
                return {"true": True, "false": False}.get(text, text)
    except ValueError:
        return text
    return text


def _in(shape: Any, value: Any, place: str, problems: list[str]) -> Any:
    if shape.type_name == "timestamp":
        return _time(value, place, problems)
    kind: Any = _KINDS.get(shape.type_name, object)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool and kind is not object):
        problems.append(f"Value at '{place}' is not a {shape.type_name}")
        return value
    problems.extend(f"Value at '{place}' failed to satisfy constraint: {text}" for text in _broken(shape, value))
    match shape.type_name:
        case "structure" if not shape.is_document_type:
            return _structure(shape, value, place, problems)
        case "list":
            return [_in(shape.member, item, f"{place}.{at}", problems) for at, item in enumerate(value, 1)]
        case "map":
            return {name: _in(shape.value, item, f"{place}.{name}", problems) for name, item in value.items()}
    return value


def _structure(shape: Any, value: dict[str, Any], place: str, problems: list[str]) -> dict[str, Any]:
    given = {name: value[wire] for name, wire in _wire_names(shape) if value.get(wire) is not None}
    inside = f"{place}." if place else ""
    problems.extend(
        f"Value at '{inside}{name}' failed to satisfy constraint: Member must not be null"
        for name in shape.required_members
        if name not in given
    )
    if shape.is_tagged_union and len(given) != 1:
        problems.append(f"Value at '{place}' must have exactly one member of {', '.join(shape.members)}")
    return {name: _in(shape.members[name], item, f"{inside}{name}", problems) for name, item in given.items()}


def _wire_names(shape: Any) -> Iterator[tuple[str, str]]:
    for name, member in shape.members.items():
        yield name, member.serialization.get("name", name)


def _broken(shape: Any, value: Any) -> Iterator[str]:
    """The constraints that the value does not keep."""
    rules = shape.metadata
    size = value if isinstance(value, int | float) else len(value)
    what = "value" if isinstance(value, int | float) else "length"
    if "min" in rules and size < rules["min"]:
        yield f"Member must have {what} greater than or equal to {rules['min']}"
    if "max" in rules and size > rules["max"]:
        yield f"Member must have {what} less than or equal to {rules['max']}"
    if rules.get("enum") and value not in rules["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]"
    pattern = _compiled(rules["pattern"]) if rules.get("pattern") and isinstance(value, str) else None
    if pattern and not pattern.fullmatch(value):
        yield f"Member must satisfy regular expression pattern: {rules['pattern']}"


@cache
def _compiled(pattern: str) -> Any:
    """None for one that no engine here takes: what it asks for is not checked."""
    try:
        return regex.compile(pattern, regex.DOTALL)
    except regex.error:
        return None


def _time(value: Any, place: str, problems: list[str]) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError):
        problems.append(f"Value at '{place}' is not a time")
        return 0.0
