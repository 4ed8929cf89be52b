"""Journal lines of many tasks, in one write and one fsync."""

import asyncio
from functools import partial

from reconcile.applier.runtime import Runtime
from reconcile.lockfile.protocol import Entry, Lease


class GroupCommit:
    """Lines reach the journal in the order in which they were given. Those that come while a write is under way go
    out together with the next one: an intent waits for an fsync that began after it was given, and no longer."""

    def __init__(self, lease: Lease, runtime: Runtime) -> None:
        self._lease = lease
        self._runtime = runtime
        self._waiting: list[tuple[Entry, asyncio.Future[None] | None]] = []
        self._writer: asyncio.Task[None] | None = None
        self._failure: Exception | None = None

    async def durable(self, entry: Entry) -> None:
        """Returns when the line cannot be lost any more. Raises LockFileError."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._add(entry, done)
        await done

    def note(self, entry: Entry) -> None:
        """Writes the line soon; lost in a crash, it would be found out again."""
        self._add(entry, None)

    async def flush(self) -> None:
        """Returns when the lease was given every line. Raises the first failure that there was."""
        if self._writer is not None:
            await self._writer
        if self._failure is not None:
            raise self._failure

    def _add(self, entry: Entry, done: asyncio.Future[None] | None) -> None:
        self._waiting.append((entry, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        """A failure does not end it: the lease takes in for a fold what its journal cannot hold any more."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            entries = [entry for entry, _ in batch]
            promised = [done for _, done in batch if done is not None]
            try:
                await self._runtime.write(partial(self._lease.append, entries, durable=bool(promised)))
            except Exception as error:
                self._failure = self._failure or error
                for done in _awaited(promised):
                    done.set_exception(error)
            else:
                for done in _awaited(promised):
                    done.set_result(None)


def _awaited(promised: list[asyncio.Future[None]]) -> list[asyncio.Future[None]]:
    """Without those that an interrupt gave up."""
    return [done for done in promised if not done.done()]
