"""A look at what a command is about: everything, or what its targets name."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime

from reconcile.applier.doubt import Doubting, doubts
from reconcile.applier.select import with_dependencies
from reconcile.applier.survey import Records, Surveyor
from reconcile.applier.surveyed import Survey
from reconcile.applier.unset import warnings
from reconcile.applier.workspace import Workspace
from reconcile.model.address import Address


def look_around(
    workspace: Workspace,
    surveyor: Surveyor,
    records: Records,
    recorded: Iterable[Address],
    *,
    targets: Sequence[str],
    destroy: bool,
    now: datetime,
    pool: Executor | None,
) -> Survey:
    """A survey of what the targets name: all, where there are none."""
    addresses = list(recorded)
    only = workspace.selection(targets, records, destroy=destroy)
    if only is None:
        return surveyor.survey(records, dict.fromkeys([*surveyor.desired, *addresses]), now=now, pool=pool)
    about = with_dependencies(only, surveyor.desired)
    survey = surveyor.survey(records, about, now=now, pool=pool, only=only)
    others = (records.get(address) for address in addresses if address not in about)
    live = sum(record is not None and not record.is_tombstone and record.phase.is_live for record in others)
    return replace(survey, live=survey.live + live)


def make_plan(
    workspace: Workspace, *, targets: Sequence[str] = (), destroy: bool = False, now: datetime, pool: Executor | None
) -> Survey:
    """Reads what must be read, and plans. Holds no lease and writes nothing."""
    surveyor = workspace.surveyor(writable=False, destroy=destroy)
    survey = look_only(workspace, surveyor, targets=targets, destroy=destroy, now=now, pool=pool)
    unset = warnings(survey.plan, surveyor.secrets) if workspace.jobs.may_need_secrets else ()
    return replace(survey, plan=replace(survey.plan, warnings=(*workspace.lockfile.warnings, *unset)))


def look_only(
    workspace: Workspace,
    surveyor: Surveyor,
    *,
    targets: Sequence[str],
    destroy: bool = False,
    now: datetime,
    pool: Executor | None,
) -> Survey:
    """The look of who holds no lease, at the lock file as it was when the project was opened."""
    lockfile = workspace.lockfile
    return look_around(
        workspace,
        surveyor,
        Doubting(lockfile, doubts(lockfile, workspace.jobs, workspace.catalog, at=now)),
        lockfile,
        targets=targets,
        destroy=destroy,
        now=now,
        pool=pool,
    )
