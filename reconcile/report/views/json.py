"""A report as `--json` prints it; `reconcile schema` publishes its schema."""

from reconcile.model.change import Plan
from reconcile.model.drift import Drift
from reconcile.model.problem import Problems
from reconcile.model.result import Result
from reconcile.report.about import About
from reconcile.report.drift_json import drift_json
from reconcile.report.formats import Report
from reconcile.report.plan_json import plan_json
from reconcile.report.problems import problems_json
from reconcile.report.result import result_json


def json(report: Report, about: About) -> str:  # noqa: ARG001 - every format has this shape
    match report:
        case Plan():
            return plan_json(report) + "\n"
        case Result():
            return result_json(report) + "\n"
        case Drift():
            return drift_json(report) + "\n"
        case Problems():
            return problems_json(report) + "\n"
