"""`reconcile apply`"""

from typing import Any

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.applying import carry_out
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit


@click.command()
@options.applying
@click.pass_obj
def apply(session: Session, /, **given: Any) -> Exit:
    """Start and stop jobs until they are as declared.

    Shows the plan and asks first. What fails does not keep the rest from being done.

    \b
    Examples:
      reconcile -C manifests apply
      reconcile apply --auto-approve --wait --timeout 2h
      reconcile apply --target EMRServerlessJobRun/nightly

    Exit codes: 0 all done, or only waiting, 1 error, or nothing could be done, 4 the lease is held,
    5 a guard refused the plan, 6 done in part, 7 a job that was waited for failed or timed out,
    130 interrupted.
    """
    return carry_out(session, destroy=False, **given)
