"""A job as its manifest wants it, and what its kind is capable of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.model.address import Address
from reconcile.model.phase import Goal, Guarantee, OnChange, OnMissing, OnRemove, Protect

Spec = Mapping[str, Any]  # the service's own field names; JSON values only

STOP_TIMEOUT = 60.0  # seconds in which the end of a job that is stopped is waited for, unless its manifest says

ExternalId = Mapping[str, str]  # what names a job to its service: {"applicationId": …, "jobRunId": …}


def written(external_id: ExternalId) -> str:
    """The id as one word, for people, in the order of its parts' names: `00f…/00g…`."""
    return "/".join(external_id[part] for part in sorted(external_id))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written: file relative to the project folder, line and column from 1 (0: not known)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)

    @property
    def order(self) -> tuple[str, int, int]:
        return self.file, self.line, self.column


@dataclass(frozen=True, slots=True)
class DesiredJob:
    """One manifest, valid, with its defaults filled in. `digest` is of kind, scope and spec: see model.tokens."""

    address: Address
    goal: Goal
    scope: str  # aws/<region>, or dataarts/<projectId>/<workspace>
    provider: str  # a name from the project file
    spec: Spec  # ${job.*} not resolved yet
    digest: str
    generation: int = 1
    max_attempts: int = 3
    on_change: OnChange = OnChange.REPLACE
    on_remove: OnRemove = OnRemove.STOP
    on_missing: OnMissing = OnMissing.BLOCK
    protect: frozenset[Protect] = frozenset()
    stop_timeout: float = STOP_TIMEOUT
    depends_on: tuple[Address, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    place: Place = Place("")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the decision table needs to know of a kind."""

    guarantee: Guarantee
    can_stop: bool
    settle: float = 30.0  # seconds: the kind's listing delay with a margin
    max_active: int | None = None  # live jobs of this kind a scope may hold
