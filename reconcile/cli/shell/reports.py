"""Writes the reports of a plan, a result, a drift or problems: into files, and onto the pages of a CI."""

import os
from collections.abc import Sequence

import click

from reconcile import __version__
from reconcile.cli.shell.ci import Ci, ci_of, page_of_run
from reconcile.cli.shell.files import write_whole
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.repository import folder_in_repository
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit, ReconcileError
from reconcile.model.project import Project
from reconcile.report.about import About
from reconcile.report.formats import Report, renderer

_WHOLE = ("html", "text", "json")  # they keep every job (a page 10,000), the most pleasant to read first
_TOLD = ("targets", "destroy", "wait", "unmanaged")  # options that say what a report is about; none can hold a secret


class ReportLost(ReconcileError):
    """A report that was asked for could not be made."""

    code = "report-lost"


def write_reports(
    session: Session, report: Report, files: Sequence[ReportFile], *, project: Project, code: Exit
) -> Exit:
    """Call it once the work is done, whatever `code` it ends with. Returns the code to end with: that of an error
    where a report is lost and the command would have ended well."""
    session.reported = True
    in_github = ci_of(session) is Ci.GITHUB
    if not (files or in_github):
        return code
    report, about = session.redacted(report), session.redacted(_about(session, project, files))
    lost = [error for file in files if (error := _lost(file, report, about))]
    for error in lost:
        session.fail(str(error))
    if in_github:
        from reconcile.cli.shell.github import show_report  # noqa: PLC0415 - only where it is shown

        show_report(session, report, about)
    return Exit.ERROR if lost and code in (Exit.DONE, Exit.CHANGES) else code


def _lost(file: ReportFile, report: Report, about: About) -> ReconcileError | None:
    """Whatever goes wrong with a report, the others are written and the command ends as it would."""
    try:
        write_whole(file.path, renderer(file.format)(report, about))
    except ReconcileError as error:
        return error
    except Exception as error:
        return ReportLost(
            f"The {file.format} report cannot be made: {type(error).__name__}: {error}",
            where=str(file.path),
            fix="This is a defect of reconcile. The work itself is done; take another format meanwhile.",
        )
    return None


def folder_from_here(session: Session) -> str:
    """Of the project, so that the names of its files can be opened from where the command runs; "" for the current
    folder."""
    path = os.path.relpath(session.folder)
    return "" if path == "." else path


def _about(session: Session, project: Project, files: Sequence[ReportFile]) -> About:
    folder = folder_in_repository(session.folder)
    whole, here = _whole(session, files), folder_from_here(session)
    return About(project.name, _command(), __version__, session.now(), folder, whole, here)


def _command() -> str:
    context = click.get_current_context()
    words = [context.command_path]
    for name in _TOLD:
        match context.params.get(name):
            case True:
                words.append(f"--{name}")
            case tuple(values):
                words += [f"--{name.removesuffix('s')} {value}" for value in values]
    return " ".join(words)


def _whole(session: Session, files: Sequence[ReportFile]) -> str:
    """The best of the reports that are not cut, and where the run is that made it."""
    paths = {file.format: str(file.path) for file in files}
    file = next((paths[name] for name in _WHOLE if name in paths), "")
    run = page_of_run(session)
    return f"{file}, made by {run}" if file and run else file or run
