"""The file of accepted drift (drift-accepted.yaml), as a schema of pydantic-core."""

from pydantic_core import SchemaValidator

from reconcile.kinds.envelope import ADDRESS, API_VERSION
from reconcile.kinds.problems import SpecProblem, problems
from reconcile.kinds.vocabulary import Schema, listing, noted, structure, text, words
from reconcile.model.drift import DriftKind

KIND = "DriftAcceptances"

_SCHEMA: Schema = structure(
    ("apiVersion", "kind", "accepted"),
    apiVersion=words(API_VERSION),
    kind=words(KIND),
    accepted=listing(
        structure(
            ("address", "drift", "until", "reason"),
            address=noted(text(ADDRESS, form="an address such as EMRServerlessJobRun/nightly"), "The job."),
            drift=noted(words(*(kind for kind in DriftKind if kind.is_drift)), "How it drifts: no other is accepted."),
            until=noted(text(r"\d{4}-\d{2}-\d{2}", form="a date such as 2026-12-31"), "The last day (UTC)."),
            reason=noted(text(r".*\S.*", form="why"), "Why, for those who review this."),
        )
    ),
)
_VALIDATOR = SchemaValidator(_SCHEMA)


def acceptance_problems(document: object) -> tuple[SpecProblem, ...]:
    """What is wrong with the file, but for dates that no calendar has."""
    return problems(_VALIDATOR, _SCHEMA, document)
