"""Lock files in which every job of a project has succeeded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reconcile.applier.workspace import kinds_folder, open_workspace
from reconcile.kinds.sources import Catalog, validated_with
from reconcile.lockfile.document import record_line
from reconcile.lockfile.files import replace_file
from reconcile.lockfile.layout import render
from reconcile.lockfile.protocol import Entry, EntryKind, Head, Holder
from reconcile.manifest.parse import Parser
from reconcile.manifest.project_file import load_project
from reconcile.manifest.walk import find_manifests
from reconcile.model.job import DesiredJob
from reconcile.model.phase import Phase, Stage
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.shard import Shard
from reconcile.model.tokens import client_token, job_name
from reconcile.model.variables import NO_VALUES

THEN = datetime(2026, 11, 21, 3, 0, 0, tzinfo=UTC)
_LINEAGE = "5f0c7a7e-0000-4000-8000-000000000000"


def settle(folder: Path) -> None:
    """Written by the project's own store."""
    workspace = open_workspace(folder, environ={})
    lease = workspace.store.acquire(Holder("bench", "bench", "bench", 0, THEN, "bench"), timeout=0)
    succeeded = ((address, _succeeded(workspace.project, job)) for address, job in workspace.jobs.items())
    lease.append([Entry(EntryKind.OUTCOME, *each) for each in succeeded], durable=False)
    lease.fold(validated_with=workspace.validated_with)
    lease.release()


def settle_fleet(folder: Path, count: int) -> None:
    """For jobs without dependencies that are too many to be in memory at once: the lock file of the whole, and those of
    `count` shards. The same bytes as the store's, but only lines are kept."""
    project = load_project(folder, {})
    head = Head(project.id, _LINEAGE, 1, validated_with(kinds_folder(project)))
    lines = {job.address: record_line(_succeeded(project, job)) for job in _jobs(project)}
    for shard in (None, *(Shard(index, count) for index in range(count))):
        mine = sorted(address for address in lines if shard is None or shard.holds(address))
        path = Path(replace(project, shard=shard).own_lock_file)
        replace_file(path, render(head, (lines[address] for address in mine)))


def _jobs(project: Project) -> Iterator[DesiredJob]:
    catalog = Catalog()
    for file in find_manifests(project)[0]:
        yield from Parser(project, catalog, lambda *_: False, NO_VALUES).read(file, None).jobs.values()


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
