"""Blocking work in threads of which only one runs at any time: each runs until it waits, and waits in virtual time."""

import threading
from contextvars import ContextVar, copy_context

_TURN = ContextVar("_TURN", default=None)


class Killed(BaseException):
    """Raised where a process is killed, so that nothing after it runs."""


def pass_time(seconds):
    """Called by work that is done in turns: lets others go on meanwhile. For the test itself no time passes."""
    turn = _TURN.get()
    if turn is not None:
        turn.wait(seconds)


class Turn:
    """One piece of work."""

    def __init__(self, work):
        self._work = work
        self._its_turn, self._our_turn = threading.Semaphore(0), threading.Semaphore(0)
        self._waits = None  # seconds; None: it has ended
        self._abandoned = False
        self._result = self._error = None
        context = copy_context()
        context.run(_TURN.set, self)
        self._thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)
        self._thread.start()

    def go_on(self):
        """Until it waits: for how long. None where it has come to its end."""
        self._its_turn.release()
        self._our_turn.acquire()
        return self._waits

    def result(self):
        if self._error is not None:
            raise self._error
        return self._result

    def abandon(self):
        """Its process is dead: it goes no further."""
        self._abandoned = True
        self._its_turn.release()
        self._thread.join()

    def wait(self, seconds):
        if self._abandoned:
            raise Killed
        self._waits = seconds
        self._our_turn.release()
        self._its_turn.acquire()
        if self._abandoned:
            raise Killed

    def _run(self):
        self._its_turn.acquire()
        try:
            if not self._abandoned:
                self._result = self._work()
        except BaseException as error:
            self._error = error
        self._waits = None
        self._our_turn.release()


class Lock:
    """In place of threading's, for work that is done in turns."""

    def __init__(self):
        self._is_held = False

    def __enter__(self):
        while self._is_held:
            pass_time(0.01)
        self._is_held = True

    def __exit__(self, *_):
        self._is_held = False


class OneAfterTheOther:
    """In place of a ThreadPoolExecutor."""

    def __init__(self, *_, **__):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def map(self, act, these):
        return [act(each) for each in these]
