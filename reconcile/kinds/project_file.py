"""The project file (reconcile.yaml), as a schema of pydantic-core."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import SchemaValidator

from reconcile.kinds.checks import refuse
from reconcile.kinds.descriptor import Limits
from reconcile.kinds.envelope import API_VERSION, NAME_FORM
from reconcile.kinds.problems import SpecProblem, problems
from reconcile.kinds.reader import RATE, Unreadable, Wrong, read
from reconcile.kinds.vocabulary import Schema, listing, mapping, noted, structure, text, whole, words
from reconcile.model import duration
from reconcile.model.address import NAME
from reconcile.model.project import PROVIDER_TYPES
from reconcile.model.variables import VariableType


def read_limits(value: object) -> Mapping[str, Limits] | None:
    """{kind: limits}, or None for `off`: neither rates nor capacity. Raises Unreadable."""
    if value == "off":
        return None
    limits: Mapping[str, Limits] = read(Mapping[str, Limits], value)
    return limits


def _told(wrong: Wrong) -> str:
    place = ".".join(map(str, wrong.path))
    return f"{place}: {wrong.what}" if place else f"{wrong.what}; or write off"


def _limits_are_readable(value: Any) -> Any:
    try:
        read_limits(value)
    except Unreadable as error:
        raise refuse("; ".join(map(_told, error.found))) from error
    return value


_RATE = {"type": "string", "pattern": f"^{RATE}$"}
_LIMITS = {
    "type": "object",
    "additionalProperties": False,
    "properties": dict.fromkeys(("start", "stop", "list", "read"), _RATE) | {"active": {"type": "integer"}},
}
_ALL_LIMITS: Schema = {
    "type": "function-after",
    "function": {"type": "no-info", "function": _limits_are_readable},
    "schema": {"type": "any"},
    "metadata": {
        "pydantic_js_updates": {
            "description": "The catalog's unless given: off, or {EMRServerlessJobRun: {start: 5/s}}.",
            "anyOf": [{"const": "off"}, {"type": "object", "additionalProperties": _LIMITS}],
        }
    },
}

_PROVIDER = structure(
    type=noted(words(*PROVIDER_TYPES), "aws unless given."),
    region=noted(text(), "aws: the region; the SDK's own choice where it is not given."),
    profile=noted(text(), "aws: a profile of the SDK's configuration."),
    roleArn=noted(text(r"arn:.+"), "aws: a role to take on."),
    endpointUrl=noted(text(r"https?://.+"), "aws: an endpoint other than the service's own."),
    accountId=noted(text(r"[0-9]{12}"), "aws: refuse credentials of any other account."),
    endpoint=noted(text(r"https?://.+"), "dataarts: the endpoint of the service."),
    projectId=noted(text(), "dataarts: the project of the cloud."),
    workspace=noted(text(), "dataarts: the workspace."),
    limits=_ALL_LIMITS,
    marks=noted(words("tags+name", "name"), "Where our marks go: name, where tagging is not allowed."),
)

_VARIABLE = structure(
    type=noted(words(*VariableType), "string unless given."),
    default=noted({"type": "any"}, "The value where none is given; without a default, one has to be."),
    description=noted(text(), "What it is for."),
    allowed=noted(listing({"type": "any"}), "The only values that it may have."),
    secret=noted({"type": "bool"}, "Its value is sent to the service, and is written or shown nowhere."),
)

PROJECT_SCHEMA: Schema = structure(
    ("apiVersion", "kind", "metadata"),
    apiVersion=words(API_VERSION),
    kind=words("Project"),
    metadata=structure(
        ("name",),
        name=noted(text(NAME.pattern, form=NAME_FORM), "Names the project in tokens and marks, unless there is an id."),
        id=noted(text(r"[A-Za-z0-9][-A-Za-z0-9]{0,63}"), "Tells projects of one name apart; never change it."),
    ),
    providers=noted(mapping(_PROVIDER), "Where jobs run, by names of your own."),
    variables=noted(mapping(_VARIABLE), "What ${var.NAME} may stand for in manifests."),
    env=noted(
        mapping(structure(secret=noted({"type": "bool"}, "true unless given."))),
        "Which variables of the environment, read as ${env.NAME}, are no secrets.",
    ),
    lockFile=noted(text(), "A path relative to this file, or s3://bucket/path/reconcile.lock.json."),
    lockFileOptions=structure(
        region=noted(text(), "The bucket's region; the SDK's own choice where it is not given."),
        profile=noted(text(), "A profile of the SDK's configuration."),
        endpointUrl=noted(text(r"https?://.+"), "A store other than Amazon's that honours conditional writes."),
        kmsKeyId=noted(text(r".+"), "Encrypt with this key of KMS; as the bucket says where it is not given."),
        lease=noted(
            text(duration.PATTERN, form="a duration such as 60s, 5m or 2h"),
            "How long an apply that gives no sign of life keeps the lease: 60s unless given.",
        ),
    ),
    guards=structure(
        maxStops=noted(whole(least=0), "Refuse a plan that stops more jobs."),
        maxStopPercent=noted({"type": "float", "ge": 0, "le": 100}, "Refuse a plan that stops more of all jobs."),
        maxStarts=noted(whole(least=0), "Refuse a plan that starts more jobs at once."),
        kinds=noted(listing(text()), "Refuse to start jobs of other kinds."),
        roles=noted(listing(text(r"[^\s]+")), "Refuse to start jobs with other roles: ARNs, with * and ?."),
        accounts=noted(listing(text(r"[0-9]{12}")), "Refuse credentials of other AWS accounts, before the first call."),
    ),
)

PROJECT = SchemaValidator(PROJECT_SCHEMA)


def project_problems(document: object) -> tuple[SpecProblem, ...]:
    """What is wrong with a project file, but for which fields a provider of its type needs."""
    return problems(PROJECT, PROJECT_SCHEMA, document)
