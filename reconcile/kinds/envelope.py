"""What stands around a spec: the top level of every manifest, and the project file, as schemas of pydantic-core."""

from typing import Any

from pydantic_core import SchemaValidator

from reconcile.kinds.patterns import full_match
from reconcile.kinds.problems import SpecProblem, problems
from reconcile.model.address import NAME
from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect

API_VERSION = "reconcile/v1"
DURATION = r"[0-9]+[smh]"
ADDRESS = rf"[A-Z][A-Za-z0-9]*/{NAME.pattern}"

Schema = dict[str, Any]


def text(pattern: str = "") -> Schema:
    return {"type": "str", "pattern": full_match(pattern)} if pattern else {"type": "str"}


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
    return schema | {"metadata": {"pydantic_js_updates": {"description": description}}}


ENVELOPE_SCHEMA: Schema = structure(
    ("apiVersion", "kind", "metadata", "spec"),
    apiVersion=words(API_VERSION),
    kind=noted(text(r"[A-Z][A-Za-z0-9]*"), "What sort of job this is; `reconcile kinds` lists them."),
    metadata=structure(
        ("name",),
        name=noted(text(NAME.pattern), "Unique for its kind in this project."),
        labels=noted(mapping(text()), "Your own words; --target selects by them."),
    ),
    goal=noted(words(*Goal), "What is wanted of the job; each kind has a default."),
    generation=noted(whole(least=1), "Raise it to run the same content again."),
    retry=structure(
        maxAttempts=noted(whole(least=1), "Starts of one content and generation, however they ended."),
    ),
    lifecycle=structure(
        onChange=noted(words(*OnChange), "When the content changes while the job runs."),
        onRemove=noted(words(*OnRemove), "When the manifest is removed while the job runs."),
        onMissing=noted(words(*OnMissing), "When the service no longer knows a job that ran."),
        protect=noted(listing(words(*Protect)), "What a plan may never do to this job."),
    ),
    timeouts=structure(stop=noted(text(DURATION), "How long to wait for the end of a job that is stopped: 60s, 5m.")),
    dependsOn=noted(listing(text(ADDRESS)), "Jobs (Kind/name) that must have reached their goal first."),
    provider=noted(text(), "A name from the project file's providers."),
    spec=noted(
        {"type": "dict", "keys_schema": {"type": "str"}, "values_schema": {"type": "any"}},
        "The start request of the service, in its own field names.",
    ),
)

ENVELOPE = SchemaValidator(ENVELOPE_SCHEMA)


def envelope_problems(document: object) -> tuple[SpecProblem, ...]:
    """What is wrong with a manifest outside its spec."""
    return problems(ENVELOPE, ENVELOPE_SCHEMA, document)
