"""Schemas of pydantic-core as JSON Schema. The one user of pydantic; whoever needs it imports this when it does."""

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from reconcile.kinds.patterns import as_written, published
from reconcile.kinds.vocabulary import Schema

# What they become is for the plan to check.
_REFERENCE = {"type": "string", "pattern": r"\$\{[^{}]+\}"}
_ALONE = {"type": "string", "pattern": r"^\$\{var\.[^{}]+\}$"}  # it keeps the type of its value


def publish(schema: Schema) -> JsonSchemaValue:
    """One schema, its definitions included."""
    return _Generator().generate(schema)


def publish_all(schemas: Mapping[str, Schema]) -> tuple[dict[str, JsonSchemaValue], dict[str, JsonSchemaValue]]:
    """Each of several schemas, and the definitions that they share."""
    mode: JsonSchemaMode = "validation"
    made, definitions = _Generator().generate_definitions([(name, mode, item) for name, item in schemas.items()])
    return {name: made[name, mode] for name in schemas}, {str(name): item for name, item in definitions.items()}


class _Generator(GenerateJsonSchema):
    """Patterns in the dialect of JSON Schema, keys of maps checked, and no titles made up from names."""

    def field_title_should_be_set(self, _: Any) -> bool:
        return False

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        plain: Any = {name: item for name, item in schema.items() if name != "pattern"}
        made = super().str_schema(plain)
        pattern = schema.get("pattern")
        made |= published(as_written(str(pattern))) if pattern else {}
        return _or_reference(made) if len(made) > 1 else made

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return _or_variable(super().int_schema(schema))

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return _or_variable(super().float_schema(schema))

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        return _or_variable(super().bool_schema(schema))

    def list_schema(self, schema: core_schema.ListSchema) -> JsonSchemaValue:
        return _or_variable(super().list_schema(schema))

    def literal_schema(self, schema: core_schema.LiteralSchema) -> JsonSchemaValue:
        made = super().literal_schema(schema)
        return made if "const" in made else _or_reference(made)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        keys = self.generate_inner(schema["keys_schema"])
        made: JsonSchemaValue = {"type": "object", "additionalProperties": self.generate_inner(schema["values_schema"])}
        made |= {} if keys == {"type": "string"} else {"propertyNames": keys}
        names = {"minProperties": "min_length", "maxProperties": "max_length"}
        given: Mapping[str, object] = schema
        return made | {name: given[bound] for name, bound in names.items() if bound in given}


def _or_reference(made: JsonSchemaValue) -> JsonSchemaValue:
    return {"anyOf": [made, _REFERENCE]}


def _or_variable(made: JsonSchemaValue) -> JsonSchemaValue:
    return {"anyOf": [made, _ALONE]}
