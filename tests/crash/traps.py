"""Where a process kills itself: at the n-th call by which it changes a file, or at a point of its n-th request."""

import http.client
import itertools
import os
import select
import signal
import threading

JOURNAL = ("open", "write", "pwrite", "ftruncate", "fdatasync", "fsync", "replace", "unlink")
JOURNAL_SIDES = ("before", "half", "after")  # half: of a write, the first half of its bytes
REQUEST_SIDES = ("before", "half", "committed", "after")  # half: the head is sent; committed: the reply lies unread


def trap(what, step, side, tell):
    """`tell` is given what the process died at, in a word; where `step` is None nobody dies, and it is given every
    word. A step that never comes kills nobody, and `half` of a call that has no half neither."""
    at_files = what == "journal"
    (_files if at_files else _requests)(_Dying(step, side, tell, at_files=at_files))


class _Dying:
    def __init__(self, step, side, tell, *, at_files):
        self.step, self.side, self.tell, self.at_files = step, side, tell, at_files
        self._numbers = itertools.count()
        self._kill, self._me = os.kill, os.getpid()

    def is_now(self, at):
        if self.step is None:
            self.tell(f"{at} ")
        return self.step is not None and self._reached(next(self._numbers))

    def _reached(self, number):
        """Which call has which number differs a little from run to run: the next write is the one to be halved."""
        return number >= self.step if self.side == "half" and self.at_files else number == self.step

    def die(self, at):
        self.tell(at)
        self._kill(self._me, signal.SIGKILL)
        threading.Event().wait()  # the signal reaches some thread soon; this one goes no further


def _files(dying):
    for name in JOURNAL:
        setattr(os, name, _call(name, getattr(os, name), dying))


def _call(name, real, dying):
    def call(*args, **kwargs):
        if (name == "open" and not _creates(args)) or not dying.is_now(name):
            return real(*args, **kwargs)
        if dying.side == "before":
            dying.die(name)
        if dying.side == "half":
            if name in ("write", "pwrite"):
                real(args[0], args[1][: len(args[1]) // 2], *args[2:])
                dying.die(name)
            return real(*args, **kwargs)
        try:
            return real(*args, **kwargs)
        finally:
            dying.die(name)

    return call


def _creates(args):
    return len(args) > 1 and bool(args[1] & os.O_CREAT)


def _requests(dying):
    real_send, real_reply = http.client.HTTPConnection.endheaders, http.client.HTTPConnection.getresponse

    def endheaders(connection, *args, **kwargs):
        connection.is_fatal = dying.is_now("request")
        if connection.is_fatal and dying.side == "before":
            dying.die("request")
        sent = real_send(connection, *args, **kwargs)
        if connection.is_fatal and dying.side == "half":
            dying.die("request")
        return sent

    def getresponse(connection, *args, **kwargs):
        fatal = getattr(connection, "is_fatal", False)
        if fatal and dying.side == "committed":
            select.select([connection.sock], [], [])
            dying.die("request")
        reply = real_reply(connection, *args, **kwargs)
        if fatal and dying.side == "after":
            dying.die("request")
        return reply

    http.client.HTTPConnection.endheaders = endheaders
    http.client.HTTPConnection.getresponse = getresponse
