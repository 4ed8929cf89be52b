"""A look at what a command is about: everything, or what its targets name."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime

from reconcile.applier.select import with_dependencies
from reconcile.applier.survey import Records, Surveyor
from reconcile.applier.surveyed import Survey
from reconcile.applier.workspace import Workspace
from reconcile.cloud.connect import capabilities, connect
from reconcile.cloud.limits import Limiter
from reconcile.manifest.jobs import NO_JOBS
from reconcile.model.address import Address


def surveyor(
    workspace: Workspace, *, writable: bool, destroy: bool = False, limiter: Limiter | None = None
) -> Surveyor:
    """With `destroy`, nothing is desired any more."""
    project, catalog = workspace.project, workspace.catalog
    return Surveyor(
        project=project,
        catalog=catalog,
        desired=NO_JOBS if destroy else workspace.jobs,
        drivers=connect(project, catalog, writable=writable, environ=workspace.environ, limiter=limiter),
        capabilities=capabilities(project, catalog),
    )


def look_around(
    workspace: Workspace,
    surveyor: Surveyor,
    records: Records,
    recorded: Iterable[Address],
    *,
    targets: Sequence[str],
    now: datetime,
    pool: Executor | None,
) -> Survey:
    """A survey of what the targets name: all, where there are none."""
    addresses = list(recorded)
    only = workspace.selection(targets, addresses)
    if only is None:
        about: Iterable[Address] = dict.fromkeys([*surveyor.desired, *addresses])
    else:
        about = with_dependencies(only, surveyor.desired)
    return surveyor.survey(records, about, now=now, pool=pool, only=only)


def make_plan(
    workspace: Workspace, *, targets: Sequence[str] = (), destroy: bool = False, now: datetime, pool: Executor | None
) -> Survey:
    """Reads what must be read, and plans. Holds no lease and writes nothing."""
    lockfile = workspace.lockfile
    survey = look_around(
        workspace,
        surveyor(workspace, writable=False, destroy=destroy),
        lockfile,
        lockfile,
        targets=targets,
        now=now,
        pool=pool,
    )
    return replace(survey, plan=replace(survey.plan, warnings=lockfile.warnings))
