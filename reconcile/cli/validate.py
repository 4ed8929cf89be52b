"""`reconcile validate`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit, counted
from reconcile.kinds.lint import lint
from reconcile.kinds.load import load_catalog, own_kinds, refuse_wrong_kinds
from reconcile.kinds.sources import OWN_FOLDER, own_files
from reconcile.manifest.project_file import load_project
from reconcile.model.problem import Problems
from reconcile.report.problems import problems_json


@click.command()
@options.variables
@options.as_json
@options.reports
@click.pass_obj
def validate(session: Session, *, as_json: bool, report_files: tuple[ReportFile, ...]) -> Exit:
    """Check every manifest against its kind, and the project's own kinds; no service is asked.

    Every problem of every file is told at once, as file:line:column, address and field.

    \b
    Examples:
      reconcile -C manifests validate
      reconcile validate --report sarif=manifests.sarif

    Exit codes: 0 all is valid, 1 something is not.
    """
    _check_kinds(session)
    workspace = opened(session)
    refuse_own_files(workspace.project, [file.path for file in report_files])
    valid = Problems((), f"Valid: {counted(workspace.documents, 'manifest')}.", workspace.project.shard)
    code = write_reports(session, valid, report_files, project=workspace.project, code=valid.exit)
    if as_json:
        session.answer_data(problems_json(valid))
    else:
        session.answer(valid.summary)
    return code


def _check_kinds(session: Session) -> None:
    """Before the manifests, which cannot be told to be right by kinds that are wrong. Raises InvalidFiles."""
    folder = session.folder / OWN_FOLDER
    if own_files(folder):
        load_project(session.folder, session.environ)  # where that is wrong, it comes first
        refuse_wrong_kinds(lint(own_kinds(load_catalog(folder)), folder, unchecked=False))
