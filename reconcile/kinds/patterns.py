"""A service's patterns mean a full match, with dot matching newlines. Who can check one, and how it is published."""

import functools
import re
from collections.abc import Callable

from pydantic_core import SchemaError, SchemaValidator

_SETS = re.compile(r"\[(?:\\.|[^\]\\])*?(?:&&|--|~~|\[)")  # in a class, that engine takes these for set operations
_ASTRAL = r"\uD800\uDC00-\uDBFF\uDFFF"  # how AWS writes, in UTF-16, all that lies beyond the first plane
_END = r"$(?!\n)"  # Python's $ alone lets a last newline pass
_BEFORE, _AFTER = r"(?s)\A(?:", r")\z"


def full_match(pattern: str) -> str:
    """The pattern in the words of pydantic-core's own engine."""
    return _BEFORE + pattern + _AFTER


def as_written(pattern: str) -> str:
    """The pattern of the service's model again."""
    return pattern.removeprefix(_BEFORE).removesuffix(_AFTER)


@functools.cache
def is_native(pattern: str) -> bool:
    """pydantic-core's engine, which has neither look-around nor surrogates, takes it, and means the same by it."""
    if _SETS.search(pattern):
        return False
    try:
        SchemaValidator({"type": "str", "pattern": full_match(pattern)})
    except SchemaError:
        return False
    return True


@functools.cache
def checker(pattern: str) -> Callable[[str], bool] | None:
    """Checks what the native engine refuses; None where no engine takes it."""
    whole = pattern.replace(_ASTRAL, r"\U00010000-\U0010FFFF")
    if _SETS.search(whole):
        return _with_regex(whole) or _with_re(whole)
    return _with_re(whole) or _with_regex(whole)


def is_checkable(pattern: str) -> bool:
    return is_native(pattern) or checker(pattern) is not None


def _with_regex(pattern: str) -> Callable[[str], bool] | None:
    import regex  # noqa: PLC0415 - hardly a pattern needs it

    try:
        compiled = regex.compile(pattern, regex.DOTALL)
    except regex.error:
        return None
    return lambda text: compiled.fullmatch(text) is not None


def _with_re(pattern: str) -> Callable[[str], bool] | None:
    """It means the same, but does not know classes of characters by their properties, and is there already."""
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except re.error:
        return None
    return lambda text: compiled.fullmatch(text) is not None


def published(pattern: str) -> dict[str, str]:
    """The pattern for a JSON Schema, whose dialect is JavaScript's; none where that and Python might disagree."""
    anchored = f"^(?:{_portable(pattern)}){_END}"
    return {"pattern": anchored} if not _SETS.search(pattern) and _with_re(anchored) else {}


def _portable(pattern: str) -> str:
    """With the dot matching newlines too, in dialects that have no flag, and no property, for it."""
    return re.sub(
        r"(?P<ascii>\\p\{ASCII\})|(?P<kept>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\.",
        lambda found: found["kept"] or (r"[\x00-\x7F]" if found["ascii"] else r"[\s\S]"),
        pattern,
        flags=re.DOTALL,
    )
