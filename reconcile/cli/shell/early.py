"""What a command tells that ended before it had a plan, a result or a report of drift. Which reports and answers there
are then is decided here."""

from collections.abc import Sequence

import click

from reconcile.applier.workspace import divided
from reconcile.cli.shell.answers import Form, form_of
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import folder_from_here, write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit, GuardRefused, ReconcileError, UsageError
from reconcile.manifest.outline import outline
from reconcile.manifest.project_file import load_project
from reconcile.model.change import Plan
from reconcile.model.problem import InvalidFiles, Problems
from reconcile.model.project import Project
from reconcile.model.result import Result
from reconcile.report.lines import apply_end_line, plan_end_line, problem_line, problems_end_line
from reconcile.report.plan_json import plan_json
from reconcile.report.problems import problems_json, problems_text
from reconcile.report.result import result_json

_UNDONE = {
    "validate": "Nothing was checked.",
    "plan": "Nothing was planned.",
    "apply": "Nothing was done.",
    "destroy": "Nothing was done.",
    "drift": "Drift was not looked for.",
}


def tell_early_end(session: Session, error: ReconcileError) -> None:
    """In the reports and on stdout, as the options of the present command say, unless they tell of something already.
    Words for people are left to the caller, but for those on wrong files. Raises UsageError where a report would take
    the place of a file of the project, Exit once all is told."""
    context = click.get_current_context()
    asked, command = context.params, context.info_name or ""
    files: Sequence[ReportFile] | None = asked.get("report_files")
    form = form_of(as_json=asked.get("as_json", False), json_lines=asked.get("json_lines", False))
    if isinstance(error, InvalidFiles):
        project = _project(session)
        refuse_own_files(project, [file.path for file in files or ()])
        problems = session.redacted(_problems(error, command, project))
        session.fault(problems_text(problems, folder_from_here(session)))
        _tell(session, problems, files or (), project, form=form, code=error.exit)
        raise click.exceptions.Exit(error.exit)
    if files is not None and not session.reported:
        project = _project(session)
        refuse_own_files(project, [file.path for file in files])
        report = session.redacted(_ended(error, command, project))
        _tell(session, report, files, project, form=form, code=error.exit)


def _problems(error: InvalidFiles, command: str, project: Project) -> Problems:
    """Of a command that only checks, all is told by their number."""
    undone = "" if command == "validate" else _UNDONE.get(command, "")
    return Problems(error.found, f"{error.summary} {undone}".rstrip(), project.shard)


def _ended(error: ReconcileError, command: str, project: Project) -> Plan | Result | Problems:
    match command, error:
        case (("apply" | "destroy"), _):
            return Result((), error=error, shard=project.shard)
        case "plan", GuardRefused():
            return Plan((), 0, refused=error, shard=project.shard)
        case _:
            return Problems((), _UNDONE[command], project.shard, error)


def _tell(
    session: Session,
    report: Plan | Result | Problems,
    files: Sequence[ReportFile],
    project: Project,
    *,
    form: Form,
    code: Exit,
) -> None:
    write_reports(session, report, files, project=project, code=code)
    match form, report:
        case Form.JSON, Plan():
            session.answer_data(plan_json(report))
        case Form.JSON, Result():
            session.answer_data(result_json(report))
        case Form.JSON, Problems():
            session.answer_data(problems_json(report))
        case Form.LINES, Plan():
            session.answer_data(plan_end_line(report, session.now(), code))
        case Form.LINES, Result():
            session.answer_data(apply_end_line(report, session.now(), code))
        case Form.LINES, Problems():
            for problem in report.found:
                session.answer_data(problem_line(problem, session.now()))
            session.answer_data(problems_end_line(report, session.now(), code))


def _project(session: Session) -> Project:
    """As far as it is known: its own file may be what is wrong, and so may the shard."""
    try:
        project = load_project(session.folder, session.environ)
    except ReconcileError:
        project = outline(session.folder)
    try:
        return divided(project, session.part)
    except UsageError:
        return project
