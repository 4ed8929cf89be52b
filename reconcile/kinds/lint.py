"""Checks descriptors against the services' own models, offline: `python -m reconcile.kinds.lint [FOLDER]`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconcile.errors import CatalogError, counted
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.lines import place_of
from reconcile.kinds.lint_operations import operation_problems
from reconcile.kinds.load import load_catalog
from reconcile.kinds.patterns import is_checkable
from reconcile.kinds.shapes import INPUT, Shape, input_of
from reconcile.kinds.sources import sources_of
from reconcile.kinds.yaml_text import chunks
from reconcile.model.phase import Goal
from reconcile.model.problem import InvalidFiles, Problem
from reconcile.model.project import PROVIDER_TYPES

_TYPES = frozenset(
    {"structure", "list", "map", "string", "integer", "long", "float", "double", "boolean", "timestamp", "blob"}
)


def lint(
    catalog: Mapping[str, Descriptor], folder: Path | None = None, *, unchecked: bool = True
) -> tuple[Problem, ...]:
    """All problems of all descriptors, at their places in the files of the built-in kinds and of `folder`.
    `unchecked`: also the patterns of the service that go unchecked, which no change of the descriptor mends."""
    texts = {source.name: source.text for source in sources_of(folder)}
    return tuple(
        _placed(descriptor, problem, texts.get(descriptor.source, ""))
        for descriptor in catalog.values()
        for problem in descriptor_problems(descriptor, unchecked=unchecked)
    )


def _placed(descriptor: Descriptor, problem: str, text: str) -> Problem:
    field, _, message = problem.partition(": ")
    if not message or " " in field:
        field, message = "", problem
    chunk = dict(chunks(text)).get(descriptor.line, "")
    place = place_of(descriptor.source, descriptor.line, chunk, tuple(field.split(".")))
    return Problem(place, descriptor.kind, field, message)


def descriptor_problems(descriptor: Descriptor, *, unchecked: bool = True) -> Iterator[str]:
    """Each as `field: what is wrong`, the field with dots; without one where it is of no field."""
    if descriptor.driver not in PROVIDER_TYPES:
        yield f"driver: {descriptor.driver!r} is not one of: {', '.join(PROVIDER_TYPES)}"
        return
    broken = tuple(_broken_shapes(descriptor))
    yield from broken
    if broken:
        return
    try:
        spec = input_of(descriptor)
    except CatalogError as error:
        yield error.what
        return
    yield from _spec_problems(descriptor, spec)
    yield from _goal_problems(descriptor, spec)
    if unchecked:
        yield from sorted(_unchecked_patterns(spec))
    if descriptor.driver == "aws":
        yield from operation_problems(descriptor)


def _broken_shapes(descriptor: Descriptor) -> Iterator[str]:
    """Of the shapes that a descriptor brings itself."""
    shapes = descriptor.shapes
    if shapes and INPUT not in shapes:
        yield f"shapes: there is no {INPUT}, which is the shape of the spec"
    if not shapes and descriptor.driver != "aws":
        yield "shapes: they are missing, and botocore has none for this service"
    for name, shape in shapes.items():
        if shape.get("type") not in _TYPES:
            yield f"shapes.{name}: {shape.get('type')!r} is no type of a shape"
        references = [
            *shape.get("members", {}).values(),
            *(shape[part] for part in ("member", "key", "value") if part in shape),
        ]
        for reference in references:
            if reference.get("shape") not in shapes:
                yield f"shapes.{name}: there is no shape {reference.get('shape')!r}"


def _spec_problems(descriptor: Descriptor, spec: Shape) -> Iterator[str]:
    named = {"required": descriptor.required} | {
        f"anyOf.{index}": group for index, group in enumerate(descriptor.any_of)
    }
    for field, members in named.items():
        for member in members:
            if member not in spec.members:
                yield f"{field}: the start request has no member {member}"
    for part, path in descriptor.id.items():
        side, _, member = path.partition(".")
        if side not in ("input", "output") or not member:
            yield f"id.{part}: {path!r} begins with neither input. nor output."
        elif side == "input" and spec.at(member) is None:
            yield f"id.{part}: the start request has no member {member}"


def _goal_problems(descriptor: Descriptor, spec: Shape) -> Iterator[str]:
    for rule in descriptor.goals:
        if rule.goal is Goal.STOPPED and descriptor.stop is None:
            yield "goals: stopped cannot be reached without a stop operation"
        for member, value in rule.when.items():
            shape = spec.members.get(member)
            if shape is None:
                yield f"goals: the start request has no member {member}"
            elif shape.enum and value not in shape.enum:
                yield f"goals: {member} is never {value!r}"


def _unchecked_patterns(spec: Shape) -> Iterator[str]:
    for shape in _reachable(spec, {}).values():
        pattern = shape.data.get("pattern")
        if pattern and not is_checkable(pattern):
            yield f"shape {shape.name}: no engine takes its pattern, so it goes unchecked: {pattern}"


def _reachable(shape: Shape, seen: dict[str, Shape]) -> dict[str, Shape]:
    if shape.name in seen:
        return seen
    seen[shape.name] = shape
    below = [*shape.members.values()] if shape.type == "structure" else []
    below += [shape.element] if shape.type in ("list", "map") else []
    below += [shape.key] if shape.type == "map" else []
    for inner in below:
        _reachable(inner, seen)
    return seen


def main(arguments: list[str]) -> int:
    """Prints the problems, of a project's own kinds too; 1 if there are any."""
    folder = Path(arguments[0]) if arguments else None
    if folder is not None and not folder.is_dir():
        sys.stderr.write(f"{folder}: there is no such folder\n")
        return 1
    try:
        catalog = load_catalog(folder)
    except InvalidFiles as error:
        sys.stderr.write(f"{error}\n")
        return 1
    found = lint(catalog, folder)
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.stderr.write(f"{len(catalog)} kinds, {counted(len(found), 'problem')}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
