"""Finds the schema that a place in a document was checked with, in pydantic-core's own schema language."""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]


def schema_at(schema: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    *_, last = schemas_along(schema, path)
    return last


def schemas_along(schema: Mapping[str, Any], path: Path) -> Iterator[Mapping[str, Any]]:
    """The schemas that a path leads through, the top one and the last one included."""
    definitions = {item["ref"]: item for item in schema.get("definitions", ())}
    node = _bare(schema, definitions)
    yield node
    for index, part in enumerate(path):
        match node["type"]:
            case "typed-dict":
                field = node["fields"].get(part)
                node = field["schema"] if field else {"type": "any"}
            case "list":
                node = node["items_schema"]
            case "dict":
                node = node["keys_schema" if path[index + 1 : index + 2] == ("[key]",) else "values_schema"]
            case _ if part == "[key]":
                pass
            case _:
                return
        node = _bare(node, definitions)
        yield node


def _bare(node: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Without what only wraps or points."""
    while True:
        match node["type"]:
            case "definitions":
                node = node["schema"]
            case "definition-ref":
                node = definitions[node["schema_ref"]]
            case "function-wrap" | "function-after":
                node = node["schema"]
            case _:
                return node
