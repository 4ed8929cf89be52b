"""`reconcile validate`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import CatalogError, Exit
from reconcile.kinds.lint import lint
from reconcile.kinds.load import own_kinds
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
    workspace = opened(session)
    if problems := lint(own_kinds(workspace.catalog), unchecked=False):
        raise CatalogError(
            "\n  ".join(["A descriptor in kinds/ does not fit its service.", *problems]), fix="Correct it."
        )
    refuse_own_files(workspace.project, [file.path for file in report_files])
    count = workspace.documents
    valid = Problems((), f"Valid: {count} manifest{'' if count == 1 else 's'}.", workspace.project.shard)
    code = write_reports(session, valid, report_files, project=workspace.project, code=valid.exit)
    if as_json:
        session.answer_data(problems_json(valid))
    else:
        session.answer(valid.summary)
    return code
