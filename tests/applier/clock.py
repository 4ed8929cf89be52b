"""One clock for an apply, its rate limits and its sandbox: it moves when all are asleep, so that nothing waits."""

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime

from reconcile.cloud.limits import Limiter

_QUIET = 40  # turns of the loop without a call, after which nothing else can be going on


class Clock:
    """Seconds since the epoch. `at` are things to be done once it shows a time, in tests."""

    def __init__(self):
        self.seconds = time.time()
        self.at = []

    def __call__(self):
        return self.seconds

    def later(self, seconds, act):
        self.at.append((self.seconds + seconds, act))
        self.at.sort(key=lambda pair: pair[0])

    def move(self, until):
        while self.at and self.at[0][0] <= until:
            moment, act = self.at.pop(0)
            self.seconds = max(self.seconds, moment)
            act()
        self.seconds = max(self.seconds, until)


class Simulated:
    """A runtime: calls are made one after the other, and sleeping costs nothing but the clock's time."""

    pool = None

    def __init__(self, clock):
        self.clock = clock
        self.limiter = Limiter(clock=clock, sleep=lambda seconds: clock.move(clock() + seconds))
        self._asleep = []
        self._numbers = itertools.count()
        self._quiet = 0

    def now(self):
        return datetime.fromtimestamp(self.clock(), UTC)

    async def sleep(self, seconds):
        loop = asyncio.get_running_loop()
        awake = loop.create_future()
        heapq.heappush(self._asleep, (self.clock() + seconds, next(self._numbers), awake))
        if len(self._asleep) == 1:
            self._quiet = 0
            loop.call_soon(self._turn, loop)
        await awake

    async def call(self, work):
        await asyncio.sleep(0)
        self._quiet = 0
        return work()

    write = call

    def close(self):
        pass

    def _turn(self, loop):
        self._quiet += 1
        if self._quiet > _QUIET:
            self._quiet = 0
            moment, _, awake = heapq.heappop(self._asleep)
            if not awake.done():
                self.clock.move(moment)
                awake.set_result(None)
        if self._asleep:
            loop.call_soon(self._turn, loop)
