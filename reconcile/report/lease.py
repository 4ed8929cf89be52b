"""Who holds the lease of a lock file."""

from dataclasses import dataclass
from datetime import datetime

from reconcile.report.encode import FORMAT_VERSION, json_text, json_time
from reconcile.report.terms import age_text, time_text
from reconcile.report.visible import visible


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease that is held. `expires` is None where it ends with its process."""

    id: str
    who: str
    host: str
    pid: int
    since: datetime
    command: str
    expires: datetime | None


def lease_text(lease: LeaseRow | None, *, now: datetime) -> str:
    if lease is None:
        return "Nobody holds the lease."
    return "\n".join(
        (
            f"holder   {visible(lease.who)}@{visible(lease.host)}, process {lease.pid}",
            f"command  {visible(lease.command)}",
            f"since    {time_text(lease.since)} ({age_text(lease.since, now)})",
            f"ends     {_end(lease, now)}",
            f"id       {visible(lease.id)}",
        )
    )


def lease_json(lease: LeaseRow | None) -> str:
    """`expires` is null where the lease ends with its process."""
    if lease is None:
        return json_text({"formatVersion": FORMAT_VERSION, "holder": None})
    holder = {
        "id": lease.id,
        "who": lease.who,
        "host": lease.host,
        "pid": lease.pid,
        "since": json_time(lease.since),
        "command": lease.command,
        "expires": json_time(lease.expires),
    }
    return json_text({"formatVersion": FORMAT_VERSION, "holder": holder})


def _end(lease: LeaseRow, now: datetime) -> str:
    if lease.expires is None:
        return "with its process, however that ends"
    if lease.expires < now:
        return f"ran out at {time_text(lease.expires)}; the next apply takes it over"
    return f"{time_text(lease.expires)}, unless it is renewed; at once with: reconcile lock release {visible(lease.id)}"
