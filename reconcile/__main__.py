"""`reconcile`, and `python -m reconcile`: what can be interrupted before there is anything that could say so."""

import signal
import sys


def run() -> int:
    """The exit code of one command line. SIGTERM ends it like Ctrl-C, so that what it holds is given back."""
    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
        from reconcile.cli import main  # noqa: PLC0415 - reading the program takes a while, and may be interrupted

        return main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(run())
