"""The way in and the only way out: whatever happens becomes words for people and an exit code."""

import atexit
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from reconcile.cli.shell.root import root
from reconcile.cli.shell.session import Session
from reconcile.cli.shell.streams import open_closed_streams
from reconcile.errors import Exit, ReconcileError


def run() -> NoReturn:
    """The whole life of the process, which ends without tidying up its memory: for 10,000 jobs that would take a tenth
    of a plan's time."""
    code = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (default: the process's) and returns its exit code."""
    open_closed_streams()
    session = Session(environ=os.environ)
    return int(_run(session, arguments))


def _run(session: Session, arguments: Sequence[str] | None) -> int:
    try:
        returned = root.main(arguments, prog_name="reconcile", standalone_mode=False, obj=session)
    except click.Abort:
        session.warn("Interrupted.")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        if session.logs_json:
            session.fail(error.format_message())
        else:
            error.show()
        return Exit.USAGE if isinstance(error, click.UsageError) else Exit.ERROR
    except ReconcileError as error:
        session.fail(str(error))
        return _failed(session, error.exit)
    except Exception as error:
        session.fail(f"Unexpected {type(error).__name__}: {error}")
        return _failed(session, Exit.ERROR)
    return returned if isinstance(returned, int) else Exit.DONE


def _failed(session: Session, code: Exit) -> Exit:
    """Called while the error is being handled."""
    if session.debug:
        from traceback import format_exc  # noqa: PLC0415 - only who asks for it needs it

        session.warn(format_exc().rstrip())
    elif code is Exit.ERROR and not isinstance(sys.exception(), ReconcileError):
        session.warn("  fix: This is a defect of reconcile. Run it again with --debug to see where it happened.")
    return code
