"""One thing that happened during an apply, as one plain line."""

from reconcile.model.result import Event
from reconcile.report.visible import prose


def event_line(event: Event) -> str:
    """`03:00:07 EMRServerlessJobRun/nightly: started as 00f1/00g2 (attempt 1)`"""
    about = f"{event.address}: " if event.address else ""
    return f"{event.at:%H:%M:%S} {about}{prose(event.text)}"
