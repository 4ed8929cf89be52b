"""Opening the project that a command is about."""

import click

from reconcile.applier.workspace import InvalidManifests, Workspace, open_workspace
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.report.visible import visible


def opened(session: Session) -> Workspace:
    """The workspace; where manifests are wrong, every problem is told and the command ends."""
    try:
        return open_workspace(session.folder, environ=session.environ)
    except InvalidManifests as error:
        for problem in error.problems:
            session.warn(visible(str(problem)))
        session.warn(visible(error.summary))
        raise click.exceptions.Exit(Exit.ERROR) from None
