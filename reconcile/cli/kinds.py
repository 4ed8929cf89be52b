"""`reconcile kinds`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.catalog import catalog_of
from reconcile.cli.shell.session import Session
from reconcile.report.kinds import kinds_json, kinds_text


@click.command()
@options.as_json
@click.pass_obj
def kinds(session: Session, *, as_json: bool) -> None:
    """List the kinds of jobs, the project's own in kinds/ included.

    TOKEN is the request member that keeps a start from happening twice; where there is none, it says what does.

    \b
    Example:
      reconcile kinds

    Exit codes: 0 done, 1 a descriptor is wrong.
    """
    catalog = catalog_of(session).values()
    session.answer(kinds_json(catalog) if as_json else kinds_text(catalog, session.style))
