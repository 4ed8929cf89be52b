"""What stands around a spec: the top level of every manifest, as a schema of pydantic-core."""

from pydantic_core import SchemaValidator

from reconcile.kinds.problems import SpecProblem, problems
from reconcile.kinds.vocabulary import Schema, listing, mapping, noted, structure, text, whole, words
from reconcile.model import duration
from reconcile.model.address import NAME
from reconcile.model.phase import Goal, OnChange, OnMissing, OnRemove, Protect

API_VERSION = "reconcile/v1"
NAME_FORM = "small letters, digits and hyphens, at most 63, such as nightly-2"
ADDRESS = rf"[A-Z][A-Za-z0-9]*/{NAME.pattern}"

ENVELOPE_SCHEMA: Schema = structure(
    ("apiVersion", "kind", "metadata", "spec"),
    apiVersion=words(API_VERSION),
    kind=noted(
        text(r"[A-Z][A-Za-z0-9]*", form="a kind, such as EMRServerlessJobRun"),
        "What sort of job this is; `reconcile kinds` lists them.",
    ),
    metadata=structure(
        ("name",),
        name=noted(text(NAME.pattern, form=NAME_FORM), "Unique for its kind in this project."),
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
    timeouts=structure(
        stop=noted(
            text(duration.PATTERN, form="a duration such as 60s, 5m or 2h"),
            "How long to wait for the end of a job that is stopped: 60s, 5m.",
        )
    ),
    dependsOn=noted(
        listing(text(ADDRESS, form="an address such as EMRServerlessJobRun/nightly")),
        "Jobs (Kind/name) that must have reached their goal first.",
    ),
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
