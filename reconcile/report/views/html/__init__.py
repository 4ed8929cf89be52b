"""A report as one HTML file that needs nothing else: no network, and no JavaScript for what matters."""

from reconcile.report.about import About
from reconcile.report.formats import Report
from reconcile.report.views.html.of_report import of_report
from reconcile.report.views.html.page import page


def html(report: Report, about: About) -> str:
    """The same bytes for the same values. Ends with a newline."""
    return page(of_report(report, about), about) + "\n"
