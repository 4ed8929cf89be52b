"""A report as JUnit XML: a test case for each address, which fails where somebody has to look at it."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from reconcile.model.change import Action, Plan
from reconcile.model.drift import Drift, DriftKind
from reconcile.model.problem import Problems
from reconcile.model.result import Ended, Result
from reconcile.report.about import About, command_word
from reconcile.report.drift_text import facts, finding_name
from reconcile.report.formats import Report
from reconcile.report.problems import name_of
from reconcile.report.terms import shard_words
from reconcile.report.visible import prose, visible

_FAILED = frozenset({Ended.FAILED, Ended.BLOCKED})
_SKIPPED = frozenset({Ended.WAITING, Ended.NOT_TRIED})


@dataclass(frozen=True, slots=True)
class _Case:
    """`verdict`: "", failure, error or skipped, as XML calls them; `sort` is a word for what happened."""

    name: str
    verdict: str
    sort: str
    text: str


def junit(report: Report, about: About) -> str:
    cases = list(_cases(report, command_word(about.command)))
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.verdict == "failure" for case in cases)),
        "errors": str(sum(case.verdict == "error" for case in cases)),
        "skipped": str(sum(case.verdict == "skipped" for case in cases)),
    }
    root = ElementTree.Element("testsuites", {"name": "reconcile"} | counts)
    name = about.project + shard_words(report.shard)
    attributes = {"name": name} | counts | {"time": "0", "timestamp": f"{about.at:%Y-%m-%dT%H:%M:%S}"}
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    for case in cases:
        _write(case, suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _cases(report: Report, command: str) -> Iterator[_Case]:
    match report:
        case Plan():
            yield from _of_plan(report)
        case Result():
            yield from _of_result(report)
        case Drift():
            yield from _of_drift(report)
        case Problems():
            yield from _of_problems(report, command)


def _of_plan(plan: Plan) -> Iterator[_Case]:
    verdicts = {Action.BLOCKED: "failure", Action.WAIT: "skipped"}
    for change in plan.changes:
        yield _Case(str(change.address), verdicts.get(change.action, ""), change.action.word, change.reason)
    if plan.refused:
        yield _Case("plan", "error", plan.refused.code, str(plan.refused))


def _of_result(result: Result) -> Iterator[_Case]:
    for row in result.rows:
        verdict = "failure" if row.ended in _FAILED else "skipped" if row.ended in _SKIPPED else ""
        yield _Case(
            str(row.address), verdict, row.ended.value, f"{row.action.word}{': ' if row.detail else ''}{row.detail}"
        )
    for address in result.unmet:
        yield _Case(f"{address} reaches its goal", "failure", "unmet", "it was waited for, and did not reach its goal")
    if result.error:
        yield _Case("apply", "error", result.error.code, str(result.error))


def _of_drift(drift: Drift) -> Iterator[_Case]:
    for finding in drift.findings:
        excused = finding.accepted is not None or finding.drift is DriftKind.UNMANAGED
        text = "; ".join((finding.reason, *facts(finding, drift)))
        yield _Case(finding_name(finding), "skipped" if excused else "failure", finding.drift.value, text)


def _of_problems(problems: Problems, command: str) -> Iterator[_Case]:
    for problem in problems.found:
        yield _Case(visible(f"{name_of(problem)} {problem.field}".rstrip()), "failure", "manifest", str(problem))
    if problems.error:
        yield _Case(command, "error", problems.error.code, str(problems.error))


def _write(case: _Case, suite: ElementTree.Element) -> None:
    kind, _, name = case.name.partition("/" if "/" in case.name else " ")
    element = ElementTree.SubElement(suite, "testcase", {"classname": kind, "name": name or kind, "time": "0"})
    text = prose(case.text)
    match case.verdict:
        case "":
            ElementTree.SubElement(element, "system-out").text = f"{case.sort}: {text}"
        case "skipped":
            ElementTree.SubElement(element, "skipped", {"message": f"{case.sort}: {text}"})
        case verdict:
            ElementTree.SubElement(element, verdict, {"type": case.sort, "message": text}).text = text
