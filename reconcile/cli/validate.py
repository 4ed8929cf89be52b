"""`reconcile validate`"""

import click

from reconcile.cli.shell.project import opened
from reconcile.cli.shell.session import Session


@click.command()
@click.pass_obj
def validate(session: Session) -> None:
    """Check every manifest against its kind; no service is asked.

    Every problem of every file is told at once, as file:line:column, address and field.

    \b
    Example:
      reconcile -C manifests validate

    Exit codes: 0 all is valid, 1 something is not.
    """
    count = opened(session).documents
    session.answer(f"Valid: {count} manifest{'' if count == 1 else 's'}.")
