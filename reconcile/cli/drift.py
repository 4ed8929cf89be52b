"""`reconcile drift`"""

from datetime import date
from pathlib import Path
from typing import Any

import click

from reconcile.applier.drift import look_for_drift
from reconcile.applier.webhook import webhook as checked_webhook
from reconcile.applier.workspace import Workspace
from reconcile.cli.shell import options
from reconcile.cli.shell.answers import Form, Lines, form_of
from reconcile.cli.shell.ci import folded
from reconcile.cli.shell.drifting import Delivery, Outlets
from reconcile.cli.shell.files import write_whole
from reconcile.cli.shell.named import address_named
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.project import opened, reading
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit, UsageError
from reconcile.manifest.walk import ACCEPTED_FILE
from reconcile.model.address import Address
from reconcile.model.drift import Acceptance, Drift
from reconcile.planner.accepted import with_acceptances
from reconcile.report.drift_json import drift_json
from reconcile.report.drift_text import drift_text
from reconcile.report.lines import drift_end_line, finding_line


@click.group(invoke_without_command=True)
@options.targets
@options.variables
@click.option(
    "--unmanaged", is_flag=True, help="Also look for live jobs that nobody declared, with a manifest for each."
)
@click.option("--history", metavar="PLACE", help="Remember every run in this file, or in s3://bucket/path/drift.")
@click.option(
    "--prometheus", type=click.Path(path_type=Path), metavar="FILE", help="Write metrics for a textfile collector."
)
@click.option(
    "--webhook",
    metavar="URL",
    help="Where there is drift, post it there as JSON. It is a secret: better give the variable.",
)
@options.parallelism
@options.as_json
@options.json_lines
@options.reports
@click.pass_context
def drift(context: click.Context, /, **given: Any) -> Exit | None:
    """Tell which jobs are not as declared and recorded: stopped, failed, missing, changed, or not applied yet.

    Cannot change anything, and takes no lease: it works while an apply is at work, and after one that failed.

    \b
    Examples:
      reconcile -C manifests drift
      reconcile drift --unmanaged --history drift.jsonl --report html=drift.html
      reconcile drift accept EMRServerlessJobRun/nightly \\
        --until 2026-12-31 --reason "moves in January"

    Exit codes: 0 in sync, or all drift is accepted, 1 error, 2 drift, 5 the project does not allow the account.
    """
    return None if context.invoked_subcommand else _report(context.obj, **given)


def _report(
    session: Session,
    *,
    targets: tuple[str, ...],
    unmanaged: bool,
    history: str | None,
    prometheus: Path | None,
    webhook: str | None,
    parallelism: int,
    as_json: bool,
    json_lines: bool,
    report_files: tuple[ReportFile, ...],
) -> Exit:
    if prometheus is not None and targets:
        raise click.UsageError("--prometheus measures the whole project: leave out --target.")
    form = form_of(as_json=as_json, json_lines=json_lines)
    outlets = Outlets(history, prometheus, checked_webhook(webhook) if webhook else None)
    workspace = opened(session)
    refuse_own_files(workspace.project, [history, prometheus, *(file.path for file in report_files)])
    found = _accepted(workspace, _looked(session, workspace, parallelism, targets, unmanaged=unmanaged))
    delivery = Delivery(session, workspace, outlets)
    found = session.redacted(delivery.recall(found))
    session.warn_all(found.warnings)
    code = write_reports(session, found, report_files, project=workspace.project, code=found.exit)
    lines = Lines(session)
    _answer(session, found, form, lines)
    chosen = workspace.selection(targets, workspace.lockfile, destroy=False)
    about = frozenset(map(str, chosen)) if chosen is not None else None
    delivery.send(found, about=about, unmanaged=unmanaged)
    code = Exit.ERROR if delivery.failed and code is Exit.DONE else code
    if form is Form.LINES:
        lines.write(drift_end_line(found, session.now(), code))
        lines.close()
    return code


def _answer(session: Session, found: Drift, form: Form, lines: Lines) -> None:
    match form:
        case Form.TEXT:
            with folded(session, "reconcile_drift", "Drift"):
                session.answer(drift_text(found, session.style))
        case Form.JSON:
            session.answer_data(drift_json(found))
        case Form.LINES:
            for finding in found.findings:
                lines.write(finding_line(finding, session.now()))


def _day(_context: click.Context, _option: click.Parameter, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it like 2026-12-31.") from None


@drift.command("accept")
@click.argument("address")
@click.option("--until", callback=_day, required=True, metavar="DATE", help="The last day (UTC): 2026-12-31.")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for those who review it.")
@options.variables
@options.parallelism
@click.pass_obj
def accept_command(session: Session, *, address: str, until: date, reason: str, parallelism: int) -> None:
    """Agree to live with the drift of one job for a while.

    It may drift as it does now, until the end of a day. That is written into drift-accepted.yaml beside the project
    file, to be reviewed with the manifests. While it holds, the drift is shown and does not make the exit code 2.
    Another drift of the job (it was stopped, now it is missing) is not covered.

    \b
    Example:
      reconcile drift accept EMRServerlessJobRun/nightly \\
        --until 2026-12-31 --reason "moves in January"

    Exit codes: 0 done, 1 error, 5 the project does not allow the account, 64 there is no such job, or it does not
    drift.
    """
    from reconcile.manifest.accept import accepted_text, with_acceptance  # noqa: PLC0415 - it brings parser and validator
    from reconcile.manifest.acceptances import Accepted  # noqa: PLC0415

    if until < session.now().date():
        raise click.UsageError(f"--until {until}: this day has passed.")
    if not reason.strip():
        raise click.UsageError("--reason: say why.")
    workspace = opened(session)
    named = address_named(address, workspace)
    seen = _looked(session, workspace, parallelism, (address,), unmanaged=False)
    finding = next((each for each in seen.findings if each.address == named), None)
    if finding is None:
        raise UsageError(f"{address} is in sync: there is nothing to accept.")
    folder = Path(workspace.project.folder)
    entry = Accepted(named, finding.drift, Acceptance(until, " ".join(reason.split())))
    write_whole(folder / ACCEPTED_FILE, with_acceptance(accepted_text(folder), entry))
    session.note(f"{address}: {finding.drift} is accepted until {until}, once {ACCEPTED_FILE} is committed.")


def _looked(
    session: Session, workspace: Workspace, parallelism: int, targets: tuple[str, ...], *, unmanaged: bool
) -> Drift:
    with reading(parallelism) as pool:
        return look_for_drift(workspace, targets=targets, unmanaged=unmanaged, now=session.now(), pool=pool)


def _accepted(workspace: Workspace, found: Drift) -> Drift:
    folder = Path(workspace.project.folder)
    if not (folder / ACCEPTED_FILE).exists():
        return found
    from reconcile.manifest.acceptances import read_acceptances  # noqa: PLC0415 - it brings the validator

    entries = {each.address: (each.drift, each.acceptance) for each in read_acceptances(folder)}
    known: set[Address] = {*workspace.jobs, *workspace.lockfile}
    return with_acceptances(found, entries, known)
