"""Every error a user can meet: what is wrong, where, how to fix it, and the exit code it ends with."""

from collections.abc import Iterable, Sequence
from enum import IntEnum


class Exit(IntEnum):
    """Of every command, and the same everywhere: scripts go by them, so none ever gets another meaning."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    STALE_PLAN = 3
    LEASE_HELD = 4
    GUARD = 5
    PARTLY = 6
    JOB_FAILED = 7
    USAGE = 64
    INTERRUPTED = 130


class ReconcileError(Exception):
    """An error for people. `code` is stable and may be searched for; `where` is a place, `fix` says what to do next."""

    code = "error"
    exit = Exit.ERROR

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        return "\n".join(
            part
            for part in (self.what, self.where and f"  at: {self.where}", self.fix and f"  fix: {self.fix}")
            if part
        )


class UsageError(ReconcileError):
    """The command line itself is wrong."""

    code = "usage"
    exit = Exit.USAGE


class ProjectError(ReconcileError):
    """There is no project file, or nothing can be done with it."""

    code = "project"


class CatalogError(ReconcileError):
    """A kind's descriptor is wrong, or a kind does not exist."""

    code = "catalog"


class LockFileError(ReconcileError):
    """The lock file or its journal cannot be read or written."""

    code = "lock-file"


class Unrecorded(LockFileError):
    """What an apply did is not in the lock file: nothing else about it matters until it is."""

    code = "unrecorded"


class LeaseHeld(ReconcileError):
    """Another process has the right to apply."""

    code = "lease-held"
    exit = Exit.LEASE_HELD


class LeaseLost(ReconcileError):
    """Our right to apply ended while we were at work: nothing more may be started."""

    code = "lease-lost"


class GuardRefused(ReconcileError):
    """A guard of the project refused the plan."""

    code = "guard"
    exit = Exit.GUARD


def listed(words: Sequence[str], most: int = 5) -> str:
    """`a, b and 7 more`: nobody reads on."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def counted(number: int, word: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def nearest(word: str, words: Iterable[str]) -> str:
    """`; did you mean …?`, to go behind what is wrong; "" where no word is near."""
    near = nearest_word(word, words)
    return f"; did you mean {near}?" if near else ""


def nearest_word(word: str, words: Iterable[str]) -> str:
    """Capitals count for nothing; "" where no word is near."""
    from difflib import get_close_matches  # noqa: PLC0415 - whoever makes no mistake does without

    plain = {item.lower(): item for item in words}
    near = get_close_matches(word.lower(), plain, 1)
    return plain[near[0]] if near else ""
