"""Work that an event loop hands over to threads, and its results on their way back."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from reconcile.applier.daemons import Daemons

T = TypeVar("T")
_Done = tuple[asyncio.Future[Any], Any, BaseException | None]


class Handover:
    """For one loop. All results that are there when it comes to look are taken at once: an executor of asyncio wakes
    the loop for each by itself, and passes it through two futures and their locks."""

    def __init__(self, threads: Daemons) -> None:
        self._threads = threads
        self._done: list[_Done] = []
        self._lock = threading.Lock()

    async def call(self, work: Callable[[], T]) -> T:
        """What the work gives or raises. It is not begun any more once its caller was cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._threads.begin(partial(self._do, loop, future, work))
        return await future

    def _do(self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], work: Callable[[], T]) -> None:
        if future.cancelled():
            return
        done: _Done
        try:
            done = future, work(), None
        except StopIteration as error:  # no future takes one
            done = future, None, RuntimeError(repr(error))
        except BaseException as error:
            done = future, None, error
        with self._lock:
            self._done.append(done)
            is_first = len(self._done) == 1
        if is_first:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            arrived, self._done = self._done, []
        for future, result, error in arrived:
            if future.cancelled():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
