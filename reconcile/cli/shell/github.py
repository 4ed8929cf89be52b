"""What GitHub Actions shows of a run: a report on its page, and annotations beside the manifests' lines."""

from pathlib import Path

from reconcile.applier.workspace import InvalidManifests
from reconcile.cli.shell.repository import folder_in_repository
from reconcile.cli.shell.session import Session
from reconcile.manifest.problem import Problem
from reconcile.report.about import About
from reconcile.report.annotations import annotations
from reconcile.report.attention import Level, Notice, in_repository, notices
from reconcile.report.formats import Report, renderer


def show_report(session: Session, report: Report, about: About) -> None:
    """Both were redacted."""
    _add_to_summary(session, renderer("markdown")(report, about))
    _annotate(session, notices(report, about))


def show_problems(session: Session, error: InvalidManifests) -> None:
    folder = folder_in_repository(session.folder)
    _annotate(session, tuple(_notice(problem, folder) for problem in session.redacted(error.problems)))


def _notice(problem: Problem, folder: str) -> Notice:
    message = ": ".join(part for part in (problem.field, problem.message) if part)
    name = problem.address or problem.place.file
    return Notice("manifest", Level.ERROR, name, message, in_repository(problem.place, folder))


def _annotate(session: Session, found: tuple[Notice, ...]) -> None:
    """Runners read commands from stderr as well as from stdout, and an answer stays clean."""
    for line in () if session.logs_json else annotations(found):
        session.log(line)


def _add_to_summary(session: Session, markdown: str) -> None:
    """That this fails is told, and is no failure of the command."""
    file = session.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as summary:
            summary.write(f"{markdown}\n")
    except OSError as error:
        session.warn_all([f"The summary of the step cannot be written: {error.strerror}: {file}"])
