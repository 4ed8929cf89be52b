"""What a command answers where manifests are wrong: every problem, in whatever form it was asked for its answer."""

import click

from reconcile.applier.workspace import InvalidManifests
from reconcile.cli.shell.answers import Form, form_of
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.model.problem import Problems
from reconcile.report.lines import problem_line, problems_end_line
from reconcile.report.problems import problems_json, problems_text


def tell_problems(session: Session, error: InvalidManifests) -> None:
    """On stderr for people, and in the reports and on stdout as the options of the present command say. Raises
    UsageError where a report would take the place of a file of the project."""
    asked = click.get_current_context().params
    files = asked.get("report_files", ())
    refuse_own_files(error.project, [file.path for file in files])
    problems = session.redacted(error.problems)
    session.fault(problems_text(problems))
    write_reports(session, problems, files, project=error.project, code=problems.exit)
    _answer(session, problems, form_of(as_json=asked.get("as_json", False), json_lines=asked.get("json_lines", False)))


def _answer(session: Session, problems: Problems, form: Form) -> None:
    match form:
        case Form.TEXT:
            pass  # people have read it
        case Form.JSON:
            session.answer_data(problems_json(problems))
        case Form.LINES:
            for problem in problems.found:
                session.answer_data(problem_line(problem, session.now()))
            session.answer_data(problems_end_line(problems, session.now(), problems.exit))
