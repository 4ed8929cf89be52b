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
    jobs = opened(session).jobs
    kinds = {address.kind for address in jobs}
    session.answer(f"Valid: {_counted(len(jobs), 'job')} of {_counted(len(kinds), 'kind')}.")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
