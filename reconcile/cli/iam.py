"""`reconcile iam`: the least rights that the manifests at hand need."""

import click

from reconcile.applier.permissions import policy
from reconcile.cli.shell import options
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.session import Session
from reconcile.report.encode import json_text


@click.group()
def iam() -> None:
    """Print the least rights that AWS has to grant, as an IAM policy made from the manifests and the lock file.

    No service is asked. A new kind, role or region needs the policy to be made again.

    \b
    Example:
      reconcile -C manifests iam apply > policy.json
    """


@iam.command("plan")
@options.variables
@click.pass_obj
def plan_command(session: Session) -> None:
    """What plan, drift and `status --refresh` need: reads only.

    \b
    Example:
      reconcile -C manifests iam plan > policy.json

    Exit codes: 0 done, 1 error.
    """
    _answer(session, writable=False)


@iam.command("apply")
@options.variables
@click.pass_obj
def apply_command(session: Session) -> None:
    """What apply and destroy need: reads and writes.

    That is what plan needs, with starts, stops, tags, and the roles that jobs run with.

    \b
    Example:
      reconcile -C manifests iam apply > policy.json

    Exit codes: 0 done, 1 error.
    """
    _answer(session, writable=True)


def _answer(session: Session, *, writable: bool) -> None:
    found = policy(opened(session), writable=writable)
    session.answer_data(json_text(found.document))  # made of what stands in the manifests: references, and no values
    for note in found.notes:
        session.note(f"Note: {note}")
