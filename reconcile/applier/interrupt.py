"""What Ctrl-C, or a runner that is asked to end, does to an apply."""

import asyncio
import os
import signal

from reconcile.applier.carry_out import END
from reconcile.applier.work import Work
from reconcile.model.result import EventKind


def end_on_signals(work: Work) -> None:
    """The first interrupt starts nothing new and writes down what came back; the second ends at once, and loses
    nothing either: every intent is on disk."""

    def interrupted(code: int) -> None:
        if work.ending.is_set():
            os._exit(code)
        work.ending.set()
        text = f"interrupted: nothing new is started, and what is under way has {END:g} s to return; again ends at once"
        work.tell(EventKind.WAITING, text)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted, 128 + number)
