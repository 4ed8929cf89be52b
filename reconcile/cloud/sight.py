"""Jobs as their services show them, made into sightings by what a descriptor says of its kind."""

from dataclasses import replace
from typing import Any

from reconcile.cloud.paths import identity, read_text, read_time
from reconcile.kinds.descriptor import Descriptor, ListOp
from reconcile.kinds.rules import phase_of
from reconcile.model.job import ExternalId, Spec
from reconcile.model.observed import Marks, Sighting


def sighting(kind: Descriptor, job: Any, external_id: ExternalId, *, marks: Marks | None = None) -> Sighting:
    """`job` is an item of a list, or what describe holds at its `item`."""
    status = read_text(job, kind.job.status)
    return Sighting(
        external_id,
        phase_of(kind, status),
        status,
        name=read_text(job, kind.job.name),
        reason=read_text(job, kind.job.reason),
        created_at=read_time(job, kind.job.created),
        ended_at=read_time(job, kind.job.ended),
        marks=marks,
        arn=read_text(job, kind.tags.arn if kind.tags else kind.job.arn),
    )


def listed(kind: Descriptor, operation: ListOp, item: Any, parent: Spec) -> Sighting | None:
    """An item of a list, named by what it shows and by its parent; None for one that cannot be named."""
    known = {part: path for part, path in kind.id.items() if part not in operation.id}
    inherited = identity(known, given=parent)
    shown = {part: read_text(item, path) for part, path in operation.id.items()}
    if inherited is None or not all(shown.values()):
        return None
    seen = sighting(kind, item, {part: shown.get(part) or inherited[part] for part in kind.id})
    foreign = any(read_text(item, path) in values for path, values in operation.foreign.items())
    return replace(seen, foreign=True) if foreign else seen
