"""The one driver for all kinds of AWS: descriptors say what is called, botocore knows how."""

import threading
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel

from reconcile.cloud.aws_client import CALLER, Clients, Use, reads_of
from reconcile.cloud.aws_errors import failure_of
from reconcile.cloud.aws_list import Arguments, list_arguments, page_token, pages
from reconcile.cloud.limits import Group, Limiter, limits_of
from reconcile.cloud.marks import marks_of, with_marks
from reconcile.cloud.paths import identity, read, read_text, read_time
from reconcile.cloud.protocol import ListQuery, ReadFailed
from reconcile.cloud.sight import listed, sighting
from reconcile.cloud.trouble import read_failed
from reconcile.errors import GuardRefused
from reconcile.kinds.descriptor import Descriptor, Errors, Limits, ListOp
from reconcile.model.job import ExternalId
from reconcile.model.observed import Marks, Sighting
from reconcile.model.project import Provider
from reconcile.model.request import Failure, FailureKind, Started, StartRequest, Stopped


class AwsDriver:
    """See `cloud.protocol.Driver`."""

    def __init__(
        self, provider: Provider, catalog: Mapping[str, Descriptor], limiter: Limiter, *, writable: bool
    ) -> None:
        self.provider = provider
        self.calls = 0
        self._limiter = limiter
        self._limits: dict[str, Limits] = {}
        self._clients = Clients(provider, None if writable else reads_of(catalog.values()))
        self._lock = threading.Lock()
        self._account = ""

    def limits(self, kind: Descriptor) -> Limits:
        known = self._limits.get(kind.kind)
        if known is None:
            known = self._limits[kind.kind] = limits_of(self.provider, kind)
        return known

    def check_account(self) -> None:
        wanted = self.provider.account_ids
        if not wanted:
            return
        account = self._account or self._ask_account()
        if account not in wanted:
            raise GuardRefused(
                f"The credentials of provider {self.provider.name!r} are of account {account}; the project allows "
                f"{', '.join(wanted)}.",
                where=self.provider.accounts_from,
                fix="Use the credentials of the right account (AWS_PROFILE, `profile` or `roleArn` of the provider).",
            )
        self._account = account

    def list_jobs(self, kind: Descriptor, query: ListQuery) -> Iterator[Sighting]:
        operation = kind.list
        if operation is None:
            raise ReadFailed(f"{kind.kind} has no list")
        for page in self._pages(kind, operation, query):
            for item in read(page, operation.items) or ():
                found = listed(kind, operation, item, query.parent)
                if found:
                    yield found

    def describe(self, kind: Descriptor, external_id: ExternalId) -> Sighting | None:
        job = self.details(kind, external_id)
        if not job:
            return None
        tags = kind.describe.tags if kind.describe else ""
        marks = marks_of(read(job, tags), kind.start.tag_style) if tags else None
        return sighting(kind, job, external_id, marks=marks)

    def details(self, kind: Descriptor, external_id: ExternalId) -> Mapping[str, Any]:
        operation = kind.describe
        if operation is None:
            raise ReadFailed(f"{kind.kind} has no describe")
        reply = self._ask(kind, "read", operation.operation, _named(external_id, operation.arguments))
        match reply:
            case Failure(FailureKind.MISSING):
                return {}
            case Failure():
                raise read_failed(operation.operation, reply)
        job: Mapping[str, Any] = read(reply, operation.item)
        if not job:
            raise ReadFailed(f"{operation.operation} answered without {operation.item}; look at the service")
        return job

    def marks(self, kind: Descriptor, sighting: Sighting) -> Marks | None:
        operation = kind.tags
        if operation is None:
            if kind.describe is None or not kind.describe.tags:
                return None
            described = self.describe(kind, sighting.external_id)
            if described is None:
                raise _not_yet(kind.describe.operation)
            return described.marks
        reply = self._ask(kind, "read", operation.operation, {operation.argument: sighting.arn})
        match reply:
            case Failure(FailureKind.MISSING):
                raise _not_yet(operation.operation)
            case Failure():
                raise read_failed(operation.operation, reply)
        return marks_of(read(reply, operation.items), kind.start.tag_style)

    def reserve(self, kind: Descriptor, operation: Literal["start", "stop"], *, within: float) -> float | None:
        return self._limiter.reserve(operation, kind.kind, self.provider.scope, self.limits(kind), within=within)

    def start(self, kind: Descriptor, request: StartRequest) -> Started | Failure:
        arguments = start_arguments(kind, request, tagged=self.provider.marks != "name")
        reply = self._ask(kind, "start", kind.start.operation, arguments)
        if isinstance(reply, Failure):
            return reply
        external_id = identity(kind.id, given=arguments, reply=reply)
        if external_id is None:
            return Failure(FailureKind.LOST, message=f"{kind.start.operation} answered without the id of a job")
        return Started(external_id, read_text(reply, kind.job.status), read_time(reply, kind.job.created))

    def stop(self, kind: Descriptor, external_id: ExternalId) -> Stopped | Failure:
        if kind.stop is None:
            return Failure(FailureKind.REFUSED, message=f"{kind.kind} cannot be stopped")
        reply = self._ask(kind, "stop", kind.stop.operation, _named(external_id, kind.stop.arguments))
        return reply if isinstance(reply, Failure) else Stopped(read_text(reply, kind.job.status))

    def _pages(self, kind: Descriptor, operation: ListOp, query: ListQuery) -> Iterator[Any]:
        """A service that refuses a filter is listed without it: narrowing is a matter of cost, not of truth."""
        model = self._model(kind, operation.operation)
        pages_seen = 0
        for arguments in list_arguments(kind, operation, query, model):
            for reply in pages(partial(self._ask, kind, "list", operation.operation), arguments, page_token(model)):
                match reply:
                    case Failure(FailureKind.MISSING):
                        break
                    case Failure(FailureKind.REFUSED | FailureKind.SERVER_ERROR) if query.narrows and not pages_seen:
                        yield from self._pages(kind, operation, ListQuery(query.parent))
                        return
                    case Failure():
                        raise read_failed(operation.operation, reply)
                pages_seen += 1
                yield reply

    def _model(self, kind: Descriptor, operation: str) -> OperationModel:
        try:
            service: ServiceModel = self._clients.get(kind.service, Use.READ).meta.service_model
            return service.operation_model(operation)
        except Exception as error:
            raise read_failed(operation, failure_of(error, kind.errors, "read")) from error

    def _ask(self, kind: Descriptor, group: Group, operation: str, arguments: Arguments) -> Any:
        """The reply, or a Failure. The only place that sends anything about a job."""
        use = Use.READ if group in ("list", "read") else Use.ACT
        self._limiter.wait(group, kind.kind, self.provider.scope, self.limits(kind))
        with self._lock:
            self.calls += 1
        try:
            return getattr(self._clients.get(kind.service, use), xform_name(operation))(**arguments)
        except Exception as error:  # whatever it is, after a start it is a fact and no crash
            return failure_of(error, kind.errors, group)

    def _ask_account(self) -> str:
        service, operation = CALLER
        try:
            return str(getattr(self._clients.get(service, Use.READ), xform_name(operation))()["Account"])
        except Exception as error:
            raise read_failed(operation, failure_of(error, Errors(), "read")) from error


def _not_yet(operation: str) -> ReadFailed:
    """Of a job that a list has just shown: whether it is ours is not known."""
    return ReadFailed(f"{operation} does not know a job that is listed, as may be for some seconds; try again later")


def start_arguments(kind: Descriptor, request: StartRequest, *, tagged: bool) -> dict[str, Any]:
    """Everything that is sent for a start, by the service's own member names."""
    how = kind.start
    arguments = dict(request.spec)
    if how.token:
        arguments[how.token] = request.client_token
    if how.name and request.job_name:
        arguments[how.name] = request.job_name
    if how.tags and tagged:
        arguments[how.tags] = with_marks(arguments.get(how.tags), request.marks, how.tag_style)
    return arguments


def _named(external_id: ExternalId, arguments: Mapping[str, str]) -> Arguments:
    return {argument: external_id.get(part, "") for argument, part in arguments.items()} or dict(external_id)
