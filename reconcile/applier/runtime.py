"""Time and threads, as the applier sees them. A simulation gives it others."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from functools import partial
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

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
        self.limiter = Limiter()
        self._calls = _Daemons(workers, "call")
        self._writes = _Daemons(1, "write")
        self._reads = _Daemons(workers, "read")

    @property
    def pool(self) -> Executor | None:
        return self._reads

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._calls, work)

    async def write(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writes, work)

    def close(self) -> None:
        for threads in (self._calls, self._writes, self._reads):
            threads.shutdown(wait=False)


class _Daemons(Executor):
    """Threads that do not keep the process alive: an interrupted apply does not wait for a service that is silent."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads = 0
        self._lock = threading.Lock()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._tasks.put((future, partial(work, *arguments, **more)))
        with self._lock:
            if not self._idle.acquire(blocking=False) and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._run, name=f"{self._name}-{self._threads}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Ends the threads that are idle, and the others once they are."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, work = task
            if future.set_running_or_notify_cancel():
                try:
                    result = work()
                except BaseException as error:
                    future.set_exception(error)
                else:
                    future.set_result(result)
            del task, future, work
            self._idle.release()
