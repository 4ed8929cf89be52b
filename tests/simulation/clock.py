"""Time that moves only when everything waits for it: one clock for the services, the limiter and the event loop."""

import asyncio
import heapq
import itertools
import math
from contextlib import contextmanager

BEGIN = 1_800_000_000.0
# Bounds of one run of a loop, ten times what the longest of a thousand stories needs for an apply.
LONGEST = 5000.0  # seconds
MOST_TURNS = 150_000


class Endless(AssertionError):
    """What should have come to its end long ago goes on and on."""


class Clock:
    """Seconds since the epoch, and what is to be done when it shows a time."""

    def __init__(self):
        self.seconds = BEGIN
        self._last = math.inf
        self._due = []
        self._numbers = itertools.count()

    def __call__(self):
        return self.seconds

    def later(self, seconds, act):
        heapq.heappush(self._due, (self.seconds + seconds, next(self._numbers), act))

    @contextmanager
    def bounded(self):
        """What is done in it ends in good time, or raises Endless."""
        self._last = self.seconds + LONGEST
        try:
            yield
        finally:
            self._last = math.inf

    def advance(self, seconds):
        until = max(self.seconds + seconds, math.nextafter(self.seconds, math.inf))
        if until > self._last:
            raise Endless(f"it does not end within {LONGEST:g} s")
        while self._due and self._due[0][0] <= until:
            moment, _, act = heapq.heappop(self._due)
            self.seconds = max(self.seconds, moment)
            act()
        self.seconds = max(self.seconds, until)


class VirtualLoop(asyncio.base_events.BaseEventLoop):
    """An event loop that never waits: when nothing is ready, it moves the clock to the next timer.

    Signal handlers belong to the process that installs them, of which several may run here at once: `on_signal` is
    told."""

    def __init__(self, clock, on_signal):
        super().__init__()
        self.clock = clock
        self._on_signal = on_signal
        self._selector = self
        self._clock_resolution = 1e-3
        self._turns = 0

    def time(self):
        return self.clock()

    def select(self, timeout):
        if timeout is None:
            raise RuntimeError("nothing can happen any more: everything waits for something else")
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise Endless(f"it does not end within {MOST_TURNS} turns of its loop")
        if timeout > 0:
            self.clock.advance(timeout)
        return ()

    def add_signal_handler(self, number, act, *arguments):
        self._on_signal(number, lambda: act(*arguments))

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass
