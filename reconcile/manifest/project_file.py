"""The project file: found, checked, and completed with what the environment says."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reconcile.errors import ProjectError
from reconcile.kinds.problems import SpecProblem
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import flaws, read_documents
from reconcile.manifest.problem import Problem
from reconcile.manifest.project_rules import project_file_problems
from reconcile.manifest.providers import read_provider
from reconcile.manifest.walk import PROJECT_FILES, Found
from reconcile.model.duration import seconds_of
from reconcile.model.project import PROVIDER_TYPES, Guards, LockFileOptions, Project

LOCK_FILE = "reconcile.lock.json"

_SMALLEST = """Write a file reconcile.yaml at the root of your manifests (-C DIR says where that is):

    apiVersion: reconcile/v1
    kind: Project
    metadata: {name: my-jobs}"""


def load_project(folder: Path, environ: Mapping[str, str]) -> Project:
    """The project of this folder. Raises ProjectError, which names every problem with its place."""
    folder = folder.resolve()
    found = [Found(name, str(folder / name)) for name in PROJECT_FILES if os.path.lexists(folder / name)]
    if not found:
        raise ProjectError("There is no project file here.", where=str(folder), fix=_SMALLEST)
    if len(found) > 1:
        raise ProjectError(
            "There are two project files.", where=str(folder), fix=f"Keep one of: {', '.join(PROJECT_FILES)}"
        )
    documents = list(read_documents(found[0]))
    findings = list(_findings(documents, folder))
    if findings or not documents:
        raise _error(found[0].path, findings)
    return _project(folder, documents[0].value, environ)


def about_the_project(project: Project, found: Iterable[SpecProblem]) -> list[Problem]:
    """What is wrong with the project file, as manifests or kinds show, at its place in the file."""
    problems = list(found)
    if not problems:
        return []
    file = next(name for name in PROJECT_FILES if Path(project.folder, name).exists())
    document = next(read_documents(Found(file, str(Path(project.folder, file)))))
    return _placed([Finding(document, new.path, new.message, new.at_key) for new in problems])


def _findings(documents: list[Document], folder: Path) -> Iterable[Finding]:
    for document in documents[:1]:
        odd = flaws(document)
        yield from odd
        if document.flaw is None:
            said = {finding.path for finding in odd}
            for new in project_file_problems(document.value, folder):
                if new.path not in said:
                    yield Finding(document, new.path, new.message, new.at_key)
    for document in documents[1:]:
        yield Finding(document, (), "a project file holds one document; put manifests into files of their own")


def _error(file: str, findings: list[Finding]) -> ProjectError:
    lines = "".join(f"\n  {found}" for found in _placed(findings)) or " It is empty."
    return ProjectError(f"The project file is wrong.{lines}", where=file, fix="Correct the file.")


def _placed(findings: list[Finding]) -> list[Problem]:
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML

    return sorted(placed(findings), key=lambda found: (found.place.line, found.place.column))


def _project(folder: Path, value: Mapping[str, Any], environ: Mapping[str, str]) -> Project:
    metadata = value["metadata"]
    providers = value.get("providers") or {name: {} for name in PROVIDER_TYPES}
    lock_file = value.get("lockFile", LOCK_FILE)
    guards = value.get("guards", {})
    return Project(
        metadata["name"],
        metadata.get("id", metadata["name"]),
        str(folder),
        {name: read_provider(name, entry, environ) for name, entry in providers.items()},
        lock_file if lock_file.startswith("s3:") else os.path.normpath(folder / lock_file),
        Guards(guards.get("maxStops"), guards.get("maxStopPercent")),
        lock_file_options=_lock_file_options(value.get("lockFileOptions", {}), environ),
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
