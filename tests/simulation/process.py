"""One `reconcile apply` as a process: it may be killed, stopped and continued, or interrupted, at any step it takes.

It is the Runtime of that apply. Calls and writes take a time that chance gives; what they do is done in the middle of
it. A process that was killed never takes another step: its tasks are left where they are, and nothing of it is cleaned
up but its open files.
"""

import asyncio
import contextlib
import os
import signal
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from reconcile.cloud.limits import Limiter
from tests.simulation.turns import Killed, Turn


@dataclass(frozen=True)
class Fate:
    """What happens to a process, by the number of its step (0: never). `power`: the whole machine dies. Before step
    `paused_at` it is stopped for `pause` seconds. `slow`: seconds more that each of its writes to a folder takes."""

    killed_at: int = 0
    power: bool = False
    paused_at: int = 0
    pause: float = 0.0
    interrupted_at: int = 0
    disk_full_at: int = 0
    slow: float = 0.0


UNHARMED = Fate()


class _Nobody:
    """Who writes where no process does: the test itself."""

    dead = False
    is_one = False

    def step(self, what):
        pass

    def write_bytes(self, descriptor, data, really):
        really(descriptor, data)


NOBODY = _Nobody()
RUNNING = ContextVar("RUNNING", default=NOBODY)


class Process:
    """`blocks`: its store takes time by itself, request by request. `skew`: seconds by which its watch is ahead."""

    pool = None
    is_one = True

    def __init__(self, clock, rng, fate=UNHARMED, *, number=1, blocks=False, skew=0.0):
        self.clock = clock
        self.number = number
        self.blocks = blocks
        self.skew = skew
        self.rng = rng
        self.fate = fate
        self.limiter = Limiter(clock=clock, sleep=clock.advance)
        self.dead = False
        self.steps = []  # what they were
        self.tasks = set()
        self.lease = None
        self.died = None  # a future of the loop that it runs in
        self.on_signal = {}
        self.longer = 0.0  # seconds that the present call takes beyond its own time
        self._thawed = 0.0

    # --- Runtime

    def now(self):
        return datetime.fromtimestamp(self.clock() + self.skew, UTC)

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)
        await self._awake()

    async def call(self, work):
        return await self._beside(work, "call", self.rng.choice((0.01, 0.05, 0.3, 2.0)))

    async def write(self, work):
        if self.blocks:
            return await self.blocking(work)
        return await self._beside(work, "write", self.rng.choice((0.0, 0.001, 0.02, 0.3)) + self.fate.slow)

    async def blocking(self, work):
        """Work that waits by itself, in turns with all else."""
        turn = Turn(work)
        try:
            while (seconds := turn.go_on()) is not None:
                await asyncio.sleep(seconds)
                await self._awake()
            return await self._surviving(turn.result)
        finally:
            turn.abandon()

    def close(self):
        pass

    # --- what may happen to it

    def step(self, what):
        """Raises Killed where its time has come."""
        if self.dead:
            raise Killed
        self.steps.append(what)
        number = len(self.steps)
        if number == self.fate.killed_at:
            self.dead = True
            raise Killed
        if number == self.fate.paused_at:
            self._thawed = self.clock() + self.fate.pause
        if number == self.fate.interrupted_at and signal.SIGTERM in self.on_signal:
            self.loop.call_soon(self.on_signal[signal.SIGTERM])
        if number == self.fate.disk_full_at and what == "append":
            raise OSError(28, "No space left on device")

    def write_bytes(self, descriptor, data, really):
        alive = not self.dead
        try:
            self.step("append")
        except Killed:
            if alive and self.fate.power:  # a part of it may be on the disk
                really(descriptor, data[: self.rng.randint(0, len(data))])
            raise
        really(descriptor, data)

    async def _beside(self, work, what, seconds):
        await asyncio.sleep(seconds)  # a call that is on its way is not held up by a stop of the process
        if self.dead:
            await self.never()
        await self._surviving(lambda: self.step(f"before a {what}"))
        self.longer = 0.0
        try:
            return await self._surviving(work)
        finally:
            if not self.dead:
                await asyncio.sleep(seconds + self.longer)
                await self._surviving(lambda: self.step(f"after a {what}"))
                await self._awake()

    async def _surviving(self, act):
        try:
            return act()
        except Killed:
            await self.never()

    def die(self, *_):
        self.dead = True
        self.close_files()
        if not self.died.done():
            self.died.set_result(None)

    async def never(self):
        """Where a dead process stays."""
        self.die()
        await asyncio.get_running_loop().create_future()

    @property
    def loop(self):
        return self.died.get_loop()

    async def _awake(self):
        while self._thawed > self.clock():
            await asyncio.sleep(self._thawed - self.clock())
        if self.dead:
            await self.never()

    def close_files(self):
        """What the system does for a process that died."""
        lease, self.lease = self.lease, None
        if lease is None or self.blocks:
            return
        for holder, name in ((lease._held, "_descriptor"), (lease._journal, "_descriptor")):
            if getattr(holder, name) >= 0:
                os.close(getattr(holder, name))
                setattr(holder, name, -1)

    def bury(self):
        """Its tasks are gone with it."""
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False
                with contextlib.suppress(BaseException):
                    task.get_coro().close()
