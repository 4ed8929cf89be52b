"""Which store a project's lock file is in."""

from pathlib import Path

from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.protocol import Store
from reconcile.model.project import Project
from reconcile.model.s3_place import s3_place


def open_store(project: Project) -> Store:
    """By the form of `lockFile`: s3://bucket/key, or a path."""
    place = s3_place(project.own_lock_file)
    if place is None:
        return LocalStore(Path(project.own_lock_file), project.id)
    from reconcile.lockfile.s3 import open_in_s3  # noqa: PLC0415 - botocore takes longer than a settled plan

    return open_in_s3(place, project.id, project.lock_file_options)
