"""The services in process: the product's own drivers, whose requests go straight to the sandbox's engine.

Between them is a wire on which chance may lose, refuse or delay any request.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import orjson
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from reconcile.cloud.aws import AwsDriver
from reconcile.cloud.aws_errors import failure_of
from reconcile.cloud.dataarts import DataArtsDriver
from reconcile.cloud.dataarts_errors import answered
from reconcile.cloud.signature import path_of, query_of
from reconcile.model.request import Failure, FailureKind
from reconcile.sandbox import dataarts, dataarts_http, shapes
from reconcile.sandbox.http import Request
from reconcile.sandbox.rules import Refused, rules_of

BEFORE = ("unreachable", "reset", "throttle", "500", "503", "expired")
AFTER = ("dropped", "500 after", "503 after")
OF_STARTS = ("capacity", "delayed", "late")
FAULTS = (*BEFORE, *AFTER, *OF_STARTS)


class Lost(Exception):
    """No reply came."""


class Unreachable(Exception):
    """Nothing was sent."""


@dataclass(frozen=True)
class Weather:
    """How likely a request is to meet a fault, and which. `reads`: lists and descriptions too. `first`: of only so many
    requests of a process, 0 of all. `store`: the faults of requests to a lock file in S3."""

    chance: float = 0.0
    faults: tuple[str, ...] = FAULTS
    reads: bool = True
    first: int = 0
    store: tuple[str, ...] = ()


CALM = Weather()


class Wire:
    """Of one process. `act` has the request's effect and gives its reply."""

    def __init__(self, world, process, weather, desired, lockfile):
        self.world = world
        self.desired = desired  # what its manifests want
        self.lockfile = lockfile  # as it was when the apply began
        self.process = process
        self.weather = weather
        self._requests = 0
        self.about = None  # the StartRequest, or the id of the job to be stopped

    def send(self, kind, group, act):
        """The reply. Raises Refused, Lost or Unreachable."""
        if group == "start":
            record = self.lockfile.get(self.about.address)
            if record is None or not record.is_intent:  # a resume is not held back: its start was decided before
                self.world.truth.note_dependencies(self.desired.get(self.about.address), self.desired)
            act = self.world.truth.watching(self.about, act)
        elif group == "stop":
            act = self.world.truth.watching_stop(kind, self.about, act)
        fault = self._fault(group)
        rules = rules_of(kind, self.world.settings)
        match fault:
            case "unreachable":
                raise Unreachable
            case "reset":
                raise Lost
            case "throttle":
                raise Refused(rules.throttled, "Rate exceeded")
            case "capacity":
                raise Refused(rules.capacity, "too many are active")
            case "500":
                raise Refused(rules.broken, "broken")
            case "503":
                raise Refused(rules.unavailable, "not available")
            case "expired":
                raise Refused(rules.expired, "expired")
            case "delayed":
                self.world.later(self.process.rng.uniform(0.5, 15.0), lambda: act(None))
                raise Lost
        reply = act(self.process.rng.uniform(1.0, 25.0) if fault == "late" else None)
        match fault:
            case "dropped":
                self.process.longer = self.process.rng.choice((0.0, 30.0))
                raise Lost
            case "500 after":
                raise Refused(rules.broken, "broken")
            case "503 after":
                raise Refused(rules.unavailable, "not available")
        return reply

    def _fault(self, group):
        rng, weather = self.process.rng, self.weather
        self._requests += 1
        if weather.first and self._requests > weather.first:
            return ""
        faults = [fault for fault in weather.faults if group == "start" or fault not in OF_STARTS]
        if not faults or (group in ("list", "read") and not weather.reads) or rng.random() >= weather.chance:
            return ""
        return rng.choice(faults)


class AwsInProcess(AwsDriver):
    def __init__(self, provider, catalog, limiter, wire):
        super().__init__(provider, catalog, limiter, writable=True)
        self._wire = wire

    def start(self, kind, request):
        self._wire.about = request
        return super().start(kind, request)

    def stop(self, kind, external_id):
        self._wire.about = external_id
        return super().stop(kind, external_id)

    def _model(self, kind, operation):
        return model_of(kind.service).operation_model(operation)

    def _ask(self, kind, group, operation, arguments):
        self._limiter.wait(group, kind.kind, self.provider.scope, self.limits(kind))
        self.calls += 1
        params = _sent(arguments)
        if group == "start":
            self._wire.world.truth.requests[self._wire.about.address] = (kind, self.provider.region, params)

        def act(listed_in):
            engine = self._wire.world.engine
            return engine.call(kind.service, operation, self.provider.region, params, listed_in=listed_in)

        try:
            reply = self._wire.send(kind, group, act)
        except Refused as refused:
            said = {"Error": {"Code": refused.code, "Message": refused.message}}
            status = {"ResponseMetadata": {"HTTPStatusCode": refused.status}}
            return failure_of(ClientError({**said, **status}, operation), kind.errors, group)
        except Lost:
            return failure_of(ConnectionClosedError(endpoint_url="service"), kind.errors, group)
        except Unreachable:
            return failure_of(EndpointConnectionError(endpoint_url="service"), kind.errors, group)
        shape = self._model(kind, operation).output_shape
        return _received(shape, shapes.write(shape, reply)) if shape else {}


class DataArtsInProcess(DataArtsDriver):
    def __init__(self, provider, limiter, wire, catalog):
        super().__init__(provider, limiter, _Gateway(provider, wire, catalog))
        self._wire = wire

    def start(self, kind, request):
        self._wire.about = request
        return super().start(kind, request)

    def stop(self, kind, external_id):
        self._wire.about = external_id
        return super().stop(kind, external_id)


class _Gateway:
    def __init__(self, provider, wire, catalog):
        self._provider = provider
        self._wire = wire
        self._catalog = catalog

    def send(self, request, errors):
        body = b"" if request.body is None else orjson.dumps(request.body)
        path = path_of(("v1", self._provider.project_id, *request.segments))
        asked = Request(request.method, path, query_of(request.query), {"x-auth-token": "token"}, body)
        operation, place, params = dataarts_http.recognise(asked)
        kind, group = dataarts.OPERATIONS[operation]

        def act(listed_in):
            return self._wire.world.dataarts.call(operation, place, params, listed_in=listed_in)

        try:
            return self._wire.send(self._catalog[kind], group, act) or {}
        except Refused as refused:
            said = dataarts_http.refusal(refused)
            return answered(said.status, {}, said.body, errors)
        except Lost:
            return Failure(FailureKind.LOST, message="the connection was lost")
        except Unreachable:
            return Failure(FailureKind.NOT_SENT, message="the service was not reached")


@cache
def model_of(service):
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _sent(value):
    match value:
        case dict():
            return {name: _sent(member) for name, member in value.items()}
        case list() | tuple():
            return [_sent(member) for member in value]
        case datetime():
            return value.timestamp()
    return value


def _received(shape, value):
    """As botocore would have parsed it: times are datetimes."""
    match shape.type_name:
        case "structure" if not shape.is_document_type:
            wire = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
            return {wire[name][0]: _received(wire[name][1], member) for name, member in value.items() if name in wire}
        case "list":
            return [_received(shape.member, member) for member in value]
        case "timestamp":
            return datetime.fromtimestamp(value, UTC)
    return value
