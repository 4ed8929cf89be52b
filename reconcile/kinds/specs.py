"""Whether a spec is what its service would take, said before any call. Compiled once a kind, when first asked for."""

import functools
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from pydantic_core import SchemaValidator

from reconcile.kinds.build import spec_schema
from reconcile.kinds.descriptor import Descriptor, StartOp
from reconcile.kinds.problems import Path, SpecProblem, problems
from reconcile.kinds.shapes import input_of
from reconcile.kinds.vocabulary import Schema
from reconcile.model.observed import TAG_PREFIX
from reconcile.model.references import Lookup, Reference, of_job, resolve

_ANY_JOB = of_job(attempt=1, generation=1, token="00000000-0000-5000-8000-000000000000")


def _none_known(_: str) -> None:
    return None


def spec_problems(
    descriptor: Descriptor,
    spec: object,
    *,
    secret: Lookup = _none_known,
    secrets_at: Mapping[Path, Sequence[str]] = {},
    has_references: bool = True,
) -> tuple[SpecProblem, ...]:
    """All that is wrong with a spec as it is kept, at paths below `spec`; () where the service's model has nothing
    against it.

    A `${job.…}` counts as what it becomes, and so does a secret whose value is there; of one whose value is not, and of
    what it is a part of, nothing is said. `secrets_at`: their names, by paths. The spec itself is never changed. Raises
    CatalogError where the descriptor does not fit the service.
    """
    validator, schema = _compiled(descriptor)
    as_sent = resolve(spec, lambda name: _ANY_JOB.get(name) or secret(name)) if has_references else spec
    found = (*problems(validator, schema, as_sent), *_reserved_tags(descriptor.start, as_sent))
    if not secrets_at:
        return found
    return tuple(
        problem if problem.path not in secrets_at else _hushed(descriptor, problem.path, secrets_at[problem.path])
        for problem in found
        if not any(secret(name) is None for name in secrets_at.get(problem.path, ()))
    )


def sensitive(descriptor: Descriptor, path: Sequence[str | int]) -> bool:
    """The service's model marks the member at `path` of the spec, or any around it, as sensitive."""
    return any(shape.is_sensitive for shape in input_of(descriptor).along(path))


def _hushed(descriptor: Descriptor, path: Path, names: Sequence[str]) -> SpecProblem:
    """Without anything of the value: even its length would tell."""
    around = takewhile(lambda step: step[1].type != "map", zip(path, input_of(descriptor).along(path), strict=False))
    field = ".".join([descriptor.kind, *(part for part, _ in around if isinstance(part, str))])
    of_what = " and ".join(str(Reference(name)) for name in names)
    return SpecProblem(path, f"with {of_what} this is not what is needed: reconcile explain {field}")


class _Compiled(NamedTuple):
    validator: SchemaValidator
    schema: Schema


def _per_descriptor(make: Callable[[Descriptor], _Compiled]) -> Callable[[Descriptor], _Compiled]:
    """A cache for values that hold mappings, which cannot be hashed. It keeps them alive, so ids stay theirs."""
    made: dict[int, tuple[Descriptor, _Compiled]] = {}

    @functools.wraps(make)
    def cached(descriptor: Descriptor) -> _Compiled:
        if id(descriptor) not in made:
            made[id(descriptor)] = descriptor, make(descriptor)
        return made[id(descriptor)][1]

    return cached


@_per_descriptor
def _compiled(descriptor: Descriptor) -> _Compiled:
    schema = spec_schema(descriptor)
    return _Compiled(SchemaValidator(schema), schema)


def _reserved_tags(start: StartOp, spec: object) -> list[SpecProblem]:
    reserved: list[tuple[Path, str]]
    match spec.get(start.tags) if isinstance(spec, dict) else None:
        case dict() as tags:
            reserved = [((name,), name) for name in tags if _is_reserved(name)]
        case list() as tags:
            key = start.tag_style.partition("/")[0]
            reserved = [
                ((index, key), tag[key])
                for index, tag in enumerate(tags)
                if isinstance(tag, dict) and _is_reserved(tag.get(key))
            ]
        case _:
            return []
    return [
        SpecProblem((start.tags, *place), f"{name!r}: tags that begin with {TAG_PREFIX} are reconcile's own")
        for place, name in reserved
    ]


def _is_reserved(tag: object) -> bool:
    return isinstance(tag, str) and tag.startswith(TAG_PREFIX)
