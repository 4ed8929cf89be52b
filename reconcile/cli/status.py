"""`reconcile status`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.project import opened, surveyed
from reconcile.cli.shell.session import Session
from reconcile.report.status import status_json, status_row, status_text


@click.command()
@click.option("--refresh", is_flag=True, help="Ask the services now instead of telling what is recorded.")
@click.option("--all-shards", is_flag=True, help="Of a project that is applied in shards: all of them.")
@options.variables
@options.parallelism
@options.as_json
@click.pass_obj
def status(session: Session, *, refresh: bool, all_shards: bool, parallelism: int, as_json: bool) -> None:
    """List the declared and the recorded jobs with what was last heard of them.

    Without --refresh no service is asked: it tells what the last apply saw. Nothing is written either way.

    \b
    Examples:
      reconcile -C manifests status --refresh
      reconcile -C manifests status --all-shards

    Exit codes: 0 done, 1 error, 5 with --refresh: the project does not allow the account.
    """
    if all_shards and session.shard:
        raise click.UsageError("--shard names one part, and --all-shards all of them: give one of the two.")
    workspace = opened(session, all_shards=all_shards)
    workspace.refuse_other_division()  # what its shards have started would be said not to be
    session.warn_all(workspace.lockfile.warnings)
    observed = surveyed(session, workspace, parallelism=parallelism).observed if refresh else {}
    addresses = sorted({*workspace.jobs, *workspace.lockfile})
    rows = (
        status_row(address, workspace.jobs.wanted(address), workspace.lockfile.get(address), observed.get(address))
        for address in addresses
    )
    known = (session.redacted(row) for row in rows if row.goal or row.phase)
    if as_json:
        session.answer_pieces(status_json(known, workspace.project.shard))
    else:
        told = status_text(known, session.style, now=session.now())
        session.answer_pieces(map(session.secrets.mask, told))
