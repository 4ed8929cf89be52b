"""The DataArts API as HTTP: paths and queries in, operations out, and its own form of errors."""

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson

from reconcile.sandbox.http import Reply, Request, json_reply
from reconcile.sandbox.rules import NO_CREDENTIALS, Refusal, Refused

_JOBS = r"/v1/(?P<project>[^/]+)/jobs"
_JOB = _JOBS + r"/(?P<jobName>[^/]+)"
_ROUTES = tuple(
    (method, re.compile(path), operation)
    for method, path, operation in (
        ("GET", _JOBS, "ListJobs"),
        ("GET", _JOBS + "/instances/detail", "ListJobInstances"),
        ("POST", _JOB + "/start", "StartJob"),
        ("POST", _JOB + "/stop", "StopJob"),
        ("POST", _JOB + "/run-immediate", "RunOnce"),
        ("GET", _JOB + "/status", "ShowJobStatus"),
        ("GET", _JOB + r"/instances/(?P<instanceId>[^/]+)", "ShowJobInstance"),
        ("POST", _JOB + r"/instances/(?P<instanceId>[^/]+)/stop", "StopJobInstance"),
        ("POST", _JOB + r"/instances/(?P<instanceId>[^/]+)/restart", "RestoreJobInstance"),
    )
)
_NUMBERS = ("limit", "offset", "minPlanTime", "maxPlanTime", "instanceType")
_INVALID = Refusal("DLF.3051")


class Call(NamedTuple):
    """A request, recognised. `place` is projectId/workspace."""

    operation: str
    place: str
    params: dict[str, Any]


def is_for_dataarts(request: Request) -> bool:
    """A bucket may be called v1, but its requests are signed in AWS's way."""
    aws = request.headers.get("authorization", "").startswith("AWS4")
    return not aws and re.match(_JOBS + "(/|$)", request.path) is not None


def recognise(request: Request) -> Call:
    """Raises Refused for credentials that are missing, an unknown path, or parameters that cannot be read."""
    if not ({"authorization", "x-auth-token"} & request.headers.keys()):
        raise Refused(NO_CREDENTIALS, "Incorrect IAM authentication information: no credentials")
    for method, path, operation in _ROUTES:
        found = path.fullmatch(request.path)
        if found and method == request.method:
            labels = {name: unquote(text) for name, text in found.groupdict().items()}
            place = f"{labels.pop('project')}/{request.headers.get('workspace') or 'default'}"
            return Call(operation, place, {**_query(request), **_body(request), **labels})
    raise Refused(Refusal("APIGW.0101", 404), "The API does not exist or has not been published in the environment")


def reply(members: dict[str, Any] | None) -> Reply:
    return Reply(204) if members is None else json_reply(members)


def refusal(refused: Refused) -> Reply:
    return json_reply({"error_code": refused.code, "error_msg": refused.message}, refused.status)


def _query(request: Request) -> dict[str, Any]:
    params: dict[str, Any] = {name: texts[-1] for name, texts in request.asked().items()}
    for name in _NUMBERS:
        if name in params:
            params[name] = _number(name, params[name])
    if "preciseQuery" in params:
        params["preciseQuery"] = params["preciseQuery"].lower() == "true"
    return params


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise Refused(_INVALID, f"The parameter {name} is not a number: {text}")
    return int(text)


def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(request.body) if request.body.strip() else {}
    except ValueError as error:
        raise Refused(_INVALID, f"The body is not JSON: {error}") from error
    parameters = body.get("jobParams") if isinstance(body, dict) else False
    if parameters is None:
        return {}
    if not isinstance(parameters, list) or not all(_is_parameter(parameter) for parameter in parameters):
        raise Refused(_INVALID, "jobParams must be a list of name (64 characters at most) and value (1024).")
    return {"jobParams": parameters}


def _is_parameter(parameter: Any) -> bool:
    if not isinstance(parameter, dict):
        return False
    name, value = parameter.get("name"), parameter.get("value")
    return isinstance(name, str) and 0 < len(name) <= 64 and isinstance(value, str) and len(value) <= 1024
