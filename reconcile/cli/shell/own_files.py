"""What a command writes for others may take the place of anything but of the project itself."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from reconcile.cli.shell.outputs import is_local
from reconcile.manifest.fingerprint import SAVED_PLAN
from reconcile.manifest.walk import would_be_read
from reconcile.model.project import Project
from reconcile.model.s3_place import is_in_s3


def refuse_own_files(project: Project, files: Iterable[str | Path | None], *, plan: Path | None = None) -> None:
    """Before anything is done. `files` may neither be of the lock file, whose loss would be that of every token, nor
    be read as manifests. `plan` may lie among the manifests, in the place of none. Raises UsageError."""
    for file in [*files, plan]:
        if not is_local(file):
            continue
        path = os.path.realpath(file)
        if _is_of_lock_file(project, path):
            raise click.UsageError(f"{file} belongs to the lock file and must not be overwritten: name another file.")
        if file is not plan and would_be_read(Path(file), Path(project.folder)):
            raise click.UsageError(
                f"{file} would be read as a manifest: name a file in another folder, or one that ends otherwise."
            )
    if plan is not None and _holds_manifests(project, plan):
        raise click.UsageError(f"{plan} is a file of the project and must not be overwritten: name another file.")


def _is_of_lock_file(project: Project, path: str) -> bool:
    """The lock file, that of a shard, or what stands beside one: journal, lease, rescue file."""
    if is_in_s3(project.lock_file):
        return False
    folder, name = os.path.split(path)
    whole = Path(project.lock_file)
    return folder == os.path.realpath(whole.parent) and f"{name}.".startswith(f"{whole.name}.")


def _holds_manifests(project: Project, path: Path) -> bool:
    """Whether there is such a file already, which is no saved plan."""
    real = Path(os.path.realpath(path))
    if not (would_be_read(path, Path(project.folder)) and real.is_file()):
        return False
    try:
        with real.open("rb") as file:
            begin = file.read(len(SAVED_PLAN))
    except OSError:
        return True
    return bool(begin) and begin != SAVED_PLAN
