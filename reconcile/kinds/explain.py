"""What a field of a spec is: its type, bounds and documentation, as the service's own model has them."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconcile.errors import UsageError, nearest
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.documentation import first_sentence, plain
from reconcile.kinds.shapes import Shape, input_of


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """A field below the one that is explained."""

    name: str
    type: str
    required: bool
    summary: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`type` is in words (`list of string`), each of `bounds` a phrase (`20 to 2048 characters`)."""

    title: str
    type: str
    bounds: tuple[str, ...]
    enum: tuple[str, ...]
    required: bool
    sensitive: bool
    documentation: str
    fields: tuple[ExplainedField, ...]


def explain(descriptor: Descriptor, path: str = "") -> Explanation:
    """`KIND`, `KIND.field` and `KIND.spec.field` alike, with or without the KIND; items of lists and values of maps
    need no part of their own. Raises UsageError with the nearest right word where there is no such field."""
    shape, names, required = input_of(descriptor), [descriptor.kind, "spec"], True
    for part in _parts(descriptor, shape, path):
        holder = _inside(shape)
        fields = _fields_of(descriptor, holder)
        if part not in fields:
            raise UsageError(
                f"{'.'.join(names)} has no field {part}{nearest(part, list(fields))}",
                fix=f"Its fields are: {', '.join(fields) or 'none'}",
            )
        names.append(part)
        required = _is_required(descriptor, holder, part)
        shape = fields[part]
    is_top = len(names) == 2
    return Explanation(
        title=".".join(names),
        type=_type(shape),
        bounds=tuple(_bounds(shape)),
        enum=_innermost(shape).enum,
        required=required,
        sensitive=shape.is_sensitive,
        documentation=descriptor.summary if is_top else plain(shape.documentation),
        fields=tuple(_explained(descriptor, _inside(shape))),
    )


def _parts(descriptor: Descriptor, shape: Shape, path: str) -> list[str]:
    parts = [part for part in path.split(".") if part]
    if parts[:1] == [descriptor.kind]:
        parts = parts[1:]
    return parts[1:] if parts[:1] == ["spec"] and "spec" not in shape.members else parts


def _inside(shape: Shape) -> Shape:
    """The structure that a list or a map holds, however deep; the shape itself otherwise."""
    inner = _innermost(shape)
    return inner if inner.type == "structure" else shape


def _innermost(shape: Shape) -> Shape:
    while shape.type in ("list", "map"):
        shape = shape.element
    return shape


def _fields_of(descriptor: Descriptor, shape: Shape) -> dict[str, Shape]:
    """But for the token, which is not the user's to write."""
    is_top = shape.name == input_of(descriptor).name
    return {name: member for name, member in shape.members.items() if not (is_top and name == descriptor.start.token)}


def _is_required(descriptor: Descriptor, holder: Shape, name: str) -> bool:
    if holder.name != input_of(descriptor).name:
        return name in holder.required
    return name != descriptor.start.name and name in (*holder.required, *descriptor.required)


def _explained(descriptor: Descriptor, holder: Shape) -> Iterator[ExplainedField]:
    for name, member in _fields_of(descriptor, holder).items():
        required = _is_required(descriptor, holder, name)
        yield ExplainedField(name, _type(member), required, first_sentence(plain(member.documentation)))


def _type(shape: Shape) -> str:
    match shape.type:
        case "list":
            return f"list of {_type(shape.element)}"
        case "map":
            return f"map of {_type(shape.key)} to {_type(shape.element)}"
        case "structure":
            return "exactly one of its fields" if shape.is_union else "structure"
        case "blob":
            return "bytes in base64"
        case _:
            return shape.type


def _bounds(shape: Shape) -> Iterator[str]:
    counted = {"string": " characters", "list": " items", "map": " entries", "blob": " bytes"}.get(shape.type, "")
    match shape.data.get("min"), shape.data.get("max"):
        case None, None:
            pass
        case low, None:
            yield f"at least {low}{counted}"
        case None, high:
            yield f"at most {high}{counted}"
        case low, high:
            yield f"{low} to {high}{counted}"
    if "pattern" in shape.data:
        yield f"pattern {shape.data['pattern']}"
    if shape.type == "map":
        yield from (f"key: {bound}" for bound in _bounds(shape.key))
        yield from (f"key: one of {', '.join(shape.key.enum)}" for _ in shape.key.enum[:1])
    if shape.type in ("list", "map"):
        yield from (f"each: {bound}" for bound in _bounds(shape.element))
