"""The published schemas, made strict: a reader may not mind what it does not know, these tests do."""

import functools

import jsonschema

from reconcile.report.schema import output_schemas


def assert_valid(value, name):
    """Raises ValidationError."""
    _validator(name).validate(value)


@functools.cache
def _validator(name):
    schema = output_schemas()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(
        _strict(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def _strict(schema):
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {name: _strict(item) for name, item in schema.items()}
    closed = "properties" in schema and "oneOf" not in schema and "type" in schema
    return strict | ({"additionalProperties": False} if closed else {})
