"""The way in and the only way out: whatever happens becomes words for people and an exit code."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from reconcile.cli.shell.root import root
from reconcile.cli.shell.session import Session
from reconcile.cli.shell.streams import open_closed_streams
from reconcile.errors import Exit, ReconcileError


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
            with suppress(OSError):  # nobody can be told
                error.show()
        return Exit.USAGE if isinstance(error, click.UsageError) else Exit.ERROR
    except ReconcileError as error:
        session.fail(str(error))
        return _failed(session, error.exit)
    except Exception as error:
        if isinstance(error, OSError) and isinstance(error.__context__, KeyboardInterrupt):
            return Exit.INTERRUPTED  # click tells stderr first, which takes nothing
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
