"""The project file: found, and completed with what the environment says."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from reconcile.errors import ProjectError
from reconcile.kinds.content import Flaw, read_content
from reconcile.manifest.lock_file_rule import lock_file_problem
from reconcile.manifest.providers import read_provider
from reconcile.manifest.variables import declared
from reconcile.manifest.walk import PROJECT_FILES, Found
from reconcile.model.duration import seconds_of
from reconcile.model.project import PROVIDER_TYPES, Guards, LockFileOptions, Project
from reconcile.model.s3_place import is_in_s3

LOCK_FILE = "reconcile.lock.json"

_SMALLEST = (
    "Name the project's folder with -C DIR, or let `reconcile init` write one. The smallest reconcile.yaml: "
    "{apiVersion: reconcile/v1, kind: Project, metadata: {name: my-jobs}}"
)


class Source(NamedTuple):
    """A project file as it was read."""

    folder: Path  # resolved
    file: Found
    content: bytes | None  # None: it could not be read


def load_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project of this folder. Raises ProjectError where there is none, InvalidFiles where its file is wrong."""
    source = find_project(folder)
    return completed(source, value_of(source, None), environ)


def find_project(folder: Path) -> Source:
    """Raises ProjectError where there is none, or more than one."""
    folder = folder.resolve()
    found = [Found(name, str(folder / name)) for name in PROJECT_FILES if os.path.lexists(folder / name)]
    if not found:
        what = "There is no project file here." if folder.is_dir() else "There is no such folder."
        raise ProjectError(what, where=str(folder), fix=_SMALLEST)
    if len(found) > 1:
        raise ProjectError(
            "There are two project files.", where=str(folder), fix=f"Keep one of: {', '.join(PROJECT_FILES)}"
        )
    try:
        return Source(folder, found[0], read_content(found[0].path))
    except Flaw:
        return Source(folder, found[0], None)


def value_of(source: Source, known: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What the project file says. `known`: what the same bytes were found to say before, without a problem; where
    its lock file may lie depends on the folder as well. Raises InvalidFiles."""
    if known is not None and not ("lockFile" in known and lock_file_problem(known["lockFile"], source.folder)):
        return known
    from reconcile.manifest.project_check import checked  # noqa: PLC0415 - what is known needs neither parser nor rules

    return checked(source)


def completed(source: Source, value: Mapping[str, Any], environ: Mapping[str, str]) -> Project:
    """`value` is what the file says."""
    folder = source.folder
    metadata = value["metadata"]
    providers = value.get("providers") or {name: {} for name in PROVIDER_TYPES}
    lock_file = value.get("lockFile", LOCK_FILE)
    guards = value.get("guards", {})
    return Project(
        metadata["name"],
        metadata.get("id", metadata["name"]),
        str(folder),
        {
            name: read_provider(name, entry, environ, accounts=guards.get("accounts", ()))
            for name, entry in providers.items()
        },
        lock_file if is_in_s3(lock_file) else os.path.normpath(folder / lock_file),
        _guards(guards),
        lock_file_options=_lock_file_options(value.get("lockFileOptions", {}), environ),
        variables=declared(value.get("variables", {})),
        open_env=frozenset(name for name, entry in value.get("env", {}).items() if entry.get("secret") is False),
    )


def _guards(given: Mapping[str, Any]) -> Guards:
    return Guards(
        given.get("maxStops"),
        given.get("maxStopPercent"),
        given.get("maxStarts"),
        tuple(given["kinds"]) if "kinds" in given else None,
        tuple(given["roles"]) if "roles" in given else None,
    )


def _lock_file_options(given: Mapping[str, Any], environ: Mapping[str, str]) -> LockFileOptions:
    """An endpoint is taken from the environment first, as for providers."""
    elsewhere = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    return LockFileOptions(
        given.get("region", ""),
        given.get("profile", ""),
        "" if elsewhere else given.get("endpointUrl", ""),
        given.get("kmsKeyId", ""),
        seconds_of(given["lease"]) if "lease" in given else LockFileOptions().lease,
    )
