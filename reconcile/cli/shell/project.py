"""Opening the project that a command is about, and looking at its jobs."""

from concurrent.futures import ThreadPoolExecutor

import click

from reconcile.applier.survey import Survey
from reconcile.applier.workspace import InvalidManifests, Workspace, make_plan, open_workspace
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Store
from reconcile.manifest.project_file import load_project
from reconcile.report.visible import visible_lines


def opened(session: Session) -> Workspace:
    """The workspace; where manifests are wrong, every problem is told and the command ends."""
    try:
        return open_workspace(session.folder, environ=session.environ)
    except InvalidManifests as error:
        session.warn(visible_lines(str(error)))
        raise click.exceptions.Exit(Exit.ERROR) from None


def project_store(session: Session) -> Store:
    """That of the lock file, without reading it or any manifest: neither has to be right."""
    return open_store(load_project(session.folder, session.environ))


def surveyed(
    session: Session, workspace: Workspace, *, parallelism: int, targets: tuple[str, ...] = (), destroy: bool = False
) -> Survey:
    """What the services say now, and the plan that follows. Reads only."""
    with ThreadPoolExecutor(parallelism, thread_name_prefix="read") as pool:
        return make_plan(workspace, targets=targets, destroy=destroy, now=session.now(), pool=pool)
