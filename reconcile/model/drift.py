"""A drift report: where the jobs differ from what is declared and recorded, as one value for every view."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reconcile.errors import Exit
from reconcile.model.address import Address
from reconcile.model.change import FieldDiff
from reconcile.model.job import ExternalId, Place
from reconcile.model.phase import Goal, Phase
from reconcile.model.record import Attempt
from reconcile.model.shard import Shard


class DriftKind(StrEnum):
    """What is the matter with a job; the value is the word in JSON."""

    STOPPED = "stopped"  # by someone else, or it shall run and has ended
    FAILED = "failed"  # it ended without success, and we did not end it
    MISSING = "missing"  # it ran, and its service does not know it any more
    CHANGED = "changed"  # behind our back: a switch was moved, a job runs that we did not start
    UNMANAGED = "unmanaged"  # nobody declared it; looked for with --unmanaged only
    PENDING = "pending"  # the manifest says something that has not been applied yet
    UNKNOWN = "unknown"  # its service could not be asked
    IN_SYNC = "inSync"

    @property
    def is_drift(self) -> bool:
        """It makes the exit code 2."""
        return self not in (DriftKind.UNMANAGED, DriftKind.IN_SYNC)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A drift that somebody has agreed to live with, until the end of a day (UTC)."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One job that is not in sync. `address` is None for an unmanaged job, which `name` and `external_id` tell."""

    drift: DriftKind
    kind: str
    name: str
    reason: str  # for people; never holds a secret
    address: Address | None = None
    goal: Goal | None = None
    phase: Phase = Phase.UNKNOWN
    status: str = ""
    attempt: int = 0
    external_id: ExternalId | None = None
    place: Place | None = None  # of its manifest
    diff: tuple[FieldDiff, ...] = ()
    since: datetime | None = None  # when the history first saw it as it is now
    times: int = 0  # how often the history saw it begin to drift, this time included
    accepted: Acceptance | None = None  # None: not accepted, or not any more
    manifest: str = ""  # of an unmanaged job: YAML that would declare it
    attempts: tuple[Attempt, ...] = ()  # with the present one, the oldest first
    depends_on: tuple[Address, ...] = ()

    @property
    def is_open(self) -> bool:
        """It drifts, and nobody has accepted that."""
        return self.drift.is_drift and self.accepted is None


@dataclass(frozen=True, slots=True)
class Moment:
    """What an earlier look, or this one, has counted."""

    at: datetime
    counts: Mapping[DriftKind, int]


@dataclass(frozen=True, slots=True)
class Drift:
    """Findings in the order of their kinds and names. What is in sync is only counted. `over_time` are the latest looks
    at the whole project, oldest first and this one last; empty without a history."""

    findings: tuple[Finding, ...]
    in_sync: int
    at: datetime
    partial: bool = False  # made with --target
    warnings: tuple[str, ...] = ()
    over_time: tuple[Moment, ...] = ()
    shard: Shard | None = None  # that it is of
    counts: Mapping[DriftKind, int] = field(init=False)

    def __post_init__(self) -> None:
        counted = Counter(finding.drift for finding in self.findings)
        counted[DriftKind.IN_SYNC] += self.in_sync
        object.__setattr__(self, "counts", {kind: counted.get(kind, 0) for kind in DriftKind})

    @property
    def exit(self) -> Exit:
        """2 where something drifts that nobody has accepted."""
        return Exit.CHANGES if any(finding.is_open for finding in self.findings) else Exit.DONE
