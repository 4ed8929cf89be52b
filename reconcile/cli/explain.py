"""`reconcile explain`"""

import click

from reconcile.cli.shell import words
from reconcile.cli.shell.catalog import catalog_of, kind_named
from reconcile.cli.shell.session import Session
from reconcile.kinds.explain import explain as explained
from reconcile.report.explain import explain_text


@click.command()
@click.argument("field", metavar="KIND[.FIELD]", shell_complete=words.kinds)
@click.pass_obj
def explain(session: Session, *, field: str) -> None:
    """Explain a kind or one of its fields: types, bounds, values, and the service's own documentation.

    \b
    Examples:
      reconcile explain EMRServerlessJobRun
      reconcile explain EMRServerlessJobRun.jobDriver.sparkSubmit

    Exit codes: 0 done, 1 a descriptor of the project is wrong, 64 there is no such kind or field.
    """
    kind, _, path = field.partition(".")
    descriptor = kind_named(kind, catalog_of(session))
    session.answer(explain_text(explained(descriptor, path), session.style))
