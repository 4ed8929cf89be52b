"""A few words to write schemas of pydantic-core in."""

from typing import Any

from reconcile.kinds.patterns import full_match

Schema = dict[str, Any]


def text(pattern: str = "", *, form: str = "") -> Schema:
    """`form` says in words, with an example, what fits the pattern: it is what to write."""
    schema: Schema = {"type": "str", "pattern": full_match(pattern)} if pattern else {"type": "str"}
    return schema | ({"metadata": {"form": form}} if form else {})


def whole(*, least: int) -> Schema:
    return {"type": "int", "ge": least}


def words(*allowed: str) -> Schema:
    return {"type": "literal", "expected": list(allowed)}


def listing(items: Schema) -> Schema:
    return {"type": "list", "items_schema": items}


def mapping(values: Schema) -> Schema:
    return {"type": "dict", "keys_schema": {"type": "str"}, "values_schema": values}


def structure(required: tuple[str, ...] = (), /, **fields: Schema) -> Schema:
    """A mapping with these fields and no other."""
    return {
        "type": "typed-dict",
        "extra_behavior": "forbid",
        "fields": {
            name: {"type": "typed-dict-field", "schema": schema, "required": name in required}
            for name, schema in fields.items()
        },
    }


def noted(schema: Schema, description: str) -> Schema:
    """With a description, for editors and people."""
    metadata = schema.get("metadata", {})
    return schema | {"metadata": {**metadata, "pydantic_js_updates": {"description": description}}}
