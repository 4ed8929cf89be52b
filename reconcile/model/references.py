"""References in manifests: `${job.…}` to the attempt itself, `${var.…}` and `${env.…}` to what a run is given.

In a spec as it is kept (compared, digested, written down) plain values stand in their places; `${job.…}` and references
to secrets are resolved when the request is made. `$${var.x}` stands for the text `${var.x}`, in what is kept as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import orjson

Value = TypeVar("Value")
Lookup = Callable[[str], str | None]  # what a reference of that name stands for; None: nobody knows, and it stays

JOB = ("job.attempt", "job.generation", "job.token")

# Other text in ${} is the service's own (Spark, Hive, shells); these words are near enough to ours to be meant.
_MEANT = re.compile(r"(\$?)\$\{((?:job|jobs|var|vars|env)(?:\.[^{}]*)?)\}", re.IGNORECASE)


class Reference(NamedTuple):
    name: str  # var.day

    def __str__(self) -> str:
        return f"${{{self.name}}}"


Part = str | Reference


class Ambiguous(ValueError):
    """Text that ends with a $, and a reference behind it: together they would be read as something else."""


def parts(text: str) -> Iterator[Part]:
    """The text between references, as it is meant, and every reference, right or wrong."""
    literal, start = "", 0
    for found in _MEANT.finditer(text):
        literal += text[start : found.start()]
        start = found.end()
        reference = Reference(found[2])
        if found[1]:
            literal += str(reference)
            continue
        if literal:
            yield literal
        yield reference
        literal = ""
    if literal + text[start:]:
        yield literal + text[start:]


def kept(text: Iterable[Part]) -> str:
    """Text of these parts as a spec keeps it. Raises Ambiguous."""
    written = ""
    for is_reference, part in _joined(text):
        if is_reference and written.endswith("$"):
            raise Ambiguous
        written += part if is_reference else _MEANT.sub(lambda found: f"${found[0]}", part)
    return written


def references(value: Any) -> Iterator[str]:
    """The names of all references in a spec, or a part of one."""
    match value:
        case str() if "${" in value:
            yield from (part.name for part in parts(value) if isinstance(part, Reference))
        case dict():
            for member in value.values():
                yield from references(member)
        case list():
            for member in value:
                yield from references(member)


def secret_references(spec: Any) -> frozenset[str]:
    """Of a spec as it is kept: what is neither resolved nor of the attempt is secret."""
    if not _refers(spec):
        return frozenset()
    return frozenset(name for name in references(spec) if name not in JOB)


def resolve(value: Value, known: Lookup) -> Value:
    """A spec as it is kept, or a part of one, as it is sent."""
    resolved: Value = _resolved(value, known) if _refers(value) else value
    return resolved


def of_job(*, attempt: int, generation: int, token: str) -> Mapping[str, str]:
    """What references to the attempt stand for."""
    return dict(zip(JOB, (str(attempt), str(generation), token), strict=True))


def _refers(value: Any) -> bool:
    """Whether there may be a reference in it. Most values have none, and need no walk."""
    try:
        return b"${" in orjson.dumps(value, default=dict)
    except TypeError:  # it cannot be JSON, which is for others to tell
        return True


def _resolved(value: Any, known: Lookup) -> Any:
    match value:
        case str():
            return _text(value, known) if "${" in value else value
        case dict():
            return {key: _resolved(member, known) for key, member in value.items()}
        case list():
            return [_resolved(member, known) for member in value]
        case _:
            return value


def _text(text: str, known: Lookup) -> str:
    return "".join(part if isinstance(part, str) else known(part.name) or str(part) for part in parts(text))


def _joined(text: Iterable[Part]) -> Iterator[tuple[bool, str]]:
    """Neighbouring literals count as one: what they say together is what has to be kept."""
    literal = ""
    for part in text:
        if isinstance(part, str):
            literal += part
            continue
        yield False, literal
        yield True, str(part)
        literal = ""
    yield False, literal
