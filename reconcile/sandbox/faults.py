"""Things that go wrong on request: each fault waits for the next few requests that it matches."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from reconcile.errors import UsageError


class Wrong(StrEnum):
    """What goes wrong. The first six are answered or cut before the request has any effect."""

    RESET = "reset"  # the connection is reset
    THROTTLE = "throttle"  # the service's own throttle code
    ERROR_500 = "500"
    ERROR_503 = "503"
    EXPIRED = "expired"  # the credentials have expired
    CLOCK = "clock"  # the client's clock is off: the signature is not of this time
    DROP = "drop"  # it has its effect, and the reply is lost
    HALF = "half"  # it has its effect, and the connection is lost in the middle of the reply
    DELAY = "delay"  # it has its effect, and the reply comes `seconds` later
    LATE = "late"  # the job that it starts is listed only `seconds` later


class Subject(NamedTuple):
    """What a fault can be about. `kind` and `operation` are "" where the sandbox does not know the request."""

    service: str
    operation: str
    kind: str


@dataclass(frozen=True, slots=True)
class Fault:
    """`service`, `operation` and `kind` may hold wildcards; "" matches all. `skip` requests that match go well before.
    With `after`, a 500 or 503 is answered after the request had its effect. `seconds` are of the clock."""

    wrong: Wrong
    service: str = ""
    operation: str = ""
    kind: str = ""
    count: int = 1
    skip: int = 0
    seconds: float = 0.0
    after: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Fault":
        """From what people send. Raises UsageError."""
        unknown = sorted(set(document) - {field.name for field in fields(cls)})
        if unknown:
            raise UsageError(f"A fault has no {', '.join(unknown)}.", fix=f"One of: {_NAMES}")
        try:
            wrong = Wrong(str(document.get("wrong")))
        except ValueError as error:
            what = ", ".join(Wrong)
            raise UsageError(f"{document.get('wrong')!r} is not what can go wrong.", fix=f"One of: {what}") from error
        fault = cls(**{**document, "wrong": wrong})
        fault._check()
        return fault

    def matches(self, subject: Subject) -> bool:
        wanted = (self.service, self.operation, self.kind)
        return all(not pattern or fnmatchcase(text, pattern) for pattern, text in zip(wanted, subject, strict=True))

    def _check(self) -> None:
        texts = (self.service, self.operation, self.kind)
        numbers = (self.count, self.skip)
        if not all(isinstance(text, str) for text in texts) or not isinstance(self.after, bool):
            raise UsageError("service, operation and kind of a fault are text, after is true or false.")
        if (
            any(not isinstance(number, int) or isinstance(number, bool) for number in numbers)
            or not self.count > 0 <= self.skip
        ):
            raise UsageError("count of a fault is a whole number of 1 or more, skip one of 0 or more.")
        needed = self.wrong in (Wrong.DELAY, Wrong.LATE)
        if not isinstance(self.seconds, int | float) or not 0 <= self.seconds <= 3600 or (needed and not self.seconds):
            raise UsageError(f"seconds of the fault {self.wrong} must be more than 0, and not above 3600.")


_NAMES = ", ".join(field.name for field in fields(Fault))


class Faults:
    """Those that wait, the oldest first. Not safe for threads: the application sees to that."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def clear(self) -> None:
        self.waiting.clear()

    def take(self, subject: Subject) -> Fault | None:
        """The fault that this request meets, if any; a request meets one at most."""
        for place, fault in enumerate(self.waiting):
            if not fault.matches(subject):
                continue
            if fault.skip:
                self.waiting[place] = replace(fault, skip=fault.skip - 1)
                continue
            rest = replace(fault, count=fault.count - 1)
            self.waiting[place : place + 1] = [rest] if rest.count else []
            return fault
        return None
