"""`reconcile lock`: who may apply now, and the end of a lease whose holder is gone."""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.project import project_store
from reconcile.cli.shell.session import Session
from reconcile.lockfile.protocol import Held
from reconcile.report.lease import LeaseRow, lease_json, lease_text


@click.group()
def lock() -> None:
    """Look at the lease of the lock file, or end one that its holder left behind.

    One apply at a time holds it. That of a local lock file ends with the process that holds it, however that ends;
    that of a lock file in S3 runs out some time after the holder's last sign of life, and can be ended before.
    """


@lock.command("show")
@options.as_json
@click.pass_obj
def show_command(session: Session, *, as_json: bool) -> None:
    """Tell who holds the lease, since when, and how it ends. Writes nothing.

    \b
    Example:
      reconcile -C manifests lock show

    Exit codes: 0 done, whether it is held or not, 1 error.
    """
    held = project_store(session).held()
    row = _row(held) if held is not None else None
    session.answer(lease_json(row) if as_json else lease_text(row, now=session.now()))


@lock.command("release")
@click.argument("holder", metavar="ID")
@click.pass_obj
def release_command(session: Session, *, holder: str) -> None:
    """End the lease of the holder with this ID, which must be dead.

    If it is alive after all, it starts nothing new: it finds that its lease is gone. What it had begun is found out by
    the next apply.

    \b
    Example:
      reconcile lock release 7f3a0c4e-9d0f-4f0e-8f57-6a6e6a1f2f11

    Exit codes: 0 done, 1 another holds it, or nobody, or it is local.
    """
    project_store(session).force_release(holder)
    session.note("The lease is free.")


def _row(held: Held) -> LeaseRow:
    holder = held.holder
    return LeaseRow(holder.id, holder.who, holder.host, holder.pid, holder.since, holder.command, held.expires)
