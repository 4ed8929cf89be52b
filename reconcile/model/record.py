"""What the lock file remembers of one address: the record, and the attempts before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconcile.model.address import Address
from reconcile.model.job import STOP_TIMEOUT, ExternalId
from reconcile.model.phase import Goal, OnRemove, Phase, Protect, Stage
from reconcile.model.settled import ending_of


@dataclass(frozen=True, slots=True)
class Attempt:
    """A start that is history. Kept so that `show` can tell the story; the newest `HISTORY` of them."""

    attempt: int
    generation: int
    digest: str
    client_token: str
    external_id: ExternalId
    phase: Phase
    status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None


HISTORY = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One address. With `stage` starting it is an intent: everything that a resend needs, written before the call.

    `attempt` is the number of the job that this record is about; `highest` the highest number ever used at this
    address, never lowered. `tries` counts the attempts of the present digest and generation, this one included.
    `previous` is the record that an intent replaced: what stands if the intent is dropped.
    `stop_requested_at` is when we last wrote down that we ask for its end, and `stop_taken` whether its service then
    answered that it takes the stop: only that tells that its end is our doing.
    `doubted_at` is when records were found to be lost: starts between this one and that moment may be missing here.
    `rotated` is never written: a secret of this intent is another one now, so that its request cannot be sent again.
    `suspect` is never written: what stands in the lock file is not what we wrote.
    """

    address: Address
    provider: str
    scope: str
    stage: Stage
    goal: Goal
    digest: str
    generation: int
    attempt: int
    highest: int
    tries: int
    client_token: str
    job_name: str  # the name that the job carries in its service; "" where the kind has none
    spec: Mapping[str, Any]  # references unresolved
    external_id: ExternalId = field(default_factory=dict)
    phase: Phase = Phase.PENDING
    status: str = ""
    status_reason: str = ""  # the service's own explanation of the status; of an intent, why it is not sent again
    intent_at: datetime | None = None  # when the intent was last written
    started_at: datetime | None = None
    ended_at: datetime | None = None
    stop_requested_at: datetime | None = None  # by us; None where its end is surely not our doing
    on_remove: OnRemove = OnRemove.STOP
    protect: frozenset[Protect] = frozenset()
    stop_timeout: float = STOP_TIMEOUT
    depends_on: tuple[Address, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Attempt, ...] = ()
    previous: "Record | None" = None
    secrets: Mapping[str, str] = field(default_factory=dict)  # digests of what the spec's secret references stood for
    doubted_at: datetime | None = None
    stop_taken: bool = False
    rotated: bool = False
    suspect: bool = False

    @property
    def is_intent(self) -> bool:
        return self.stage is Stage.STARTING

    @property
    def is_tombstone(self) -> bool:
        return self.stage is Stage.REMOVED

    @property
    def ending(self) -> str:
        """How the job of which content ended, in one word: `<digest>/<generation>/<phase>`; "" where it has not, or
        where it does not count any more. What is settled is told by it alone."""
        if self.is_intent or self.is_tombstone or not self.phase.is_terminal:
            return ""
        return ending_of(self.digest, self.generation, self.phase)

    @property
    def left_running(self) -> bool:
        """A tombstone whose job was live when we let go of it."""
        return self.is_tombstone and self.phase.is_live

    def same_content(self, digest: str, generation: int) -> bool:
        return self.digest == digest and self.generation == generation

    def as_attempt(self) -> Attempt:
        return Attempt(
            self.attempt,
            self.generation,
            self.digest,
            self.client_token,
            self.external_id,
            self.phase,
            self.status,
            self.started_at,
            self.ended_at,
        )

    def with_history(self) -> tuple[Attempt, ...]:
        """The history that the record of the next attempt starts with."""
        return (*self.history, self.as_attempt())[-HISTORY:]
