"""How the lease object is taken: when it is free, or when its holder has let it run out."""

from collections.abc import Callable
from dataclasses import replace

from reconcile.errors import LeaseHeld
from reconcile.lockfile.protocol import Holder
from reconcile.lockfile.s3_held import LEASE, HeldObject, Time, expiry
from reconcile.lockfile.s3_journal import read_pages
from reconcile.lockfile.s3_objects import Objects, Stored
from reconcile.lockfile.s3_record import Chapter, LeaseRecord, read_record

_POLL = 1.0  # seconds between two tries for the lease
_ROUNDING = 2.0  # seconds; the store tells its times in whole ones


class Watch:
    """Tells whether a lease has run out, without trusting that the clock of its holder and ours agree."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._etag = ""
        self._since = 0.0

    def has_run_out(self, stored: Stored, record: LeaseRecord) -> bool:
        """Either we saw for all of its length that nobody renewed it; or the store's own clock says so, and ours says
        that the holder's own end has passed."""
        if stored.etag != self._etag:
            self._etag, self._since = stored.etag, self._time.clock()
        if self._time.clock() - self._since >= record.seconds:
            return True
        old = stored.age is not None and stored.age > record.seconds + _ROUNDING
        return old and record.expires is not None and self._time.now() > record.expires


def take(
    objects: Objects, holder: Holder, time: Time, *, timeout: float, seconds: float, nonce: Callable[[], str]
) -> tuple[HeldObject, LeaseRecord]:
    """The lease, and what its object said before. Raises LeaseHeld, LockFileError."""
    watch = Watch(time)
    deadline = time.clock() + timeout
    while True:
        stored = objects.get(LEASE)
        before = read_lease(objects, stored)
        if before.holder is None or (stored is not None and watch.has_run_out(stored, before)):
            held = _take(objects, stored, before, holder, time, seconds, nonce())
            if held is not None:
                return held, before
            continue  # another was quicker: see who
        left = deadline - time.clock()
        if left <= 0:
            raise _lease_held(objects.where(LEASE), before)
        time.sleep(min(left, _POLL))


def read_lease(objects: Objects, stored: Stored | None) -> LeaseRecord:
    return read_record(stored.body, objects.where(LEASE)) if stored else LeaseRecord()


def _take(
    objects: Objects,
    stored: Stored | None,
    before: LeaseRecord,
    holder: Holder,
    time: Time,
    seconds: float,
    nonce: str,
) -> HeldObject | None:
    """None where another was quicker. What is not known to be closed stays noted until it is."""
    epoch = 1 + (before.epoch if stored else _last_epoch(objects))
    record = LeaseRecord(
        replace(before.note, holder=holder),
        nonce,
        epoch,
        seconds,
        expiry(time, seconds),
        (*before.chapters, Chapter(before.note.serial, epoch)),
    )
    sent = time.clock()
    etag = objects.put(LEASE, record.text(), over=stored.etag if stored else None)
    return HeldObject(objects, record, etag, time, sent) if etag is not None else None


def _last_epoch(objects: Objects) -> int:
    """Without a lease object, only the journal can tell which were used."""
    return max((page.chapter.epoch for page in read_pages(objects)), default=0)


def _lease_held(where: str, record: LeaseRecord) -> LeaseHeld:
    holder = record.holder
    assert holder is not None
    ends = f"{record.expires:%H:%M:%S %Z}" if record.expires else "soon"
    return LeaseHeld(
        "Another apply is running.",
        where=f"{where}: {holder}",
        fix=f"Wait for it (--lock-timeout 5m). If that process is dead, its lease ends by itself (at {ends}, "
        f"unless it is renewed), or at once with: reconcile lock release {holder.id}",
    )
