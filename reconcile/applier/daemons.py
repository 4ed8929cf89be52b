"""Threads for calls that nobody has to wait for."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from reconcile.errors import ReconcileError


class NoThreads(ReconcileError):
    """Not a single thread can be had."""

    code = "no-threads"


class Daemons(Executor):
    """Threads that do not keep the process alive: an interrupted apply does not wait for a service that is silent."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0
        self._busy = 0  # tasks that were put and have not ended: in the queue, or with a thread
        self._lock = threading.Lock()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.begin(partial(_fulfil, future, partial(work, *arguments, **more)))
        return future

    def begin(self, work: Callable[[], None]) -> None:
        """Has a thread do work that raises nothing itself. Raises NoThreads: then it is never done."""
        with self._lock:
            if self._busy >= self._threads and self._threads < self._most:
                self._grow()
            self._busy += 1
            self._tasks.put(work)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Ends the threads that are idle, and the others once they are."""
        with self._lock:
            for _ in range(self._threads):
                self._tasks.put(None)

    def _grow(self) -> None:
        """Where the system gives no more threads, those that are there do it all."""
        thread = threading.Thread(target=self._run, name=f"{self._name}-{self._threads + 1}", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            if not self._threads:
                raise NoThreads(
                    "The system gives this process no thread to send requests with.",
                    fix="Lower --parallelism, or allow more threads (ulimit -u, the limits of the container).",
                ) from error
            self._most = self._threads
        else:
            self._threads += 1

    def _run(self) -> None:
        while (work := self._tasks.get()) is not None:
            work()
            del work  # an idle thread keeps nothing alive
            with self._lock:
                self._busy -= 1


def _fulfil(future: Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
