"""`reconcile plan`"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.answers import Form, form_of
from reconcile.cli.shell.ci import folded
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.project import opened, surveyed
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.model.change import Plan
from reconcile.planner.guard import refusal
from reconcile.report.plan_json import plan_json
from reconcile.report.plan_text import plan_text


@click.command()
@options.targets
@options.variables
@click.option("--destroy", is_flag=True, help="What `reconcile destroy` would do.")
@click.option(
    "--detailed-exitcode", is_flag=True, help="End with 2 where there are changes, blocked and waiting ones too."
)
@click.option(
    "--out", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Save the plan, for `reconcile apply FILE`.",
)  # fmt: skip
@options.parallelism
@options.as_json
@options.json_lines
@options.reports
@click.pass_obj
def plan(session: Session, /, **given: Any) -> Exit:
    """Show what apply would do. Nothing is changed, and no lease is taken.

    \b
    Examples:
      reconcile -C manifests plan
      reconcile plan --target 'EMRServerlessJobRun/*' --target team=documents
      reconcile plan --json --detailed-exitcode
      reconcile plan -o plan.json
      reconcile plan --report markdown=comment.md --report html=plan.html

    Exit codes: 0 done (with --detailed-exitcode: and nothing to change), 1 error,
    2 changes pending (with --detailed-exitcode), 5 a guard would refuse to apply it.
    """
    return _plan(session, **given)


def _plan(
    session: Session,
    *,
    targets: tuple[str, ...],
    destroy: bool,
    detailed_exitcode: bool,
    out: Path | None,
    parallelism: int,
    as_json: bool,
    json_lines: bool,
    report_files: tuple[ReportFile, ...],
) -> Exit:
    form = form_of(as_json=as_json, json_lines=json_lines)
    workspace = opened(session)
    refuse_own_files(workspace.project, [file.path for file in report_files], plan=out)
    survey = surveyed(session, workspace, parallelism=parallelism, targets=targets, destroy=destroy)
    session.warn_all(survey.plan.warnings)
    made = replace(survey.plan, refused=refusal(survey.plan, workspace.project.guards, live=survey.live))
    code = _code(made, detailed=detailed_exitcode)
    code = write_reports(session, made, report_files, project=workspace.project, code=code)
    _answer(session, made, form, code)
    if made.refused:
        raise made.refused
    if out:
        from reconcile.cli.shell.plan_file import write_plan  # noqa: PLC0415 - most plans are only read

        write_plan(session, workspace, survey, out, targets=targets, destroy=destroy)
    return code


def _code(plan: Plan, *, detailed: bool) -> Exit:
    if plan.refused:
        return plan.refused.exit
    return Exit.CHANGES if detailed and not plan.is_empty else Exit.DONE


def _answer(session: Session, plan: Plan, form: Form, code: Exit) -> None:
    plan = session.redacted(plan)
    match form:
        case Form.TEXT:
            with folded(session, "reconcile_plan", "Plan"):
                session.answer(plan_text(replace(plan, refused=None), session.style))  # as an error it is told anyway
        case Form.JSON:
            session.answer_data(plan_json(plan))
        case Form.LINES:
            from reconcile.report.lines import change_line, plan_end_line  # noqa: PLC0415 - most plans do without

            for change in plan.changes:
                session.answer_data(change_line(change, session.now()))
            session.answer_data(plan_end_line(plan, session.now(), code))
