"""Time and threads, as the applier sees them. A simulation gives it others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from reconcile.applier.daemons import Daemons
from reconcile.applier.handover import Handover
from reconcile.cloud.limits import Limiter

Result = TypeVar("Result")


class Runtime(Protocol):
    """The only way by which the applier waits, tells the time and does blocking work."""

    @property
    def limiter(self) -> Limiter:
        """Gives requests their turns, by the same clock."""

    @property
    def pool(self) -> Executor | None:
        """For reads that fan out by themselves; None: one after the other."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...

    async def call(self, work: Callable[[], Result]) -> Result:
        """Runs a call to a service beside the loop; as many at once as --parallelism says."""

    async def write(self, work: Callable[[], Result]) -> Result:
        """Runs a write to the store beside the loop, never behind a call."""

    def close(self) -> None:
        """Nothing more is asked of it."""


class Threads:
    """The real one."""

    def __init__(self, workers: int) -> None:
        """Raises NoThreads."""
        self.limiter = Limiter()
        self._calls = Daemons(workers, "call")
        self._writes = Daemons(1, "write")
        self._reads = Daemons(workers, "read")
        self._called, self._written = Handover(self._calls), Handover(self._writes)
        for threads in (self._writes, self._calls):  # one at least, before reads take all that the system gives
            threads.begin(_nothing)

    @property
    def pool(self) -> Executor | None:
        return self._reads

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, work: Callable[[], Result]) -> Result:
        return await self._called.call(work)

    async def write(self, work: Callable[[], Result]) -> Result:
        return await self._written.call(work)

    def close(self) -> None:
        for threads in (self._calls, self._writes, self._reads):
            threads.shutdown(wait=False)


def _nothing() -> None:
    pass
