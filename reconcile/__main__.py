"""`reconcile`, and `python -m reconcile`: what can be interrupted before there is anything that could say so."""

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress

# Objects between two searches for circular garbage. Modules make thousands that stay: at Python's own 700, any command
# looks through them some forty times while it starts.
_GARBAGE = 50_000


def run() -> None:
    """The whole life of the process, from which nothing returns: it ends without tidying up its memory, which for
    10,000 jobs would take a tenth of a plan's time."""
    gc.set_threshold(_GARBAGE)
    code = _exit_code()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # all is done: there is nobody left to catch an interrupt
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, full, or never there
            stream.flush()
    os._exit(code)


def _exit_code() -> int:
    """Of one command line. SIGTERM ends it like Ctrl-C, so that what it holds is given back."""
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        from reconcile.cli import main  # noqa: PLC0415 - reading the program takes a while, and may be interrupted

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    run()
