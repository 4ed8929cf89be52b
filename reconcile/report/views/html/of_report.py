"""A report, whichever it is, as the subject of a page."""

from reconcile.model.change import Plan
from reconcile.model.drift import Drift
from reconcile.model.problem import Problems
from reconcile.model.result import Result
from reconcile.report.about import About
from reconcile.report.formats import Report
from reconcile.report.views.html.of_drift import of_drift
from reconcile.report.views.html.of_plan import of_plan
from reconcile.report.views.html.of_problems import of_problems
from reconcile.report.views.html.of_result import of_result
from reconcile.report.views.html.subject import Subject


def of_report(report: Report, about: About) -> Subject:
    match report:
        case Plan():
            return of_plan(report, about.folder)
        case Result():
            return of_result(report, about.folder)
        case Drift():
            return of_drift(report, about.folder)
        case Problems():
            return of_problems(report, about.folder)
