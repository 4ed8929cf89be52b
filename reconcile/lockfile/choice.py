"""Which store a project's lock file is in."""

from functools import partial
from pathlib import Path

from reconcile.lockfile.local import LocalStore
from reconcile.lockfile.protocol import Store
from reconcile.model.project import Project


def open_store(project: Project) -> Store:
    """By the form of `lockFile`: s3://bucket/key, or a path. Connects to nothing yet."""
    place, options = project.lock_file, project.lock_file_options
    if not place.startswith("s3://"):
        return LocalStore(Path(place), project.id)
    from reconcile.lockfile.s3 import S3Store  # noqa: PLC0415 - a local lock file does without
    from reconcile.lockfile.s3_client import connect  # noqa: PLC0415
    from reconcile.lockfile.s3_objects import Objects  # noqa: PLC0415

    bucket, _, key = place.removeprefix("s3://").partition("/")
    objects = Objects(partial(connect, options, place), bucket, key, kms_key_id=options.kms_key_id)
    return S3Store(objects, project.id, seconds=options.lease)
