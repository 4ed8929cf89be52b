"""References to the attempt itself, written in a spec as `${job.attempt}` and resolved when the request is made."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")

JOB = ("attempt", "generation", "token")

# Other text in ${} is the service's own (Spark, Hive, shells); these words are near enough to ours to be meant.
_MEANT = re.compile(r"\$\{(?:job|jobs|var|vars|env)(?:\.[^}]*)?\}", re.IGNORECASE)
_REFERENCE = re.compile(rf"\$\{{job\.({'|'.join(JOB)})\}}")


def references(text: str) -> Iterator[str]:
    """Every reference in the text, right or wrong: `${job.attempt}`."""
    yield from _MEANT.findall(text)


def parts_between(text: str) -> list[str]:
    """The text before, between and after its references: one part where there are none."""
    return _REFERENCE.split(text)[::2]


def resolve(value: Value, *, attempt: int, generation: int, token: str) -> Value:
    """A spec, or a part of one, with every `${job.*}` replaced in its strings; other text, `${…}` included, stays."""
    words = {"attempt": str(attempt), "generation": str(generation), "token": token}
    resolved: Value = _resolved(value, words)
    return resolved


def _resolved(value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _REFERENCE.sub(lambda found: words[found[1]], value) if "${job." in value else value
        case dict():
            return {key: _resolved(member, words) for key, member in value.items()}
        case list():
            return [_resolved(member, words) for member in value]
        case _:
            return value
