"""Closed sets of words: what a manifest wants, what a job does, how far we got, what guards a start."""

from enum import StrEnum


class Goal(StrEnum):
    """What a manifest wants of its job."""

    COMPLETED = "completed"
    RUNNING = "running"
    STOPPED = "stopped"


class Phase(StrEnum):
    """Our eight words for a job's life. A service's own word is its `status`."""

    PENDING = "pending"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MISSING = "missing"  # the service answered, and does not know the job
    UNKNOWN = "unknown"  # the service could not be asked: never acted on

    __hash__ = str.__hash__  # Enum's own is not built in, and phases are looked up several times for each job

    @property
    def is_live(self) -> bool:
        return self in _LIVE

    @property
    def is_terminal(self) -> bool:
        return self in _TERMINAL


_LIVE = frozenset({Phase.PENDING, Phase.RUNNING, Phase.STOPPING})
_TERMINAL = frozenset({Phase.STOPPED, Phase.SUCCEEDED, Phase.FAILED})


class Stage(StrEnum):
    """How far *we* got with the present attempt of an address."""

    STARTING = "starting"  # an intent without outcome
    STARTED = "started"
    STOPPING = "stopping"  # we asked for its end
    REMOVED = "removed"  # a tombstone


class Guarantee(StrEnum):
    """What keeps a start from happening twice."""

    TOKEN = "token"
    UNIQUE_NAME = "unique-name"
    SWITCH = "switch"
    LOOK_UP = "look-up"


class OnChange(StrEnum):
    REPLACE = "replace"
    WAIT = "wait"
    KEEP = "keep"


class OnRemove(StrEnum):
    STOP = "stop"
    LEAVE = "leave"


class OnMissing(StrEnum):
    BLOCK = "block"
    RESTART = "restart"


class Protect(StrEnum):
    STOP = "stop"
    REPLACE = "replace"
