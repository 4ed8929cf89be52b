"""A plan, a result and a drift report as pages of Markdown: what needs somebody comes first and is open."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from reconcile.errors import ReconcileError
from reconcile.model.change import Action, Change, FieldDiff, Plan
from reconcile.model.drift import Drift, DriftKind, Finding
from reconcile.model.problem import Problem, Problems
from reconcile.model.result import Ended, Result, Row
from reconcile.report import drift_text, plan_text
from reconcile.report.field_diff import is_masked, sides
from reconcile.report.markup import code, fenced, indented, inline
from reconcile.report.page import Page, Section
from reconcile.report.places import under
from reconcile.report.problems import words_of
from reconcile.report.result import INTERRUPTED, WAITS, counts_line, goes_on_later
from reconcile.report.terms import clipped, id_text

_FIELDS = 20  # of one diff; `plan --json` has all
_LINES = 60  # of one manifest
_ACTIONS = (
    Action.BLOCKED, Action.STOP, Action.REPLACE, Action.START, Action.RESUME, Action.ADOPT, Action.FORGET, Action.WAIT,
)  # fmt: skip
_ENDS = (Ended.FAILED, Ended.BLOCKED, Ended.NOT_TRIED, Ended.WAITING, Ended.DONE)
_BAD = frozenset({Ended.FAILED, Ended.BLOCKED, Ended.NOT_TRIED})


def plan_page(plan: Plan) -> Page:
    def entries(action: Action) -> list[str]:
        return [_change(change) for change in plan.changes if change.action is action]

    sections = [
        Section(f"{action.symbol} {action.word}", entries(action), action is Action.BLOCKED) for action in _ACTIONS
    ]
    refused = [_error(plan.refused)] if plan.refused else []
    remarks = [*refused, *_remarks(plan.warnings, plan_text.PARTIAL if plan.partial else "")]
    return Page(plan_text.summary_line(plan), remarks, sections, plan.shard)


def result_page(result: Result) -> Page:
    def entries(ended: Ended) -> list[str]:
        return [_row(row) for row in result.rows if row.ended is ended]

    unmet = ", ".join(code(str(address)) for address in islice(result.unmet, _FIELDS))
    remarks = [
        *([_error(result.error)] if result.error else []),
        *([INTERRUPTED] if result.interrupted else []),
        *([f"Waited for, and did not reach their goal ({len(result.unmet)}): {unmet}"] if unmet else []),
        *([inline(WAITS)] if goes_on_later(result) else []),
    ]
    sections = [Section(ended.value, entries(ended), ended in _BAD) for ended in _ENDS]
    return Page(counts_line(result), remarks, sections, result.shard)


def drift_page(drift: Drift) -> Page:
    def section(title: str, belongs: Callable[[Finding], bool], *, is_open: bool) -> Section:
        return Section(title, [_finding(finding, drift) for finding in drift.findings if belongs(finding)], is_open)

    def drifts(kind: DriftKind) -> Callable[[Finding], bool]:
        return lambda finding: finding.drift is kind and finding.accepted is None

    sections = [section(kind.value, drifts(kind), is_open=kind.is_drift) for kind in DriftKind]
    accepted = section("accepted", lambda finding: finding.accepted is not None, is_open=False)
    remarks = _remarks(drift.warnings, drift_text.PARTIAL if drift.partial else "")
    return Page(drift_text.summary_line(drift), remarks, [*sections, accepted], drift.shard)


def problems_page(problems: Problems, folder: str) -> Page:
    """`folder` as in About."""
    section = Section("wrong", [_problem(problem, folder) for problem in problems.found], is_open=True)
    remarks = [_error(problems.error)] if problems.error else []
    return Page(inline(problems.summary), remarks, [section], problems.shard)


def _remarks(warnings: Sequence[str], partial: str) -> list[str]:
    told = [f"> **Warning:** {inline(warning)}" for warning in islice(warnings, _FIELDS)]
    return [*([f"> {inline(partial)}"] if partial else []), *told]


def _change(change: Change) -> str:
    then = f", then {change.then.symbol} {change.then.word}" if change.then else ""
    attempt = f" ({inline(plan_text.attempt_words(change))})" if change.attempt else ""
    return f"{code(str(change.address))}: {inline(change.reason, 1000)}{then}{attempt}{_diff(change.diff)}"


def _row(row: Row) -> str:
    facts = [
        f"{row.action.symbol} {row.action.word}",
        *([f"attempt {row.attempt}"] if row.attempt else []),
        *([code(row.status)] if row.status else []),
        *([f"id {code(id_text(row.external_id))}"] if row.external_id else []),
    ]
    detail = f": {inline(row.detail, 1000)}" if row.detail else ""
    return f"{code(str(row.address))} ({', '.join(facts)}){detail}"


def _finding(finding: Finding, drift: Drift) -> str:
    kind = f"{finding.drift}, " if finding.accepted else ""
    told = "".join(f"; {inline(line, 1000)}" for line in drift_text.facts(finding, drift))
    manifest = _block(_clipped_lines(finding.manifest.splitlines()), "yaml") if finding.manifest else ""
    name = code(drift_text.finding_name(finding))
    return f"{name}: {kind}{inline(finding.reason, 1000)}{told}{_diff(finding.diff)}{manifest}"


def _problem(problem: Problem, folder: str) -> str:
    address = f" {code(problem.address)}:" if problem.address else ""
    return f"{code(str(under(folder, problem.place)))}:{address} {inline(words_of(problem), 1000)}"


def _error(error: ReconcileError) -> str:
    parts = ("**Error:** " + inline(error.what), error.where and f"at {inline(error.where)}", inline(error.fix))
    return "\\\n".join(f"> {part}" for part in parts if part)


def _diff(diffs: Sequence[FieldDiff]) -> str:
    if not diffs:
        return ""
    lines = [line for diff in islice(diffs, _FIELDS) for line in _field(diff)]
    more = [f"… {len(diffs) - _FIELDS} more fields"] if len(diffs) > _FIELDS else []
    return _block([*lines, *more], "diff")


def _field(diff: FieldDiff) -> Iterator[str]:
    """The path, then both sides, as a diff colours them."""
    path = clipped(diff.path, 200)
    before, after = sides(diff)
    if is_masked(diff):
        yield f"! {path}: {after}, changed"
        return
    if before is not None:
        yield f"- {path}: {before}"
    if after is not None:
        yield f"+ {path}: {after}"


def _clipped_lines(lines: Sequence[str]) -> list[str]:
    more = ["…"] if len(lines) > _LINES else []
    return [clipped(line, 200) for line in lines[:_LINES]] + more


def _block(lines: Sequence[str], language: str) -> str:
    """Below an entry, and a part of it."""
    return indented(f"\n\n{fenced(lines, language)}")
