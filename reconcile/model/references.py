"""References to the attempt itself, written in a spec as `${job.attempt}` and resolved when the request is made."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.model.job import Spec

JOB = ("attempt", "generation", "token")

# Other text in ${} is the service's own (Spark, Hive, shells); these words are near enough to ours to be meant.
_MEANT = re.compile(r"\$\{(?:job|jobs|var|vars|env)(?:\.[^}]*)?\}", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{job\.(attempt|generation|token)\}")


def references(text: str) -> Iterator[str]:
    """Every reference in the text, right or wrong: `${job.attempt}`."""
    yield from _MEANT.findall(text)


def resolve(spec: Spec, *, attempt: int, generation: int, token: str) -> dict[str, Any]:
    """The spec with every `${job.*}` replaced in its strings; other text, `${…}` included, stays as it is."""
    words = {"attempt": str(attempt), "generation": str(generation), "token": token}
    return {key: _resolved(value, words) for key, value in spec.items()}


def _resolved(value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _REFERENCE.sub(lambda found: words[found[1]], value) if "${job." in value else value
        case Mapping():
            return {key: _resolved(member, words) for key, member in value.items()}
        case list():
            return [_resolved(member, words) for member in value]
        case _:
            return value
