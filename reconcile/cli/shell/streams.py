"""The process's own three streams, whatever the caller made of them."""

import os
import sys
from typing import TextIO

from reconcile.errors import ReconcileError

_STANDARD = 3  # stdin, stdout, stderr


class OutputLost(ReconcileError):
    """What was asked for could not be told."""

    code = "output-lost"


def open_closed_streams() -> None:
    """A file that is opened later must not take the number of a stream that the caller closed: what something writes to
    stderr would end up in the lock file."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD:
        pass
    os.close(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lasts as long as the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def write(stream: TextIO, text: str) -> None:
    """One line or more at once, so that lines of several threads do not mix. Raises OSError, once, but for a reader
    that went away."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()
    except OSError as error:
        _give_up(stream)
        if not isinstance(error, BrokenPipeError):
            raise


def _give_up(stream: TextIO) -> None:
    """What is still in its buffer must not fail again when the process ends, in words and a code of Python's own."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
