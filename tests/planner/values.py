"""Small manifests and records for the tests of the planner."""

from dataclasses import replace

from reconcile.model.address import Address
from reconcile.model.job import Capabilities, DesiredJob
from reconcile.model.observed import ObservedJob, Sighting
from reconcile.model.phase import Goal, Guarantee, Phase, Stage
from reconcile.model.record import Record

SCOPE = "aws/eu-west-1"


def address(name: str) -> Address:
    return Address("Kind", name)


def manifest(name: str, **members: object) -> DesiredJob:
    job = DesiredJob(address(name), Goal.COMPLETED, SCOPE, "aws", {"Name": name}, f"sha256:{name}")
    return replace(job, **members)


def recorded(name: str, phase: Phase = Phase.RUNNING, **members: object) -> Record:
    """Attempt 1 of the manifest of that name."""
    record = Record(
        address(name),
        "aws",
        SCOPE,
        Stage.STARTED,
        Goal.COMPLETED,
        f"sha256:{name}",
        1,
        attempt=1,
        highest=1,
        tries=1,
        client_token=f"token-of-{name}",
        job_name=f"{name}-1-00000000",
        spec={"Name": name},
        external_id={"id": name},
        phase=phase,
    )
    return replace(record, **members)


def intent(name: str, **members: object) -> Record:
    return recorded(name, Phase.PENDING, stage=Stage.STARTING, external_id={}, **members)


def seen(name: str, phase: Phase) -> ObservedJob:
    return ObservedJob(phase, Sighting({"id": name}, phase, phase.name))


def can(
    guarantee: Guarantee = Guarantee.TOKEN, *, can_stop: bool = True, max_active: int | None = None
) -> Capabilities:
    return Capabilities(guarantee, can_stop, max_active=max_active)
