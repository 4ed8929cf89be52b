"""What GitHub Actions shows of a run: a report on its page, and annotations beside the manifests' lines."""

from pathlib import Path

from reconcile.cli.shell.session import Session
from reconcile.report.about import About
from reconcile.report.annotations import annotations
from reconcile.report.attention import Notice, notices
from reconcile.report.formats import Report, renderer


def show_report(session: Session, report: Report, about: About) -> None:
    """Both were redacted."""
    _add_to_summary(session, renderer("markdown")(report, about))
    _annotate(session, notices(report, about))


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
