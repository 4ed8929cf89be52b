"""From botocore's own loaded models, and nothing of ours: specs that are right, and wrong by exactly one constraint."""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.kinds.sample import breaking, matches, matching, shortest


class Wrong(NamedTuple):
    """`path` is where the problem must be reported."""

    what: str
    path: tuple
    spec: Any


def right(shape, skip: frozenset[str] = frozenset(), depth: int = 0) -> list:
    """Values of a shape: everything given, once with each alternative of a union, at least and at most so long."""
    match shape.type_name:
        case "structure":
            return _structures(shape, skip, depth)
        case "list":
            least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 3)
            items = right(shape.member, depth=depth + 1)
            sizes = {max(least, 1), least, min(most, max(least, 5))} if depth < 8 else {least}
            return [[copy.deepcopy(items[index % len(items)]) for index in range(size)] for size in sorted(sizes)[::-1]]
        case "map":
            keys, values = right(shape.key), right(shape.value, depth=depth + 1)
            most = min(shape.metadata.get("max", 3), len(keys))
            return [{key: copy.deepcopy(values[0]) for key in keys[:most]}]
        case "string":
            return _strings(shape)
        case "integer" | "long":
            bounds = {shape.metadata.get("min", 0), shape.metadata.get("max", 7)}
            return sorted(bounds)
        case "double" | "float":
            return [shape.metadata.get("min", 0), float(shape.metadata.get("max", 7)), 0.5]
        case "boolean":
            return [True, False]
    raise AssertionError(shape.type_name)


def _structures(shape, skip, depth) -> list:
    members = {name: member for name, member in shape.members.items() if name not in skip}
    if depth > 9:  # a shape that holds itself
        members = {name: member for name, member in members.items() if name in shape.required_members}
    if shape.is_tagged_union:
        return [{name: value} for name, member in members.items() for value in right(member, depth=depth + 1)[:2]]
    options = {name: right(member, depth=depth + 1) for name, member in members.items()}
    most = max((len(values) for values in options.values()), default=1)
    full = [
        {name: copy.deepcopy(values[index % len(values)]) for name, values in options.items()} for index in range(most)
    ]
    return [*full, {name: copy.deepcopy(options[name][0]) for name in shape.required_members if name in options}]


def _strings(shape) -> list:
    if shape.enum:
        return list(shape.enum)
    pattern, least, most = (shape.metadata.get(word) for word in ("pattern", "min", "max"))
    short = shortest(pattern, least or 0)
    long = matching(pattern, most) if most and most < 3000 else None
    return [short or shortest(pattern, 1), short, *([long] if long else [])]


def wrong(shape, value, path: tuple = (), skip: frozenset[str] = frozenset()) -> Iterator[Wrong]:
    """`value` (which is right) with one thing wrong, at every place where something can be."""
    for other in (None, True, 7, 1.5, "", [], {}):
        if not _is_of_type(shape, other):
            yield Wrong(f"{type(other).__name__} for a {shape.type_name}", path, other)
    match shape.type_name:
        case "structure":
            yield from _wrong_structures(shape, value, path, skip)
        case "list":
            yield from _wrong_sizes(
                shape, path, len(value), lambda size: (value * (size + 1))[:size] if value else None
            )
            for index, item in enumerate(value[:2]):
                for inner in wrong(shape.member, item, (*path, index)):
                    yield inner._replace(spec=[*value[:index], inner.spec, *value[index + 1 :]])
        case "map":
            yield from _wrong_maps(shape, value, path)
        case "string":
            yield from _wrong_strings(shape, value, path)
        case "integer" | "long" | "double" | "float":
            if "min" in shape.metadata:
                yield Wrong("too small", path, shape.metadata["min"] - 1)
            if "max" in shape.metadata:
                yield Wrong("too large", path, shape.metadata["max"] + 1)


def _wrong_structures(shape, value, path, skip) -> Iterator[Wrong]:
    yield Wrong("unknown member", (*path, "Unheard"), value | {"Unheard": "x"})
    for name in shape.required_members:
        if name not in skip:
            yield Wrong("missing", (*path, name), {key: item for key, item in value.items() if key != name})
    if shape.is_tagged_union:
        yield Wrong("none of a union", path, {})
        yield Wrong(
            "two of a union", path, {name: right(member)[0] for name, member in list(shape.members.items())[:2]}
        )
    for name, item in value.items():
        for inner in wrong(shape.members[name], item, (*path, name)):
            yield inner._replace(spec=value | {name: inner.spec})


def _wrong_sizes(shape, path, size, of_size) -> Iterator[Wrong]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    if size >= least > 0:
        yield Wrong("too few", path, of_size(least - 1))
    if most is not None and size:
        yield Wrong("too many", path, of_size(most + 1))


def _wrong_maps(shape, value, path) -> Iterator[Wrong]:
    if not value:
        return
    first, item = next(iter(value.items()))
    if not shape.key.enum:
        keys = [
            first,
            *(text for length in range(1, 40) if (text := matching(shape.key.metadata.get("pattern"), length))),
        ]
        spread = {
            f"{key}{tail}": item
            for key in keys
            for tail in ("", "a", "b", "ab", "ba", "aa", "bb", "c", "ac", "bc", "cc")
        }
        spread = {key: item for key, item in spread.items() if len(key) <= shape.key.metadata.get("max", 99)}

        def of_size(size: int) -> dict:
            assert len(spread) >= size
            return dict(list(spread.items())[:size])

        yield from _wrong_sizes(shape, path, len(value), of_size)
    for inner in wrong(shape.key, first, (*path, first)):
        if isinstance(inner.spec, str) and inner.spec not in value:
            yield Wrong(f"key: {inner.what}", (*path, inner.spec), value | {inner.spec: item})
    for inner in wrong(shape.value, item, (*path, first)):
        yield inner._replace(spec=value | {first: inner.spec})


def _wrong_strings(shape, value, path) -> Iterator[Wrong]:
    if shape.enum:
        yield Wrong("not of the enum", path, "Unheard")
        yield Wrong("not of the enum, by case", path, shape.enum[0].swapcase())
        return
    pattern, least, most = (shape.metadata.get(word) for word in ("pattern", "min", "max"))
    if least and (short := matching(pattern, least - 1)) is not None:
        yield Wrong("too short", path, short)
    if most and (long := matching(pattern, most + 1)) is not None:
        yield Wrong("too long", path, long)
    if pattern and value and (broken := breaking(pattern, value)) is not None:
        yield Wrong("against its pattern", path, broken)
    if pattern and (most is None or len(value) < most) and not matches(pattern, value + "\n"):
        yield Wrong("a newline at its end", path, value + "\n")


def _is_of_type(shape, value) -> bool:
    match shape.type_name:
        case "structure" | "map":
            return type(value) is dict
        case "list":
            return type(value) is list
        case "string":
            return type(value) is str
        case "integer" | "long":
            return type(value) is int
        case "double" | "float":
            return type(value) in (int, float)
        case "boolean":
            return type(value) is bool
    raise AssertionError(shape.type_name)
