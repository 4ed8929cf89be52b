"""Opening the project that a command is about, and looking at its jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconcile.applier.division import refuse_other_division
from reconcile.applier.surveyed import Survey, survey_of_settled
from reconcile.applier.workspace import Workspace, divided, open_workspace
from reconcile.cli.shell.session import Session
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Lockfile, Store
from reconcile.manifest.collector import collector_off
from reconcile.manifest.project_file import load_project
from reconcile.manifest.variables import Given

if TYPE_CHECKING:
    from concurrent.futures import Executor


def opened(session: Session, *, all_shards: bool = False) -> Workspace:
    return open_workspace(
        session.folder,
        environ=session.environ,
        given=Given(session.variables, session.variable_files),
        secrets=session.secrets,
        shard=session.part,
        all_shards=all_shards,
    )


def project_store(session: Session) -> Store:
    """That of the lock file, without reading it or any manifest: neither has to be right."""
    return open_store(divided(load_project(session.folder, session.environ), session.part))


def recorded(session: Session) -> Lockfile:
    """The lock file, without any manifest. Raises NotDivisible where there are those of another division instead."""
    project = divided(load_project(session.folder, session.environ), session.part)
    lockfile = open_store(project).read()
    if not lockfile.existed:
        from reconcile.lockfile.parts import shards_recorded  # noqa: PLC0415 - only before a first apply

        refuse_other_division(project.shard, shards_recorded(project), project.lock_file)
    return lockfile


def surveyed(
    session: Session, workspace: Workspace, *, parallelism: int, targets: tuple[str, ...] = (), destroy: bool = False
) -> Survey:
    """What the services say now, and the plan that follows. Reads only."""
    everything = not (targets or destroy)
    shard = workspace.project.shard
    settled = survey_of_settled(workspace.jobs, workspace.lockfile, session.now(), shard=shard) if everything else None
    return settled or _looked(session, workspace, parallelism, targets, destroy=destroy)


@contextmanager
def reading(parallelism: int) -> "Iterator[Executor]":
    """Threads for requests, none of which an interrupt has to wait for."""
    from reconcile.applier.daemons import Daemons  # noqa: PLC0415 - what is settled does without

    threads = Daemons(parallelism, "read")
    try:
        with collector_off():
            yield threads
    finally:
        threads.shutdown(wait=False)


def _looked(
    session: Session, workspace: Workspace, parallelism: int, targets: tuple[str, ...], *, destroy: bool
) -> Survey:
    from reconcile.applier.look import make_plan  # noqa: PLC0415 - what is settled does without all of this

    with reading(parallelism) as pool:
        return make_plan(workspace, targets=targets, destroy=destroy, now=session.now(), pool=pool)
