"""What a validator has against a document, in words for people: every problem at once, at its path."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

from reconcile.errors import counted, nearest, nearest_word
from reconcile.kinds.patterns import as_written
from reconcile.kinds.walk import schema_at, schemas_along

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """`path` leads to the value that is wrong, from the top of what was validated; `at_key`: its name is wrong."""

    path: Path
    message: str
    at_key: bool = False


def problems(validator: SchemaValidator, schema: Mapping[str, Any], value: object) -> tuple[SpecProblem, ...]:
    """All that is wrong with `value`, in the order of its fields. `schema` is what the validator was made from."""
    try:
        validator.validate_python(value, strict=True)
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        mistyped = {meant for error in errors if (meant := _meant(schema, error))}
        return tuple(
            _problem(schema, error) for error in errors if error["type"] != "missing" or error["loc"] not in mistyped
        )
    return ()


def _meant(schema: Mapping[str, Any], error: ErrorDetails) -> Path:
    """The field that an unknown one was probably meant to be; () where there is none."""
    if error["type"] != "extra_forbidden":
        return ()
    *above, field = error["loc"]
    near = nearest_word(str(field), schema_at(schema, tuple(above)).get("fields", ()))
    return (*above, near) if near else ()


def _problem(schema: Mapping[str, Any], error: ErrorDetails) -> SpecProblem:
    *path, last = error["loc"] or ("",)
    if last == "[key]":
        return SpecProblem(tuple(path), f"the key {error['input']!r}: {_message(schema, error)}", at_key=True)
    at_key = error["type"] in ("extra_forbidden", "invalid_key")
    return SpecProblem(error["loc"], _message(schema, error), at_key)


def _message(schema: Mapping[str, Any], error: ErrorDetails) -> str:
    value, context, name = error["input"], error.get("ctx", {}), error["type"]
    match name:
        case "extra_forbidden":
            return _unknown(schema, error["loc"])
        case "missing":
            return "missing; it is required"
        case "string_too_short":
            return f"{counted(len(value), 'character')}, {_least(context['min_length'])} needed"
        case "string_too_long":
            return f"{counted(len(value), 'character')}, {_most(context['max_length'])} allowed"
        case "too_short":
            return f"{counted(len(value), 'item')}, {_least(context['min_length'])} needed"
        case "too_long":
            return f"{counted(len(value), 'item')}, {_most(context['max_length'])} allowed"
        case "greater_than_equal":
            return f"{value} is too small; at least {_number(context['ge'])} is needed"
        case "less_than_equal":
            return f"{value} is too large; at most {_number(context['le'])} is allowed"
        case "string_pattern_mismatch":
            return _unfit(_form(schema, error["loc"]), value, as_written(context["pattern"]))
        case "string_type" if form := _form(schema, error["loc"]):
            return f"{_shown(value)} is {_kind_of(value)}; write {form}"
        case "literal_error":
            return _not_one_of(schema, error["loc"], value)
        case "invalid_key":
            return f"the name of a field is a string, and {_shown(value)} is none"
        case _ if name in _WANTED:
            return _wrong_type(_WANTED[name], value, hidden=_is_sensitive(schema, error["loc"]))
        case _:
            return error["msg"]


def _unfit(form: str, value: str, pattern: str) -> str:
    return f"{value!r} does not fit; write {form}" if form else f"does not match the pattern {pattern}"


def _unknown(schema: Mapping[str, Any], path: Path) -> str:
    *above, field = path
    around = schema_at(schema, tuple(above))
    refused = around.get("metadata", {}).get("refused", {})
    return refused.get(field) or f"unknown field{nearest(str(field), list(around.get('fields', ())))}"


def _not_one_of(schema: Mapping[str, Any], path: Path, value: object) -> str:
    words = [str(word) for word in schema_at(schema, path)["expected"]]
    if not isinstance(value, str):
        return _wrong_type("a string", value, hidden=False)
    return f"{value!r} is not one of: {', '.join(words)}{nearest(value, words)}"


_WANTED = {
    "string_type": "a string",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
}


def _wrong_type(wanted: str, value: object, *, hidden: bool) -> str:
    quote = ": quote it" if wanted == "a string" and isinstance(value, bool | int | float) else ""
    return f"{'this' if hidden and quote else _shown(value)} is {_kind_of(value)}; {wanted} is needed{quote}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return "this"


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "given"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _least(number: int) -> str:
    return f"at least {number} {'is' if number == 1 else 'are'}"


def _most(number: int) -> str:
    return f"at most {number} {'is' if number == 1 else 'are'}"


def _number(number: float) -> str:
    return str(int(number) if number == int(number) else number)


def _form(schema: Mapping[str, Any], path: Path) -> str:
    """What to write there, in words; "" where only a pattern tells."""
    form: str = schema_at(schema, path).get("metadata", {}).get("form", "")
    return form


def _is_sensitive(schema: Mapping[str, Any], path: Path) -> bool:
    return any(node.get("metadata", {}).get("sensitive") for node in schemas_along(schema, path))
