"""The checks that pydantic-core has no words for, as validator functions of its schemas."""

import base64
import binascii
import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, ValidationError

from reconcile.kinds.patterns import checker
from reconcile.kinds.vocabulary import Schema


class Group(NamedTuple):
    """Members of a structure of which at least one must be given; of a union, no other beside it."""

    members: tuple[str, ...]
    is_union: bool


Groups = tuple[Group, ...]


def refuse(text: str) -> PydanticCustomError:
    """The error that a validator function raises: the words are shown as they are."""
    return PydanticCustomError("words", "{text}", {"text": text})


def with_pattern(schema: Schema, pattern: str) -> Schema:
    """For a pattern that pydantic-core's own engine refuses. One that no engine takes goes unchecked."""
    matches = checker(pattern)
    return schema if matches is None else _after(schema, matches, f"does not match the pattern {pattern}")


def timestamp() -> Schema:
    return _after({"type": "str"}, _is_time, "is not a time; write it like 2026-11-21T08:00:00Z")


def blob(least: int, most: int | None) -> Schema:
    """Bytes, written in base64; the bounds are those of the bytes."""
    sized = _after({"type": "str"}, _is_base64, "is not base64")
    bounds = f"at least {least}" if most is None else f"{least} to {most}"
    return _after(sized, functools.partial(_has_bytes, least, most), f"{bounds} bytes are needed, in base64")


def with_groups(schema: Schema, groups: Groups) -> Schema:
    """The structure, with what its groups ask of its members."""
    published = [
        {"oneOf" if group.is_union else "anyOf": [{"required": [name]} for name in group.members]} for group in groups
    ]
    return {
        "type": "function-wrap",
        "function": {"type": "no-info", "function": functools.partial(_check_groups, groups)},
        "schema": schema,
        "metadata": {"pydantic_js_updates": published[0] if len(published) == 1 else {"allOf": published}},
    }


def _after(schema: Schema, holds: Callable[[str], bool], message: str) -> Schema:
    def check(value: str) -> str:
        if not holds(value):
            raise refuse(message)
        return value

    return {"type": "function-after", "function": {"type": "no-info", "function": check}, "schema": schema}


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return False
    return True


def _has_bytes(least: int, most: int | None, text: str) -> bool:
    size = len(base64.b64decode(text))
    return size >= least and (most is None or size <= most)


def _check_groups(groups: Groups, value: Any, inner: Callable[[Any], Any]) -> Any:
    """Adds to what the members have against them, rather than hiding it or being hidden by it."""
    found: list[ErrorDetails] = []
    try:
        inner(value)
    except ValidationError as refused:
        found = refused.errors(include_url=False)
    said = [text for group in groups if (text := _miscounted(group, value, found))]
    if found or said:
        wrong: list[InitErrorDetails] = [_again(error) for error in found]
        wrong += [{"type": refuse(text), "input": value} for text in said]
        raise ValidationError.from_exception_data("groups", wrong)
    return value


def _miscounted(group: Group, value: object, found: list[ErrorDetails]) -> str:
    """What is wrong with the number of its members, "" where nothing is. One that is misspelt counts as given."""
    if not isinstance(value, dict):
        return ""
    given = [name for name in group.members if name in value]
    if len(given) == 1 or (given and not group.is_union):
        return ""
    if given:
        count = "two" if len(given) == 2 else str(len(given))
        return f"{count} of {', '.join(given)} are given; exactly one is needed"
    if any(error["type"] == "extra_forbidden" and len(error["loc"]) == 1 for error in found):
        return ""
    needed = "exactly one is needed" if group.is_union else "one of them is needed"
    return f"none of {', '.join(group.members)} is given; {needed}"


def _again(error: ErrorDetails) -> InitErrorDetails:
    own = error["type"] == "words"
    again: InitErrorDetails = {
        "type": refuse(error["msg"]) if own else error["type"],
        "loc": error["loc"],
        "input": error["input"],
    }
    return again if own or "ctx" not in error else again | {"ctx": error["ctx"]}
