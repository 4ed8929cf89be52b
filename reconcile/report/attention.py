"""What of a report needs somebody's attention, and at which line: for annotations and code scanning."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from reconcile.errors import ReconcileError
from reconcile.model.change import Action, Change, Plan
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.model.job import Place
from reconcile.model.problem import Problem, Problems
from reconcile.model.result import Ended, Result, Row
from reconcile.report.about import About, command_word
from reconcile.report.drift_text import finding_name
from reconcile.report.formats import Report
from reconcile.report.places import under
from reconcile.report.problems import name_of, words_of
from reconcile.report.terms import clipped
from reconcile.report.visible import prose

_LONGEST = 2000  # characters of a message
PROJECT_FILE = Place("reconcile.yaml", 1)  # what no manifest declares is told there


class Level(StrEnum):
    """The value is SARIF's word."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Notice:
    """`rule` says what sort of thing it is (`plan/blocked`). `place` is relative to the repository's root."""

    rule: str
    level: Level
    name: str  # of the job
    message: str  # one line
    place: Place
    excuse: str = ""  # why it is accepted as it is
    field: str = ""  # tells it apart from others of its rule and name


_CHANGES = {Action.BLOCKED: Level.ERROR, Action.STOP: Level.WARNING, Action.REPLACE: Level.WARNING}
_ENDS = {Ended.FAILED: Level.ERROR, Ended.BLOCKED: Level.ERROR, Ended.NOT_TRIED: Level.WARNING}
_DRIFTS = {
    DriftKind.STOPPED: Level.WARNING,
    DriftKind.FAILED: Level.ERROR,
    DriftKind.MISSING: Level.ERROR,
    DriftKind.CHANGED: Level.WARNING,
    DriftKind.UNMANAGED: Level.NOTE,
    DriftKind.PENDING: Level.NOTE,
    DriftKind.UNKNOWN: Level.WARNING,
}


def notices(report: Report, about: About) -> tuple[Notice, ...]:
    """In the order of the report. What is routine, as a start is, gives none."""
    match report:
        case Plan():
            return tuple(_at(about, notice) for notice in _of_plan(report))
        case Result():
            return tuple(_at(about, notice) for notice in _of_result(report))
        case Drift():
            return tuple(_at(about, _of_finding(finding)) for finding in report.findings)
        case Problems():
            return tuple(_at(about, notice) for notice in _of_problems(report, about.command))


def _at(about: About, notice: Notice) -> Notice:
    return replace(notice, message=clipped(notice.message, _LONGEST), place=under(about.folder, notice.place))


def _of_plan(plan: Plan) -> Iterator[Notice]:
    yield from filter(None, map(_of_change, plan.changes))
    if plan.refused:
        yield _of_error("plan", plan.refused)


def _of_change(change: Change) -> Notice | None:
    action = change.then if change.then in _CHANGES else change.action
    if action not in _CHANGES:
        return None
    place = change.desired.place if change.desired else None
    message = f"{action.word}: {prose(change.reason)}"
    return Notice(f"plan/{action.word}", _CHANGES[action], str(change.address), message, _known(place))


def _of_result(result: Result) -> Iterator[Notice]:
    for row in result.rows:
        if row.ended in _ENDS:
            yield _of_row(row)
    if result.error:
        yield _of_error("apply", result.error)


def _of_row(row: Row) -> Notice:
    rule = f"apply/{row.ended.value.replace(' ', '-')}"
    message = prose(f"{row.action.word}: {row.ended.value}{': ' if row.detail else ''}{row.detail}")
    return Notice(rule, _ENDS[row.ended], str(row.address), message, _known(row.place))


def _of_error(command: str, error: ReconcileError) -> Notice:
    """That is of no one job."""
    return Notice(f"{command}/{error.code}", Level.ERROR, command, prose(f"{error.what} {error.fix}"), PROJECT_FILE)


def _of_finding(finding: Finding) -> Notice:
    message = prose(f"{finding.drift}: {finding.reason}")
    excuse = ""
    if finding.accepted:
        excuse = prose(f"accepted until {finding.accepted.until.isoformat()}: {finding.accepted.reason}")
    name = finding_name(finding)
    return Notice(f"drift/{finding.drift}", _DRIFTS[finding.drift], name, message, _known(finding.place), excuse)


def _of_problems(problems: Problems, command: str) -> Iterator[Notice]:
    yield from map(_of_problem, problems.found)
    if problems.error:
        yield _of_error(command_word(command), problems.error)


def _of_problem(problem: Problem) -> Notice:
    return Notice(
        "manifest/wrong",
        Level.ERROR,
        name_of(problem),
        prose(words_of(problem)),
        _known(problem.place),
        field=problem.field,
    )


def _known(place: Place | None) -> Place:
    return place if place and place.file else PROJECT_FILE
