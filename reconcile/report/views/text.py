"""A report as people read it on a terminal, without colours and as wide as it needs."""

from reconcile.model.change import Plan
from reconcile.model.drift import Drift
from reconcile.model.problem import Problems
from reconcile.model.result import Result
from reconcile.report.about import About
from reconcile.report.drift_text import drift_text
from reconcile.report.formats import Report
from reconcile.report.plan_text import plan_text
from reconcile.report.problems import problems_text
from reconcile.report.result import result_text
from reconcile.report.style import Style
from reconcile.report.visible import visible_lines


def text(report: Report, about: About) -> str:
    match report:
        case Plan():
            return plan_text(report, Style()) + "\n"
        case Result():
            error = f"{visible_lines(str(report.error))}\n" if report.error else ""
            return f"{result_text(report, Style())}\n{error}"
        case Drift():
            return drift_text(report, Style()) + "\n"
        case Problems():
            return problems_text(report, about.here) + "\n"
