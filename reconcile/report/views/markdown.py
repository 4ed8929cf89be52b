"""A report as a comment on a pull request or an issue. Its first line is hidden and says whose comment it is."""

from reconcile.model.change import Plan
from reconcile.model.drift import Drift
from reconcile.model.problem import Problems
from reconcile.model.result import Result
from reconcile.report.about import About
from reconcile.report.formats import Report
from reconcile.report.page import markdown_text
from reconcile.report.pages import drift_page, plan_page, problems_page, result_page


def markdown(report: Report, about: About) -> str:
    match report:
        case Plan():
            return markdown_text(plan_page(report), about)
        case Result():
            return markdown_text(result_page(report), about)
        case Drift():
            return markdown_text(drift_page(report), about)
        case Problems():
            return markdown_text(problems_page(report, about.folder), about)
