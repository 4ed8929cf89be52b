"""The lease object while it is ours: kept alive by heartbeats, changed by compare-and-swap only."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile.s3_objects import Objects
from reconcile.lockfile.s3_record import LeaseRecord, read_record

LEASE = "lease"

_TRIES = 3
_TO_SPARE = 1 / 3  # of the lease: what is begun before has that long to come to its end


@dataclass(frozen=True, slots=True)
class Time:
    """`clock` rises steadily, also while the machine sleeps; `now` is what a watch shows, right or wrong."""

    clock: Callable[[], float]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class HeldObject:
    """`taken_at` is when the request that took it was sent. Safe for threads."""

    def __init__(self, objects: Objects, record: LeaseRecord, etag: str, time: Time, taken_at: float) -> None:
        self._objects = objects
        self._etag = etag
        self._time = time
        self._sent = taken_at
        self._over = False  # lost, or given back
        self._lock = threading.Lock()
        self.record = record

    @property
    def is_over(self) -> bool:
        """It is known that it is not ours any more. It may have ended without our knowing."""
        return self._over

    @property
    def is_sure(self) -> bool:
        """Nobody can have taken it over yet, and there is time to spare."""
        return not self._over and self._time.clock() < self._sent + self.record.seconds * (1 - _TO_SPARE)

    def beat(self) -> None:
        """Renews it. Raises LeaseLost, or LockFileError where nobody knows."""
        with self._lock:
            self._write(self.record)

    def write(self, record: LeaseRecord) -> None:
        with self._lock:
            self._write(record)

    def refuse_if_over(self) -> None:
        if self._over:
            raise self._lost()

    def lose(self) -> LeaseLost:
        """It was seen elsewhere that it is not ours any more."""
        self._over = True
        return self._lost()

    def release(self, *, finished: bool) -> None:
        """Idempotent. Not `finished`: whoever comes next closes our chapters first. One that cannot be given back ends
        by itself."""
        with self._lock:
            if self._over:
                return
            chapters = () if finished else self.record.chapters
            try:
                self._objects.put(LEASE, self.record.freed(chapters=chapters).text(), over=self._etag)
            except LockFileError:
                return
            finally:
                self._over = True

    def _write(self, record: LeaseRecord) -> None:
        self.refuse_if_over()
        for _ in range(_TRIES):
            sent = self._time.clock()
            record = replace(record, beat=self.record.beat + 1, expires=expiry(self._time, record.seconds))
            etag = self._objects.put(LEASE, record.text(), over=self._etag)
            if etag is not None:
                self._etag, self._sent, self.record = etag, sent, record
                return
            there = self._objects.get(LEASE)
            found = read_record(there.body, self._objects.where(LEASE)) if there else LeaseRecord()
            if there is None or found.nonce != record.nonce:
                self._over = True
                raise self._lost()
            self._etag = there.etag  # an earlier write of ours, which had seemed to fail
        raise LockFileError("The lease cannot be renewed.", where=self._objects.where(LEASE))

    def _lost(self) -> LeaseLost:
        return LeaseLost(
            "The lease is not ours any more: it ran out and was taken over, or it was given back.",
            where=self._objects.where(LEASE),
            fix="Run the command again: it finds out what became of each start.",
        )


def expiry(time: Time, seconds: float) -> datetime:
    return time.now().astimezone(UTC) + timedelta(seconds=seconds)


def check_conditions(objects: Objects, held: HeldObject) -> None:
    """Refuses a store that ignores the conditions of writes: there, two applies would both hold the lease. Tried on the
    lease itself, with what it holds anyhow."""
    body = held.record.text()
    for over, header in ((None, "If-None-Match: *"), ('"00000000000000000000000000000000"', "If-Match")):
        if not objects.refuses(LEASE, body, over=over):
            raise LockFileError(
                f"This store ignores conditional writes ({header}): it cannot keep two applies apart.",
                where=objects.where(LEASE),
                fix="Name a store in lockFile that honours them (Amazon S3 does), or keep the lock file locally.",
            )
