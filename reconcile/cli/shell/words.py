"""What a shell offers when somebody presses Tab: addresses and kinds. Nothing is asked of a service, and no error is
told: whoever presses Tab gets words, or none."""

from collections.abc import Iterable
from contextlib import suppress

import click

from reconcile.cli.shell.session import Session
from reconcile.errors import ReconcileError
from reconcile.model.s3_place import is_in_s3


def addresses(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Declared ones, and those that a lock file on this machine records."""
    return _fitting(incomplete, _addresses(context.obj))


def kinds(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    from reconcile.cli.shell.catalog import catalog_of  # noqa: PLC0415 - no other command pays for what Tab needs

    with suppress(ReconcileError):
        return _fitting(incomplete, catalog_of(context.obj))
    return []


def _fitting(incomplete: str, words: Iterable[str]) -> list[str]:
    return sorted(word for word in words if word.startswith(incomplete))


def _addresses(session: Session) -> set[str]:
    """As the cache knows them, which is fast; the manifests are read where it does not know all of these files."""
    from reconcile.kinds.sources import OWN_FOLDER, Catalog  # noqa: PLC0415 - as above
    from reconcile.lockfile.choice import open_store  # noqa: PLC0415
    from reconcile.manifest.cache import cache_of  # noqa: PLC0415
    from reconcile.manifest.load import load_jobs  # noqa: PLC0415
    from reconcile.manifest.project_file import find_project, load_project  # noqa: PLC0415
    from reconcile.manifest.walk import find_manifests  # noqa: PLC0415

    found: set[str] = set()
    with suppress(ReconcileError):
        project = load_project(session.folder, session.environ)
        cache = cache_of(find_project(session.folder), session.environ)
        known = cache.read().files if cache else {}
        files, _ = find_manifests(project)
        if known.keys() == {file.shown for file in files}:
            found.update(address for file in known.values() for address in file.settling)
        else:
            jobs = load_jobs(project, Catalog(session.folder / OWN_FOLDER)).jobs
            found.update(map(str, jobs))
        if not is_in_s3(project.lock_file):
            found.update(map(str, open_store(project).read()))
    return found
