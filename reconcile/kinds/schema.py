"""JSON Schema (2020-12) of whole manifests, for editors and for people who generate manifests."""

from collections.abc import Mapping
from typing import Any

from reconcile.kinds.build import spec_schema
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.envelope import ENVELOPE_SCHEMA
from reconcile.kinds.project_file import PROJECT_SCHEMA
from reconcile.kinds.vocabulary import Schema, noted, words

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema(descriptor: Descriptor) -> dict[str, Any]:
    """Of one kind's manifests."""
    from reconcile.kinds.publish import publish  # noqa: PLC0415 - it brings pydantic

    return {"$schema": _DIALECT, "title": descriptor.kind, **publish(_manifest(descriptor))}


def all_schemas(catalog: Mapping[str, Descriptor]) -> dict[str, Any]:
    """Of every document that a project may hold: `kind` says which part applies."""
    from reconcile.kinds.publish import publish_all  # noqa: PLC0415 - it brings pydantic

    documents = {kind: _manifest(descriptor) for kind, descriptor in catalog.items()} | {"Project": PROJECT_SCHEMA}
    schemas, definitions = publish_all(documents)
    return {
        "$schema": _DIALECT,
        "title": "reconcile",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": list(schemas)}},
        "allOf": [_applies(kind, schema) for kind, schema in schemas.items()],
        "$defs": definitions,
    }


def _applies(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": schema}


def _manifest(descriptor: Descriptor) -> Schema:
    goals = dict.fromkeys(rule.goal for rule in descriptor.goals)
    own = {
        "kind": words(descriptor.kind),
        "goal": noted(words(*goals), f"What is wanted of the job; {descriptor.goals[0].goal} unless given."),
        "spec": spec_schema(descriptor, documented=True),
    }
    fields = {
        name: field | {"schema": own.get(name, field["schema"])} for name, field in ENVELOPE_SCHEMA["fields"].items()
    }
    return noted(ENVELOPE_SCHEMA | {"fields": fields}, descriptor.summary)
