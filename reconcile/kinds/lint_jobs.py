"""Whether what a descriptor says of single jobs, as replies tell of them, is so in the service's model."""

from collections.abc import Iterator, Mapping

from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.shapes import Model, Shape


def jobs_told(descriptor: Descriptor, model: Model) -> Mapping[str, Shape | None]:
    """The shape of one job, as described and as listed; None where the path to it leads nowhere."""
    return dict(_items(descriptor, model))


def job_problems(descriptor: Descriptor, jobs: Mapping[str, Shape]) -> Iterator[str]:
    """`jobs` as jobs_told gives them, without what leads nowhere."""
    yield from _job_paths(descriptor, jobs)
    yield from _phases(descriptor, jobs)


def _items(descriptor: Descriptor, model: Model) -> Iterator[tuple[str, Shape | None]]:
    if descriptor.describe:
        output = model.output(descriptor.describe.operation)
        yield "describe.item", output and output.at(descriptor.describe.item)
    if descriptor.list:
        output = model.output(descriptor.list.operation)
        listed = output and output.at(descriptor.list.items)
        yield "list.items", listed.element if listed and listed.type == "list" else None


def _job_paths(descriptor: Descriptor, jobs: Mapping[str, Shape]) -> Iterator[str]:
    """The status is in every job; the rest may be in what is described only, or in what is listed only."""
    job = descriptor.job
    for name, item in jobs.items():
        if item.at(job.status) is None:
            yield f"job.status: {name} has no {job.status}"
    for field in ("name", "reason", "created", "ended", "arn"):
        path = getattr(job, field)
        if path and all(item.at(path) is None for item in jobs.values()):
            yield f"job.{field}: {' and '.join(jobs)} have no {path}"


def _phases(descriptor: Descriptor, jobs: Mapping[str, Shape]) -> Iterator[str]:
    """Where the model lists the statuses, the phases are of these and no others."""
    found = [item.at(descriptor.job.status) for item in jobs.values()]
    words = {word for status in found if status for word in status.enum}
    if not words:
        return
    if unmapped := sorted(words - set(descriptor.phases)):
        yield f"phases: no phase for {', '.join(unmapped)}"
    if unheard := sorted(set(descriptor.phases) - words):
        yield f"phases: the service has no status {', '.join(unheard)}"
