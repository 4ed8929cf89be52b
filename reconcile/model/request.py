"""What goes out to a service, and the facts that come back. The cloud returns facts; the planner draws conclusions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconcile.model.address import Address
from reconcile.model.job import ExternalId, Spec
from reconcile.model.observed import Marks


@dataclass(frozen=True, slots=True)
class StartRequest:
    """One start, complete: nothing is added to it between the intent and the call but the signature."""

    address: Address
    spec: Spec = field(repr=False)  # as it is sent, with secrets; without token, and without name and tags of ours
    client_token: str
    job_name: str  # "" where the kind has no name, or the spec gives it
    marks: Marks


@dataclass(frozen=True, slots=True)
class Started:
    """The service took the start, now or at an earlier try with the same token."""

    external_id: ExternalId
    status: str = ""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """The service took the stop. The job may still finish in another way: only a later look tells."""

    status: str = ""


class FailureKind(StrEnum):
    """What is known after a call that did not succeed."""

    THROTTLED = "throttled"  # refused for its rate, before any effect
    CAPACITY = "capacity"  # refused because too many are active, before any effect
    SERVER_ERROR = "server-error"  # 5xx: it may have had its effect
    LOST = "lost"  # sent, and no reply: it may have had its effect
    NOT_SENT = "not-sent"  # the service was not reached: no effect
    EXISTS = "exists"  # something holds the unique name
    CONFLICT = "conflict"  # the token, or the resource, is in another use
    MISSING = "missing"  # the job, or what it runs in, does not exist
    TERMINAL = "terminal"  # a stop met a job that had ended
    DENIED = "denied"  # credentials or rights are missing: refused, and so will others be
    REFUSED = "refused"  # any other definite refusal


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that did not succeed. `code` and `message` are the service's own."""

    kind: FailureKind
    code: str = ""
    message: str = ""
    retry_after: float | None = None  # seconds, where the service said

    def __str__(self) -> str:
        return ": ".join(part for part in (self.code or self.kind.value, self.message) if part)


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked about one address: about the recorded job (`external_id`), about jobs that carry its
    marks (`look`), or both. `since` bounds the look to live jobs and those created after it (None: no bound), `until`
    to those created before it: runs without marks, of which nothing is recorded and one may be its own."""

    address: Address
    provider: str
    scope: str
    spec: Spec  # parents of a list (an applicationId), and the identity of a switch, come from it
    external_id: ExternalId | None = None
    look: bool = False
    job_name: str = ""  # the name to look for where it is known (an intent's)
    since: datetime | None = None
    until: datetime | None = None
    intent_at: datetime | None = None
