"""`reconcile show`"""

from functools import partial
from pathlib import Path

import click

from reconcile.cli.shell import options, words
from reconcile.cli.shell.named import address_named
from reconcile.cli.shell.plan_file import read_plan
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.session import Session
from reconcile.errors import ReconcileError
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.specs import sensitive
from reconcile.model.job import Spec
from reconcile.model.record import Record
from reconcile.planner.diff import mask
from reconcile.report.plan_json import plan_json
from reconcile.report.plan_text import plan_text
from reconcile.report.record import record_json, record_text


@click.command()
@click.argument("address", metavar="ADDRESS|PLAN", shell_complete=words.addresses)
@options.variables
@options.as_json
@click.pass_obj
def show(session: Session, *, address: str, as_json: bool) -> None:
    """Tell all that is recorded of one job: tokens, ids, times, its spec and its earlier attempts. Or show a plan that
    was saved with `plan --out`, as it was made.

    \b
    Examples:
      reconcile -C manifests show EMRServerlessJobRun/nightly
      reconcile show plan.json

    Exit codes: 0 done, 1 error, or it was not started yet, 64 there is no such job.
    """
    if Path(address).is_file():
        plan = read_plan(Path(address)).plan
        if as_json:
            session.answer_data(plan_json(plan))
        else:
            session.answer(plan_text(plan, session.style))
        return
    workspace = opened(session)
    workspace.refuse_other_division()  # what its shards have started would be said not to be
    named = address_named(address, workspace)
    record = workspace.lockfile.get(named)
    if record is None or not record.attempt:
        raise ReconcileError(f"{address} was not started yet.", fix="reconcile plan tells why.")
    spec = session.redacted(_masked(record, workspace.catalog.get(record.address.kind)))
    record = session.redacted(record)
    if as_json:
        session.answer_data(record_json(record, spec=spec))
    else:
        session.answer(record_text(record, session.style, spec=spec))


def _masked(record: Record, kind: Descriptor | None) -> Spec:
    """Of a kind that is not known any more, nobody can tell what is sensitive: all of it is masked."""
    masked: Spec = mask(record.spec, (), partial(sensitive, kind) if kind else _is_member)
    return masked


def _is_member(path: tuple[str | int, ...]) -> bool:
    """Anything but the spec as a whole."""
    return path != ()
