"""AWS's two JSON protocols: which operation a request is for, its members, and the reply that an SDK understands.

Signatures are not checked: any credentials will do, but there must be some.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import orjson

from reconcile.sandbox import shapes
from reconcile.sandbox.http import Reply, Request, json_reply
from reconcile.sandbox.rules import Refused

_SCOPE = re.compile(r"AWS4-HMAC-SHA256 .*?Credential=[^/]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a signature says about its request. `service` is the name that signs, which several services may share."""

    region: str
    service: str


def scope_of(request: Request) -> Scope | None:
    """None where the request is not signed in AWS's way."""
    found = _SCOPE.match(request.headers.get("authorization", ""))
    return Scope(found["region"], found["service"]) if found else None


@dataclass(frozen=True, slots=True)
class Call:
    """A request, recognised: `operation` is botocore's model of it, `labels` the parts of its path."""

    service: str
    operation: Any
    region: str
    labels: Mapping[str, str]

    @property
    def name(self) -> str:
        return str(self.operation.name)


class Protocols:
    """The models of some services, loaded when the first request comes."""

    def __init__(self, services: frozenset[str]) -> None:
        self._services = services

    def recognise(self, request: Request) -> Call | None:
        """None for a request to any other service, or for an operation that its service does not have."""
        scope = scope_of(request)
        region = scope.region if scope else "us-east-1"
        target = request.headers.get("x-amz-target", "")
        if target:
            prefix, _, name = target.rpartition(".")
            service = self._by_target.get(prefix, "")
            if not service or name not in self._models[service].operation_names:
                return None
            return Call(service, self._models[service].operation_model(name), region, {})
        return self._by_path(request, scope) if scope else None

    def members(self, call: Call, request: Request) -> dict[str, Any]:
        """The operation's input. Raises Malformed."""
        shape = call.operation.input_shape
        if shape is None:
            return {}
        document = _document(request.body)
        asked = request.asked()
        for name, member in shape.members.items():
            where, wire = member.serialization.get("location"), member.serialization.get("name", name)
            match where:
                case "uri":
                    document[wire] = shapes.from_text(member, [unquote(call.labels[wire])])
                case "querystring" if wire in asked:
                    document[wire] = shapes.from_text(member, asked[wire])
                case "header" if wire.lower() in request.headers:
                    document[wire] = shapes.from_text(member, [request.headers[wire.lower()]])
        return shapes.read(shape, document)

    def reply(self, call: Call, members: Mapping[str, Any]) -> Reply:
        shape = call.operation.output_shape
        status = int(call.operation.http.get("responseCode", 200))
        return json_reply(shapes.write(shape, members) if shape else {}, status, _headers(call.service, self._models))

    def refusal(self, call: Call, refused: Refused) -> Reply:
        headers = {**_headers(call.service, self._models), "x-amzn-ErrorType": refused.code}
        return json_reply({"__type": refused.code, "message": refused.message}, refused.status, headers)

    @cached_property
    def _models(self) -> dict[str, Any]:
        from botocore.loaders import Loader  # noqa: PLC0415 - read with the models, for the first request
        from botocore.model import ServiceModel  # noqa: PLC0415

        loader = Loader()  # not a session: nothing here may depend on anyone's profile
        return {name: ServiceModel(loader.load_service_model(name, "service-2"), name) for name in self._services}

    @cached_property
    def _by_target(self) -> dict[str, str]:
        return {
            model.metadata["targetPrefix"]: name
            for name, model in self._models.items()
            if "targetPrefix" in model.metadata
        }

    @cached_property
    def _paths(self) -> list[tuple[str, str, re.Pattern[str], Any]]:
        """(signing name, method, path, operation) of each operation of a REST service, the most particular first."""
        found = []
        for model in self._models.values():
            if "rest-json" not in model.metadata.get("protocols", [model.metadata["protocol"]]):
                continue
            for name in model.operation_names:
                operation = model.operation_model(name)
                uri = operation.http["requestUri"].partition("?")[0]
                found.append((model.signing_name, operation.http["method"], _pattern(uri), operation))
        return sorted(found, key=lambda path: path[2].groups)

    def _by_path(self, request: Request, scope: Scope) -> Call | None:
        for signs, method, pattern, operation in self._paths:
            if signs == scope.service and method == request.method and (found := pattern.fullmatch(request.path)):
                return Call(operation.service_model.service_name, operation, scope.region, found.groupdict())
        return None


def _pattern(uri: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+\+?)\}", uri)
    texts = (re.escape(text) for text in parts[::2])
    labels = (f"(?P<{name.rstrip('+')}>{'.+' if name.endswith('+') else '[^/]+'})" for name in parts[1::2])
    return re.compile("".join(text for pair in zip(texts, [*labels, ""], strict=True) for text in pair))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body) if body else {}
    except ValueError as error:
        raise shapes.Malformed(f"The body is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise shapes.Malformed("The body is not a JSON object.")
    return document


def _headers(service: str, models: Mapping[str, Any]) -> dict[str, str]:
    version = models[service].metadata.get("jsonVersion")
    return {"Content-Type": f"application/x-amz-json-{version}" if version else "application/json"}
