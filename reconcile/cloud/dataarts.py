"""The driver for DataArts Studio: a table of routes, and the descriptors' word for the rest."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from string import Formatter
from typing import Any, Literal, NamedTuple

from reconcile.cloud.dataarts_http import Gateway, Request
from reconcile.cloud.dataarts_pages import Page, every_item
from reconcile.cloud.limits import Group, Limiter, limits_of
from reconcile.cloud.paths import identity, read, read_text
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.cloud.sight import listed, sighting
from reconcile.cloud.trouble import read_failed
from reconcile.kinds.descriptor import Descriptor, Limits, ListOp
from reconcile.model.job import ExternalId, Spec
from reconcile.model.observed import Marks, Sighting
from reconcile.model.project import Provider
from reconcile.model.request import Failure, FailureKind, Started, StartRequest, Stopped


class Route(NamedTuple):
    method: str
    path: str  # below /v1/{project}; {parts} come from the spec or the id
    query: Mapping[str, str] = {}


ROUTES: Mapping[str, Route] = {
    "StartJob": Route("POST", "jobs/{jobName}/start"),
    "StopJob": Route("POST", "jobs/{jobName}/stop"),
    "ShowJobStatus": Route("GET", "jobs/{jobName}/status"),
    "ListJobs": Route("GET", "jobs"),
    "RunOnce": Route("POST", "jobs/{jobName}/run-immediate"),
    "ListJobInstances": Route("GET", "jobs/instances/detail", {"preciseQuery": "true"}),
    "ShowJobInstance": Route("GET", "jobs/{jobName}/instances/{instanceId}"),
    "StopJobInstance": Route("POST", "jobs/{jobName}/instances/{instanceId}/stop"),
}

_PLANNED_BEFORE = timedelta(hours=1)  # lists are bounded by planned times, which may lie before the run was asked for


class DataArtsDriver:
    """See `cloud.protocol.Driver`. Jobs carry no marks here."""

    def __init__(self, provider: Provider, limiter: Limiter, gateway: Gateway) -> None:
        self.provider = provider
        self.calls = 0
        self._limiter = limiter
        self._gateway = gateway
        self._lock = threading.Lock()

    def limits(self, kind: Descriptor) -> Limits:
        return limits_of(self.provider, kind)

    def check_account(self) -> None:
        """The project id is part of every request: there is nothing else to compare."""

    def list_jobs(self, kind: Descriptor, query: ListQuery) -> Iterator[Sighting]:
        operation = kind.list
        if operation is None:
            raise ReadFailed(f"{kind.kind} has no list")
        for item in every_item(self._fetch(kind, operation, query), lambda item: str(_id_of(operation, item))):
            if not _lives_in(operation, item, query.parent):
                continue
            found = listed(kind, operation, item, query.parent)
            if found is None:  # it may be the run that is looked for
                raise ReadFailed(
                    f"{operation.operation} shows a run without {', '.join(operation.id)}; try again later"
                )
            yield found

    def describe(self, kind: Descriptor, external_id: ExternalId) -> Sighting | None:
        job = self._described(kind, external_id)
        return None if job is None else sighting(kind, job, external_id)

    def details(self, kind: Descriptor, external_id: ExternalId) -> Mapping[str, Any]:
        return self._described(kind, external_id) or {}

    def _described(self, kind: Descriptor, external_id: ExternalId) -> Any:
        """None where there is no such job."""
        operation = kind.describe
        if operation is None:
            raise ReadFailed(f"{kind.kind} has no describe")
        reply = self._ask(kind, "read", operation.operation, external_id)
        match reply:
            case Failure(FailureKind.MISSING):
                return None
            case Failure():
                raise read_failed(operation.operation, reply)
        return read(reply, operation.item)

    def marks(self, kind: Descriptor, sighting: Sighting) -> Marks | None:  # noqa: ARG002 - there are none to read
        return None

    def reserve(self, kind: Descriptor, operation: Literal["start", "stop"], *, within: float) -> float | None:
        return self._limiter.reserve(operation, kind.kind, self.provider.scope, self.limits(kind), within=within)

    def start(self, kind: Descriptor, request: StartRequest) -> Started | Failure:
        body = {name: value for name, value in request.spec.items() if name not in _parts(kind.start.operation)}
        reply = self._ask(kind, "start", kind.start.operation, request.spec, body=body)
        if isinstance(reply, Failure):
            return reply
        external_id = identity(kind.id, given=request.spec, reply=reply)
        if external_id is None:
            return Failure(FailureKind.LOST, message=f"{kind.start.operation} answered without the id of a run")
        return Started(external_id, read_text(reply, kind.job.status))

    def stop(self, kind: Descriptor, external_id: ExternalId) -> Stopped | Failure:
        if kind.stop is None:
            return Failure(FailureKind.REFUSED, message=f"{kind.kind} cannot be stopped")
        reply = self._ask(kind, "stop", kind.stop.operation, external_id)
        return reply if isinstance(reply, Failure) else Stopped(read_text(reply, kind.job.status))

    def _fetch(self, kind: Descriptor, operation: ListOp, query: ListQuery) -> Callable[[int], Page]:
        asked = _narrowing(operation, query)

        def fetch(offset: int) -> Page:
            reply = self._ask(kind, "list", operation.operation, query.parent, query={**asked, "offset": str(offset)})
            match reply:
                case Failure(FailureKind.MISSING):
                    return Page([], 0)
                case Failure():
                    raise read_failed(operation.operation, reply)
            total, items = reply.get("total"), read(reply, operation.items)
            if total is None and items is None:  # by an empty list, a run without marks is taken not to have begun
                raise ReadFailed(f"{operation.operation} answered without {operation.items}; try again later")
            shown: list[Mapping[str, Any]] = [item for item in items or () if isinstance(item, dict)]
            return Page(shown, total if isinstance(total, int) else None)

        return fetch

    def _ask(
        self,
        kind: Descriptor,
        group: Group,
        operation: str,
        parts: Spec,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any] | Failure:
        """The only place that sends anything."""
        route = ROUTES[operation]
        if lacking := _parts(operation) - parts.keys():
            return Failure(FailureKind.REFUSED, message=f"{operation} needs {', '.join(sorted(lacking))}")
        segments = tuple(segment.format_map(parts) for segment in route.path.split("/"))
        request = Request(route.method, segments, tuple({**route.query, **(query or {})}.items()), body)
        self._limiter.wait(group, kind.kind, self.provider.scope, self.limits(kind))
        with self._lock:
            self.calls += 1
        return self._gateway.send(request, kind.errors)


def _parts(operation: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(ROUTES[operation].path) if name)


def _narrowing(operation: ListOp, query: ListQuery) -> dict[str, str]:
    asked = {argument: str(size) for argument, size in operation.page_size.items()}
    asked |= {argument: read_text(query.parent, member) for argument, member in operation.parent.items()}
    if query.name and operation.name:
        asked[operation.name] = query.name
    if query.since and operation.since:
        asked[operation.since] = str(int((query.since - _PLANNED_BEFORE).timestamp() * 1000))
    return asked


def _id_of(operation: ListOp, item: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(read_text(item, path) for path in operation.id.values())


def _lives_in(operation: ListOp, item: Mapping[str, Any], parent: Spec) -> bool:
    """The service's filter may be a fuzzy one: what shows another parent than was asked for is left out."""
    return all(
        read_text(item, argument) in ("", read_text(parent, member)) for argument, member in operation.parent.items()
    )
