"""`reconcile apply`"""

from pathlib import Path
from typing import Any

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.applying import Asked, carry_out
from reconcile.cli.shell.plan_file import read_plan
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit


@click.command()
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path, dir_okay=False))
@options.applying
@click.pass_obj
def apply(session: Session, /, *, plan_file: Path | None, **given: Any) -> Exit:
    """Start and stop jobs until they are as declared.

    Shows the plan and asks first. What fails does not keep the rest from being done.
    With PLAN, a file of `reconcile plan --out`, it does what that says without asking,
    and nothing at all if something else would be done now.

    \b
    Examples:
      reconcile -C manifests apply
      reconcile apply --auto-approve --wait --timeout 2h
      reconcile apply --target EMRServerlessJobRun/nightly
      reconcile apply plan.json

    Exit codes: 0 all done, or only waiting, 1 error, or nothing could be done, 3 the plan is stale,
    was edited or was applied already, 4 the lease is held, 5 a guard refused the plan, 6 done in part,
    7 a job that was waited for failed or timed out, 130 interrupted.
    """
    saved = read_plan(plan_file) if plan_file else None
    return carry_out(session, Asked(destroy=False, saved=saved, **given))
