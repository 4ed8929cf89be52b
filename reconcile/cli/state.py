"""`reconcile state`"""

from pathlib import Path

import click

from reconcile.applier.amend import forget, recover, settle
from reconcile.cli.shell import options, words
from reconcile.cli.shell.holder import holder
from reconcile.cli.shell.project import opened, recorded
from reconcile.cli.shell.session import Session
from reconcile.errors import UsageError
from reconcile.model.address import Address
from reconcile.model.job import written
from reconcile.report.pieces import in_pieces


@click.group()
def state() -> None:
    """Look at what the lock file records, and correct it where only a person can.

    \b
    Examples:
      reconcile state list
      reconcile state settle DataArtsJobRun/load --started 132343

    Exit codes: 0 done, 1 error, 4 the lease is held, 64 wrong usage.
    """


@state.command("list")
@click.pass_obj
def list_command(session: Session) -> None:
    """List the addresses that are recorded. No manifest is read.

    \b
    Example:
      reconcile state list

    Exit codes: 0 done, 1 error.
    """
    lockfile = recorded(session)
    records = ((address, lockfile.get(address)) for address in lockfile)
    told = (str(address) for address, record in records if record is not None and not record.is_tombstone)
    session.answer_pieces(map(session.secrets.mask, in_pieces(told)))


@state.command("settle")
@click.argument("address", shell_complete=words.addresses)
@click.option("--started", "job", metavar="ID", help="It started this job: the id as its service shows it.")
@click.option("--not-started", "nothing", is_flag=True, help="It started nothing.")
@options.variables
@options.lock_timeout
@click.pass_obj
def settle_command(session: Session, *, address: str, job: str | None, nothing: bool, lock_timeout: float) -> None:
    """Say what became of a start, where a plan asks.

    It was interrupted, or its record was lost, and reconcile could not find out.

    \b
    Examples:
      reconcile state settle DataArtsJobRun/load --started 132343
      reconcile state settle DataArtsJobRun/load --not-started

    Exit codes: 0 done, 1 error, 4 the lease is held, 64 there is no such interrupted start.
    """
    if (job is None) is not nothing:
        raise click.UsageError("Give either --started ID or --not-started.")
    record = settle(opened(session), _address(address), job, holder=holder(session), timeout=lock_timeout)
    if job is None:
        session.note(f"{address}: it started nothing; the next apply decides anew.")
    else:
        session.note(f"{address}: attempt {record.attempt} is {written(record.external_id)}.")


@state.command("rm")
@click.argument("address", shell_complete=words.addresses)
@options.variables
@options.lock_timeout
@click.pass_obj
def rm_command(session: Session, *, address: str, lock_timeout: float) -> None:
    """Forget a job without stopping it. Its tombstone keeps its number and its history.

    While its manifest is there, the next apply takes the job over again, if it still runs.

    \b
    Example:
      reconcile state rm EMRServerlessJobRun/nightly

    Exit codes: 0 done, 1 error, 4 the lease is held, 64 nothing is recorded of it.
    """
    workspace = opened(session)
    record = forget(workspace, _address(address), holder=holder(session), timeout=lock_timeout)
    runs_on = f"; {written(record.external_id)} runs on" if record.phase.is_live else ""
    session.note(f"{address}: forgotten{runs_on}.")
    if runs_on and record.address in workspace.jobs:
        session.note("Its manifest is still there: the next apply takes the job over again.")


@state.command("recover")
@click.argument("file", type=click.Path(path_type=Path))
@options.variables
@options.lock_timeout
@click.pass_obj
def recover_command(session: Session, *, file: Path, lock_timeout: float) -> None:
    """Take in a rescue file: what an apply did whose store failed.

    \b
    Example:
      reconcile state recover reconcile.lock.json.rescue-0b1d2c3d

    Exit codes: 0 done, 1 error, 4 the lease is held.
    """
    entries = recover(opened(session), file, holder=holder(session), timeout=lock_timeout)
    session.note(f"{len(entries)} records are in the lock file. {file} is not needed any more.")


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as error:
        raise UsageError(f"{error}.", fix="reconcile state list shows the addresses.") from error
