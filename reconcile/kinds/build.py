"""From the shape of a service's start request to a schema of pydantic-core for the spec of a manifest."""

from collections.abc import Mapping
from typing import Any

from reconcile.kinds import checks
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.documentation import plain
from reconcile.kinds.patterns import full_match, is_native
from reconcile.kinds.shapes import Shape, input_of
from reconcile.kinds.vocabulary import Schema

_LARGEST = 2**63 - 1  # of what JSON can carry to any service


def spec_schema(descriptor: Descriptor, *, documented: bool = False) -> Schema:
    """The start request as a person writes it: without the token, which is ours, and with a name only if wanted.

    `documented` adds what an editor shows and a validator has no use for. Raises CatalogError.
    """
    build = _Build(descriptor.service if not descriptor.shapes else descriptor.kind, documented=documented)
    top = build.top(input_of(descriptor), descriptor)
    return {"type": "definitions", "schema": top, "definitions": list(build.definitions.values())}


class _Build:
    """Each structure becomes one definition, which is what lets shapes refer to themselves."""

    def __init__(self, space: str, *, documented: bool) -> None:
        self.definitions: dict[str, Schema] = {}
        self._space = space
        self._documented = documented

    def top(self, shape: Shape, descriptor: Descriptor) -> Schema:
        start = descriptor.start
        members = {name: member for name, member in shape.members.items() if name != start.token}
        required = ({*shape.required, *descriptor.required} & {*members}) - {start.name}
        fields = self._fields(members, required)
        refused = {start.token: "reconcile makes the client token itself; remove it"} if start.token else {}
        structure = _structure(fields) | {"metadata": {"refused": refused}}
        union = [checks.Group(tuple(members), is_union=True)] if shape.is_union else []
        groups = (*union, *(checks.Group(group, is_union=False) for group in descriptor.any_of))
        return checks.with_groups(structure, groups) if groups else structure

    def _schema(self, shape: Shape) -> Schema:
        schema = self._bare(shape)
        return (
            schema | {"metadata": {**schema.get("metadata", {}), "sensitive": True}} if shape.is_sensitive else schema
        )

    def _bare(self, shape: Shape) -> Schema:
        match shape.type:
            case "structure":
                return self._reference(shape)
            case "list":
                return {"type": "list", "items_schema": self._schema(shape.element), **_items(shape)}
            case "map":
                keys, values = self._schema(shape.key), self._schema(shape.element)
                return {"type": "dict", "keys_schema": keys, "values_schema": values, **_items(shape)}
            case "string" | "character":
                return self._text(shape)
            case "integer" | "long" | "short" | "byte":
                low, high = shape.data.get("min", -_LARGEST - 1), shape.data.get("max", _LARGEST)
                return {"type": "int", "ge": low, "le": high}
            case "float" | "double":
                return {"type": "float", "allow_inf_nan": False, **_named(shape, ge="min", le="max")}
            case "boolean":
                return {"type": "bool"}
            case "timestamp":
                return checks.timestamp()
            case "blob":
                return checks.blob(shape.data.get("min", 0), shape.data.get("max"))
            case _:
                return {"type": "any"}

    def _reference(self, shape: Shape) -> Schema:
        name = f"{self._space}.{shape.name}"
        if name not in self.definitions:
            self.definitions[name] = {}  # it may refer to itself
            structure = _structure(self._fields(shape.members, {*shape.required}))
            whole = (
                checks.with_groups(structure, (checks.Group(tuple(shape.members), is_union=True),))
                if shape.is_union
                else structure
            )
            self.definitions[name] = whole | {"ref": name}
        return {"type": "definition-ref", "schema_ref": name}

    def _text(self, shape: Shape) -> Schema:
        if shape.enum:
            return {"type": "literal", "expected": list(shape.enum)}
        schema = {"type": "str", **_named(shape, min_length="min", max_length="max")}
        pattern = shape.data.get("pattern")
        if pattern is None:
            return schema
        return schema | {"pattern": full_match(pattern)} if is_native(pattern) else checks.with_pattern(schema, pattern)

    def _fields(self, members: Mapping[str, Shape], required: set[str]) -> Schema:
        return {
            name: {"type": "typed-dict-field", "schema": self._member(member), "required": name in required}
            for name, member in members.items()
        }

    def _member(self, shape: Shape) -> Schema:
        schema = self._schema(shape)
        if not (self._documented and shape.documentation):
            return schema
        metadata = schema.get("metadata", {})
        updates = metadata.get("pydantic_js_updates", {}) | {"description": plain(shape.documentation)}
        return schema | {"metadata": {**metadata, "pydantic_js_updates": updates}}


def _structure(fields: Schema) -> Schema:
    return {"type": "typed-dict", "extra_behavior": "forbid", "fields": fields}


def _items(shape: Shape) -> dict[str, Any]:
    return _named(shape, min_length="min", max_length="max")


def _named(shape: Shape, **names: str) -> dict[str, Any]:
    """The shape's bounds under the names that pydantic-core has for them."""
    return {ours: shape.data[theirs] for ours, theirs in names.items() if theirs in shape.data}
