"""Requests at the rate that a service allows, and how many of its jobs may be active at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, NamedTuple

from reconcile.errors import ProjectError
from reconcile.kinds.descriptor import Descriptor, Limits, Rate
from reconcile.kinds.reader import Unreadable, read
from reconcile.model.project import Provider

Group = Literal["start", "stop", "list", "read"]
Clock = Callable[[], float]
Sleep = Callable[[float], None]

# Requests arrive less evenly than they leave. Each is sent so much of its time late until a whole turn is in hand, by
# which any may then arrive early; from then on only so much as clocks differ. A bucket of one keeps nothing in hand.
_UNEVEN, _STEADY = 0.05, 0.005
_TICK = 0.001  # the shortest sleep: an earlier wake-up by a rounding error must not become a busy loop


class Bucket:
    """A token bucket: in any window of t seconds it lets through at most burst + per_second x t, in the order in
    which they came. A turn is taken when it is used, not when it is promised: a late sleeper makes no crowd."""

    def __init__(self, rate: Rate, clock: Clock, sleep: Sleep) -> None:
        self._interval = 1 / rate.per_second
        self._credit = (rate.burst - 1) * self._interval
        self._clock = clock
        self._sleep = sleep
        self._taken = self._promised = _NEVER  # with all turns that were taken; that were reserved
        self._door = threading.Condition()
        self._waiting = 0  # tickets handed out
        self._serving = 0  # the ticket whose turn it is

    def reserve(self, within: float) -> float | None:
        """Promises the next turn, and returns the seconds until it comes; None, and no promise, where that is more
        than `within`. Whoever waits so long finds `take` open, or nearly so."""
        with self._door:
            now = self._clock()
            self._promised = max(self._promised, self._taken)  # turns that were taken late, or never reserved
            seconds = max(0.0, self._promised.full - self._credit - now)
            if seconds > within:
                return None
            self._promised = self._after(self._promised, now)
            return seconds

    def take(self) -> None:
        """Returns when one more request may go out. What `sleep` raises is passed on: nothing was taken."""
        with self._door:
            ticket = self._waiting
            self._waiting += 1
            self._door.wait_for(lambda: self._serving == ticket)
        try:
            self._take()
        finally:
            with self._door:
                self._serving += 1
                self._door.notify_all()

    def _take(self) -> None:
        while (now := self._clock()) < (earliest := self._taken.full - self._credit):
            self._sleep(max(earliest - now, _TICK))
        self._taken = self._after(self._taken, now)

    def _after(self, level: "_Level", now: float) -> "_Level":
        """One request more."""
        full, there = max(now, level.full), max(now, level.there)
        is_empty = full + self._interval - now > self._credit
        in_hand = self._credit and full - there >= self._interval
        late = (_STEADY if in_hand else _UNEVEN) * self._interval if is_empty else 0.0
        return _Level(full + self._interval + late, there + self._interval)


class _Level(NamedTuple):
    """When a bucket would be full again, but for one request: ours, and the service's own, which never is later."""

    full: float
    there: float


_NEVER = _Level(float("-inf"), float("-inf"))


class Limiter:
    """One bucket for each group of operations, kind and scope. Shared by all drivers of a process."""

    def __init__(self, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._buckets: dict[tuple[Group, str, str], Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, group: Group, kind: str, scope: str, limits: Limits) -> None:
        """Waits for the turn of one request; not at all where there is no limit."""
        bucket = self._bucket(group, kind, scope, limits)
        if bucket is not None:
            bucket.take()

    def reserve(self, group: Group, kind: str, scope: str, limits: Limits, *, within: float) -> float | None:
        """Promises a turn, and returns the seconds until it; 0 where there is no limit, None if more than `within`."""
        bucket = self._bucket(group, kind, scope, limits)
        return 0.0 if bucket is None else bucket.reserve(within)

    def _bucket(self, group: Group, kind: str, scope: str, limits: Limits) -> Bucket | None:
        rate: Rate | None = getattr(limits, group)
        if rate is None:
            return None
        with self._lock:
            bucket = self._buckets.get((group, kind, scope))
            if bucket is None:
                bucket = self._buckets[group, kind, scope] = Bucket(rate, self._clock, self._sleep)
            return bucket


def limits_of(provider: Provider, kind: Descriptor) -> Limits:
    """The catalog's limits after the project file has had its say. Raises ProjectError."""
    if provider.limits_off:
        return Limits()
    given = provider.limits.get(kind.kind, {})
    try:
        changes = {name: None if value == "off" else value for name, value in given.items()}
        own: Limits = read(Limits, changes)
    except Unreadable as error:
        wrong = error.found[0]
        place = ".".join(str(part) for part in (kind.kind, *wrong.path))
        raise ProjectError(
            f"A limit is wrong: {wrong.what}.",
            where=f"providers.{provider.name}.limits.{place}",
            fix="Write a rate like 5/s or 5/s burst 10, a number for active, or off.",
        ) from error
    limits = replace(kind.limits, **{name: getattr(own, name) for name in changes})
    return limits if provider.shares == 1 else _share(limits, provider.shares)


def _share(limits: Limits, count: int) -> Limits:
    """What is left for one of so many that work at once. Active jobs are not shared out: the service counts them."""

    def part(rate: Rate | None) -> Rate | None:
        return Rate(rate.per_second / count, max(1, rate.burst // count)) if rate else None

    return Limits(part(limits.start), part(limits.stop), part(limits.list), part(limits.read), limits.active)
