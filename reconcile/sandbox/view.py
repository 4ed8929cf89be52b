"""How a job looks to those who ask: all that any operation of its kind shows. What an operation does not show is left
out where its shape is known, on the way out."""

from typing import Any

from reconcile.kinds.descriptor import Descriptor
from reconcile.sandbox import paths, tags
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Step


def described(kind: Descriptor, job: Job, now: float) -> dict[str, Any]:
    """The members of its start, its id, and what its descriptor names, each at its path."""
    step = job.step(now)
    ended_at = step.at if kind.phases[step.status].is_terminal else None
    seen = {**job.request, **_own(kind, job, step), **job.id, "arn": job.arn}
    shown = {
        kind.job.status: step.status,
        kind.job.name: job.name or None,
        kind.job.reason: step.reason or None,
        kind.job.created: job.created,
        kind.job.ended: ended_at,
        kind.job.arn: job.arn,
        kind.describe.tags if kind.describe else "": tags.write(job.tags, kind.start.tag_style),
    }
    for path, value in shown.items():
        if path and value is not None:
            paths.put(seen, path, value)
    return seen


def listed(kind: Descriptor, job: Job, now: float) -> dict[str, Any]:
    """The same, with the id where a list shows it."""
    item = described(kind, job, now)
    for part, path in (kind.list.id if kind.list else {}).items():
        paths.put(item, path, job.id[part])
    return item


def _own(kind: Descriptor, job: Job, step: Step) -> dict[str, Any]:
    """Members that a service adds and its descriptor does not name."""
    match kind.service:
        case "emr-serverless":
            return {
                "executionRole": job.request.get("executionRoleArn", ""),
                "createdBy": job.request.get("executionRoleArn", ""),
                "createdAt": job.created,
                "updatedAt": step.at,
                "attempt": 1,
                "mode": job.request.get("mode", "BATCH"),
                "releaseLabel": "emr-7.9.0",
                "stateDetails": step.reason,
                "type": "HIVE" if "hive" in job.request.get("jobDriver", {}) else "SPARK",
                "jobDriver": job.request.get("jobDriver", {}),
            }
        case "comprehend":
            return {"JobArn": job.arn, "SubmitTime": job.created}
        case "personalize":
            return {"creationDateTime": job.created, "lastUpdatedDateTime": step.at}
    return {}
