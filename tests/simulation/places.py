"""Where a world keeps its lock file: in a folder of this machine, or in S3. What happens to it there."""

import contextlib
from datetime import UTC, datetime
from types import SimpleNamespace
from unittest.mock import patch

from reconcile.errors import LeaseLost, LockFileError
from reconcile.lockfile import s3_held, s3_journal, s3_lease
from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.s3 import S3Store
from reconcile.lockfile.s3_objects import Objects
from tests.simulation.bucket import Bucket, Client
from tests.simulation.disk import JOURNAL, LEASE, LOCK, Disk
from tests.simulation.process import NOBODY
from tests.simulation.turns import Lock, OneAfterTheOther, pass_time
from tests.simulation.wire import CALM


class Folder:
    """Whoever dies gives its lease back by that."""

    name = "folder"
    patience = 0.0
    blocks = False

    def __init__(self, world):
        self._world = world
        self._disk = Disk(world.folder)
        self.mounted = self._disk.mounted
        self.settle = self._disk.settle
        self.cut_power = self._disk.cut_power

    def store(self, process=NOBODY, weather=CALM):
        return LocalStore(self._world.folder / LOCK, "tests", new_lineage=self._world.new_id)

    def read(self):
        return self.store().read()

    def text(self):
        path = self._world.folder / LOCK
        return path.read_bytes() if path.exists() else None

    def put(self, text):
        (self._world.folder / LOCK).write_bytes(text)

    def remove(self, *, everything):
        for name in (LOCK, JOURNAL, LEASE) if everything else (LOCK,):
            (self._world.folder / name).unlink(missing_ok=True)

    def forget(self):
        """As in a new clone: what stands beside the lock file is not there."""
        for name in (JOURNAL, LEASE):
            (self._world.folder / name).unlink(missing_ok=True)

    def end_lease(self):
        """As people do who believe that its holder is dead."""
        (self._world.folder / LEASE).unlink(missing_ok=True)


class InS3:
    """In a bucket of S3. The lease of a dead process runs out."""

    name = "s3"
    blocks = True

    def __init__(self, world, seconds):
        self._world = world
        self._seconds = seconds
        self._bucket = Bucket(world.clock)
        self.patience = 3 * seconds

    def store(self, process=NOBODY, weather=CALM):
        client = Client(self._world, self._bucket, process, weather)
        clock = self._world.clock
        return S3Store(
            Objects(lambda: client, "bucket", LOCK),
            "tests",
            seconds=self._seconds,
            clock=clock,
            now=process.now if process.is_one else lambda: datetime.fromtimestamp(clock(), UTC),
            sleep=pass_time,
            new_id=self._world.new_id,
            heartbeats=beating(process),
        )

    @contextlib.contextmanager
    def mounted(self):
        with (
            patch.object(s3_held, "threading", SimpleNamespace(Lock=Lock)),
            patch.object(s3_lease, "threading", SimpleNamespace(Lock=Lock)),
            patch.object(s3_journal, "ThreadPoolExecutor", OneAfterTheOther),
        ):
            yield

    def read(self):
        with self.mounted():
            return self.store().read()

    def settle(self):
        pass

    def cut_power(self, rng):
        pass  # S3 keeps what it has answered

    def text(self):
        there = self._bucket.objects.get(LOCK)
        return there.body if there else None

    def put(self, text):
        self._bucket.put(LOCK, text)

    def remove(self, *, everything):
        self._bucket.delete([key for key in self._bucket.objects if everything or key == LOCK])

    def forget(self):
        self._bucket.delete([key for key in self._bucket.objects if key != LOCK])

    def end_lease(self):
        """`reconcile lock release`"""
        held = self.store().held()
        if held is not None:
            self.store().force_release(held.holder.id)


def beating(process):
    """Heartbeats in virtual time, in place of a thread of their own."""

    def begin(interval, held):
        state = SimpleNamespace(is_hushed=False, is_beating=False)

        async def beats():
            while True:
                await process.sleep(interval)
                if state.is_hushed or held.is_over:
                    return
                state.is_beating = True
                try:
                    await process.blocking(held.beat)
                except LockFileError:
                    pass
                except LeaseLost:
                    return
                finally:
                    state.is_beating = False

        process.loop.create_task(beats())

        def hush():
            state.is_hushed = True
            while state.is_beating:
                pass_time(0.01)

        return hush

    return begin
