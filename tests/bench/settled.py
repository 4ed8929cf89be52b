"""A lock file in which every job of a project has succeeded, written by the project's own store."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from reconcile.applier.workspace import Workspace, open_workspace
from reconcile.lockfile.protocol import Entry, EntryKind, Holder, Store
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Phase, Stage
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.tokens import client_token, job_name

THEN = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)


def settle(folder: Path) -> None:
    workspace = open_workspace(folder, environ={})
    settle_in(workspace.store, workspace, workspace.jobs)


def settle_in(store: Store, workspace: Workspace, jobs: Mapping[Address, DesiredJob]) -> None:
    """These jobs of the workspace, in this store."""
    lease = store.acquire(Holder("bench", "bench", "bench", 0, THEN, "bench"), timeout=0)
    entries = [Entry(EntryKind.OUTCOME, address, _succeeded(workspace.project, job)) for address, job in jobs.items()]
    lease.append(entries, durable=False)
    lease.fold(validated_with=workspace.validated_with)
    lease.release()


def _succeeded(project: Project, job: DesiredJob) -> Record:
    token = client_token(project.id, project.environment, job.address, job.digest, job.generation, 1)
    return Record(
        address=job.address,
        provider=job.provider,
        scope=job.scope,
        stage=Stage.STARTED,
        goal=job.goal,
        digest=job.digest,
        generation=job.generation,
        attempt=1,
        highest=1,
        tries=1,
        client_token=token,
        job_name=job_name(job.address.name, 1, token),
        spec=job.spec,
        external_id={"applicationId": job.spec["applicationId"], "jobRunId": "00g" + token[:8]},
        phase=Phase.SUCCEEDED,
        status="SUCCESS",
        intent_at=THEN,
        started_at=THEN,
        ended_at=THEN,
        labels=job.labels,
    )
