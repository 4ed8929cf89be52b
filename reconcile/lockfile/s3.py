"""A lock file in S3, or in a store that speaks its protocol and honours conditional writes."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile.protocol import Held, Holder
from reconcile.lockfile.s3_client import objects_at
from reconcile.lockfile.s3_held import LEASE, HeldObject, Time, check_conditions
from reconcile.lockfile.s3_lease import S3Lease
from reconcile.lockfile.s3_objects import Objects
from reconcile.lockfile.s3_state import read_state
from reconcile.lockfile.s3_taking import read_lease, take
from reconcile.lockfile.snapshot import Snapshot
from reconcile.model.project import LockFileOptions
from reconcile.model.s3_place import S3Place

_BEATS = 4  # heartbeats in the time of a lease


def steady() -> float:
    """Seconds that also pass while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def heartbeats(interval: float, held: HeldObject) -> Callable[[], None]:
    """Renews the lease in a thread until it is lost, or until what is returned is called."""
    ended = threading.Event()

    def beat() -> None:
        while not (ended.wait(interval) or held.is_over):
            try:
                held.beat()
            except LockFileError:  # once is not for ever, and the lease's own clock tells when it is
                continue
            except LeaseLost:
                return

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()

    def hush() -> None:
        ended.set()
        thread.join()

    return hush


def _now() -> datetime:
    return datetime.now(UTC)


def _uuid() -> str:
    return str(uuid.uuid4())


def open_in_s3(place: S3Place, project: str, options: LockFileOptions) -> "S3Store":
    """Connects to nothing yet."""
    return S3Store(objects_at(place, options), project, seconds=options.lease)


class S3Store:
    """`project` is what tokens and marks call the project: a lock file of another one is refused. `seconds` is for how
    long the lease outlives its last heartbeat; a holder that cannot reach the store stops a third of that earlier."""

    def __init__(
        self,
        objects: Objects,
        project: str,
        *,
        seconds: float,
        clock: Callable[[], float] = steady,
        now: Callable[[], datetime] = _now,
        sleep: Callable[[float], None] = time.sleep,
        new_id: Callable[[], str] = _uuid,
        heartbeats: Callable[[float, HeldObject], Callable[[], None]] = heartbeats,
    ) -> None:
        self._objects = objects
        self._project = project
        self._seconds = seconds
        self._time = Time(clock, now, sleep)
        self._new_id = new_id
        self._heartbeats = heartbeats

    def read(self) -> Snapshot:
        note = read_lease(self._objects, self._objects.get(LEASE)).note
        return read_state(self._objects, self._project, note).snapshot

    def acquire(self, holder: Holder, *, timeout: float) -> S3Lease:
        held, before = take(
            self._objects, holder, self._time, timeout=timeout, seconds=self._seconds, nonce=self._new_id
        )
        hush = self._heartbeats(self._seconds / _BEATS, held)
        try:
            check_conditions(self._objects, held)
            read = partial(read_state, self._objects, self._project)
            return S3Lease(self._objects, held, read, before.note, self._new_id, hush)
        except BaseException:
            hush()
            held.release(finished=False)
            raise

    def held(self) -> Held | None:
        record = read_lease(self._objects, self._objects.get(LEASE))
        return Held(record.holder, record.expires) if record.holder else None

    def force_release(self, holder_id: str) -> None:
        """By compare-and-swap: a holder that renews it at the same moment keeps it, and this is tried again."""
        while True:
            stored = self._objects.get(LEASE)
            record = read_lease(self._objects, stored)
            if stored is None or record.holder is None:
                raise LockFileError("Nobody holds the lease.", where=self._objects.where(LEASE))
            if record.holder.id != holder_id:
                raise LockFileError(
                    f"The lease is not held by {holder_id}.",
                    where=f"{self._objects.where(LEASE)}: {record.holder}",
                    fix=f"Its holder is {record.holder.id}; `reconcile lock show` tells more.",
                )
            freed = record.freed(chapters=record.chapters)
            if self._objects.put(LEASE, freed.text(), over=stored.etag) is not None:
                return
