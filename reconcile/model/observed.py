"""What a look at the cloud said: sightings of jobs, and what they mean for one address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reconcile.model.address import Address
from reconcile.model.job import ExternalId
from reconcile.model.phase import Phase

TAG_PREFIX = "reconcile:"  # what the keys of our own tags begin with


@dataclass(frozen=True, slots=True)
class Marks:
    """What a job of ours carries, as tags (all of it) or in its name (name, attempt and the token's first eight)."""

    project: str  # metadata.id, or the name where there is none
    environment: str
    address: Address
    generation: int
    attempt: int
    tries: int
    digest: str
    client_token: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One job as its service shows it now."""

    external_id: ExternalId
    phase: Phase
    status: str
    name: str = ""
    reason: str = ""  # the service's own explanation of the status
    created_at: datetime | None = None
    ended_at: datetime | None = None
    marks: Marks | None = None  # None: it carries none of ours, or nobody asked
    foreign: bool = False  # its service says that it was not started by a call like ours
    arn: str = ""  # what its tags are asked for by, where the service has such a name


class IntentAge(StrEnum):
    """How old our last word about an address is, against its kind's settle time."""

    YOUNG = "young"  # lists may not show it yet; its token is surely remembered
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class ObservedJob:
    """One address, looked at once. Facts only; `planner.decide` draws the conclusions.

    `job` is the job that the record names (for a switch: the switch), None where there is no such job.
    `marked` are the jobs that carry this address's marks, `job` included where it does. `candidates` are the runs
    since the intent that might be ours, for a kind that carries no marks; where records were lost, those of which
    nothing is recorded.
    """

    phase: Phase = Phase.MISSING  # of `job`; UNKNOWN where the service could not be asked
    job: Sighting | None = None
    marked: tuple[Sighting, ...] = ()
    candidates: tuple[Sighting, ...] = ()
    age: IntentAge = IntentAge.SETTLED
    trouble: str = ""  # why it is unknown, in words for people

    @property
    def status(self) -> str:
        return self.job.status if self.job else ""

    @property
    def lives(self) -> bool:
        """Whether a job runs that is this address's own, recorded or yet to be adopted."""
        return self.phase.is_live or any(job.phase.is_live for job in (*self.marked, *self.candidates))

    @property
    def jobs(self) -> tuple[Sighting, ...]:
        """All that were seen, one perhaps twice."""
        return (self.job, *self.marked, *self.candidates) if self.job else (*self.marked, *self.candidates)


NOTHING_SEEN = ObservedJob()


@dataclass(frozen=True, slots=True)
class Observations:
    """The answers of one look. `active` counts the live jobs of a kind in a scope, ours or not, where a list showed
    all of them; `calls` the requests that it took."""

    jobs: Mapping[Address, ObservedJob]
    active: Mapping[tuple[str, str], int]
    calls: int


NOTHING_ASKED = Observations({}, {}, 0)
