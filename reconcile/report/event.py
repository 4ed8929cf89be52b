"""One thing that happened during an apply, as one line, wrapped where a terminal is narrow."""

from reconcile.model.result import Event
from reconcile.report.layout import wrapped
from reconcile.report.style import Style
from reconcile.report.visible import prose


def event_text(event: Event, style: Style) -> str:
    """`03:00:07 EMRServerlessJobRun/nightly: started attempt 1 as 00f1/00g2`"""
    time = f"{event.at.isoformat()[11:19]} "
    about = f"{event.address}: " if event.address else ""
    return "\n".join(wrapped(about + prose(event.text), style, indent=len(time), first=time))
