"""Time and threads, as the applier sees them. A simulation gives it others."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Runtime(Protocol):
    """The only way by which the applier waits, tells the time and does blocking work."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...

    async def call(self, work: Callable[[], Result]) -> Result:
        """Runs a call to a service beside the loop; as many at once as --parallelism says."""

    async def write(self, work: Callable[[], Result]) -> Result:
        """Runs a write to the store beside the loop, never behind a call."""

    @property
    def pool(self) -> Executor | None:
        """For reads that fan out by themselves; None: one after the other."""


class Threads:
    """The real one."""

    def __init__(self, workers: int) -> None:
        self._calls = ThreadPoolExecutor(workers, thread_name_prefix="call")
        self._writes = ThreadPoolExecutor(1, thread_name_prefix="write")
        self.pool: Executor | None = ThreadPoolExecutor(workers, thread_name_prefix="read")

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._calls, work)

    async def write(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writes, work)
