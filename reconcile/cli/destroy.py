"""`reconcile destroy`"""

from typing import Any

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.applying import Asked, carry_out
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit


@click.command()
@options.applying
@click.pass_obj
def destroy(session: Session, /, **given: Any) -> Exit:
    """Stop every job of the project and forget it; say which jobs have no stop and run on.

    The plan is that of `reconcile plan --destroy`. Manifests stay: a later apply starts the jobs again. With --target,
    what depends on a job that is named is destroyed with it, and before it.

    \b
    Example:
      reconcile -C manifests destroy --target team=documents

    Exit codes: those of apply.
    """
    return carry_out(session, Asked(destroy=True, **given))
