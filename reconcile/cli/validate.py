"""`reconcile validate`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.session import Session
from reconcile.errors import CatalogError
from reconcile.kinds.lint import lint
from reconcile.kinds.load import own_kinds


@click.command()
@options.variables
@click.pass_obj
def validate(session: Session) -> None:
    """Check every manifest against its kind, and the project's own kinds; no service is asked.

    Every problem of every file is told at once, as file:line:column, address and field.

    \b
    Example:
      reconcile -C manifests validate

    Exit codes: 0 all is valid, 1 something is not.
    """
    workspace = opened(session)
    if problems := lint(own_kinds(workspace.catalog), unchecked=False):
        raise CatalogError(
            "\n  ".join(["A descriptor in kinds/ does not fit its service.", *problems]), fix="Correct it."
        )
    count = workspace.documents
    session.answer(f"Valid: {count} manifest{'' if count == 1 else 's'}.")
