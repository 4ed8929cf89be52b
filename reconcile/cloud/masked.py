"""A driver whose services may say what they like: secrets that they repeat are masked before anybody hears of it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

from reconcile.cloud.protocol import Driver, ListQuery, ReadFailed
from reconcile.kinds.descriptor import Descriptor, Limits
from reconcile.model.job import ExternalId
from reconcile.model.observed import Marks, Sighting
from reconcile.model.project import Provider
from reconcile.model.request import Failure, Started, StartRequest, Stopped


class Masked:
    """See `cloud.protocol.Driver`. Ids, names and statuses stay as they are: no secret may stand in them."""

    def __init__(self, driver: Driver, mask: Callable[[str], str]) -> None:
        self.driver = driver
        self._mask = mask

    @property
    def provider(self) -> Provider:
        return self.driver.provider

    @property
    def calls(self) -> int:
        return self.driver.calls

    def limits(self, kind: Descriptor) -> Limits:
        return self.driver.limits(kind)

    def check_account(self) -> None:
        with self._masking():
            self.driver.check_account()

    def list_jobs(self, kind: Descriptor, query: ListQuery) -> Iterator[Sighting]:
        with self._masking():
            for job in self.driver.list_jobs(kind, query):
                yield self._seen(job)

    def describe(self, kind: Descriptor, external_id: ExternalId) -> Sighting | None:
        with self._masking():
            job = self.driver.describe(kind, external_id)
        return self._seen(job) if job is not None else None

    def details(self, kind: Descriptor, external_id: ExternalId) -> Mapping[str, Any]:
        with self._masking():
            details: Mapping[str, Any] = self._told(self.driver.details(kind, external_id))
        return details

    def marks(self, kind: Descriptor, sighting: Sighting) -> Marks | None:
        with self._masking():
            return self.driver.marks(kind, sighting)

    def reserve(self, kind: Descriptor, operation: Literal["start", "stop"], *, within: float) -> float | None:
        return self.driver.reserve(kind, operation, within=within)

    def start(self, kind: Descriptor, request: StartRequest) -> Started | Failure:
        reply = self.driver.start(kind, request)
        return self._refused(reply) if isinstance(reply, Failure) else reply

    def stop(self, kind: Descriptor, external_id: ExternalId) -> Stopped | Failure:
        reply = self.driver.stop(kind, external_id)
        return self._refused(reply) if isinstance(reply, Failure) else reply

    def _seen(self, job: Sighting) -> Sighting:
        return replace(job, reason=self._mask(job.reason)) if job.reason else job

    def _told(self, value: Any) -> Any:
        match value:
            case str():
                return self._mask(value)
            case Mapping():
                return {key: self._told(member) for key, member in value.items()}
            case list():
                return [self._told(item) for item in value]
            case _:
                return value

    def _refused(self, failure: Failure) -> Failure:
        return replace(failure, code=self._mask(failure.code), message=self._mask(failure.message))

    @contextmanager
    def _masking(self) -> Iterator[None]:
        try:
            yield
        except ReadFailed as failed:
            raise ReadFailed(self._mask(str(failed))) from None
