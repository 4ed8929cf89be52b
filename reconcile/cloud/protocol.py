"""What every driver promises. `tests/cloud/contract.py` is this text as a suite, run by every driver.

A driver reports facts and decides nothing: it never retries a start or a stop, never sends anything but what it was
given, and tells apart what was refused before any effect from what may have had one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from reconcile.kinds.descriptor import Descriptor, Limits
from reconcile.model.job import ExternalId, Spec
from reconcile.model.observed import Marks, Sighting
from reconcile.model.project import Provider
from reconcile.model.request import Failure, Started, StartRequest, Stopped


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which jobs of a kind to list. `parent` is the spec of any job that lives there (an applicationId, a jobName);
    `name`, `since` and `live` (jobs that have not ended) narrow it where the service can, and only there: the caller
    filters again. Give one of them at most: a service may refuse two."""

    parent: Spec
    name: str = ""
    since: datetime | None = None
    live: bool = False

    @property
    def narrows(self) -> bool:
        return bool(self.name or self.since or self.live)


class ReadFailed(Exception):
    """A read could not be answered: what it was about is unknown. Says why, and what to do, in words for people."""


class Driver(Protocol):
    """One provider in one scope, safe for many threads. Creates its client at the first call.

    With `writable=False` at construction every operation that is not a read is refused before it is sent.
    """

    @property
    def provider(self) -> Provider: ...

    @property
    def calls(self) -> int:
        """Requests so far, retries of reads not counted."""

    def limits(self, kind: Descriptor) -> Limits:
        """The limits in force: the catalog's, after the project file has had its say."""

    def check_account(self) -> None:
        """Raises GuardRefused if the project allows other accounts than that of the credentials, ReadFailed if that
        cannot be told."""

    def list_jobs(self, kind: Descriptor, query: ListQuery) -> Iterator[Sighting]:
        """All pages, lazily, at the limits' rate. Marks are not filled in. A parent that does not exist has no jobs.
        Raises ReadFailed."""

    def describe(self, kind: Descriptor, external_id: ExternalId) -> Sighting | None:
        """The job with its marks where the service shows tags there; None where it answered that there is none.
        Raises ReadFailed."""

    def details(self, kind: Descriptor, external_id: ExternalId) -> Mapping[str, Any]:
        """All that the service shows of a job, as it names it; {} where there is no such job. Raises ReadFailed."""

    def marks(self, kind: Descriptor, sighting: Sighting) -> Marks | None:
        """Reads the tags of a job that was listed: our marks, or None where it has none. Raises ReadFailed, also where
        the job cannot be found: it is there, and may be ours."""

    def reserve(self, kind: Descriptor, operation: Literal["start", "stop"], *, within: float) -> float | None:
        """Reserves a turn under the rate limit for one `start` or `stop`: the seconds until it comes. None, and
        nothing reserved, where that would be more than `within`. Never waits itself."""

    def start(self, kind: Descriptor, request: StartRequest) -> Started | Failure:
        """One request, sent at most once. Waits for its turn under the rate limit: hardly, where it was reserved."""

    def stop(self, kind: Descriptor, external_id: ExternalId) -> Stopped | Failure:
        """One request, sent at most once, in its turn like a start."""
