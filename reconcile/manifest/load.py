"""Every manifest of a project: its jobs, or every problem of every file at once."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from reconcile.errors import nearest
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.load import NOT_KINDS
from reconcile.kinds.problems import SpecProblem
from reconcile.manifest.check import Checker, Trusted
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import flaws, read_documents
from reconcile.manifest.graph import dependency_findings
from reconcile.manifest.problem import Loaded, Problem
from reconcile.manifest.project_file import about_the_project
from reconcile.manifest.providers import Providers, missing
from reconcile.manifest.walk import find_manifests
from reconcile.model.job import Place
from reconcile.model.project import Project


def load_jobs(project: Project, catalog: Mapping[str, Descriptor], *, trusted: Trusted) -> Loaded:
    """`trusted`: the lock file holds this digest for this address, validated with the same catalog. Raises
    CatalogError where a kind's descriptor does not fit its service."""
    with _collector_off():
        files, problems = find_manifests(project)
        providers = Providers(project.providers)
        checker = Checker(catalog, providers, trusted)
        count = sum(_check(document, checker) for file in files for document in read_documents(file))
        between = dependency_findings(checker.edges, checker.documents, complete=not checker.has_unread)
        findings = [*checker.findings, *_twins(checker), *between]
        problems += about_the_project(project, _project_problems(project, catalog, providers))
        problems += _placed(findings) if findings else ()
    return Loaded(checker.jobs, tuple(sorted(problems, key=_place)), len(files), count, _faulty(findings))


def _check(document: Document, checker: Checker) -> bool:
    """Whether it was a manifest."""
    value = document.value
    if isinstance(value, dict) and value.get("kind") in NOT_KINDS:
        return False
    checker.check(document, flaws(document))
    return True


def _twins(checker: Checker) -> Iterator[Finding]:
    for document, first in checker.twins:
        yield Finding(
            document, ("metadata", "name"), f"this address is taken by {_where(first)}; names are unique per kind"
        )


def _where(document: Document) -> Place:
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML

    return next(placed([Finding(document, ("metadata", "name"), "")])).place


def _project_problems(
    project: Project, catalog: Mapping[str, Descriptor], providers: Providers
) -> Iterator[SpecProblem]:
    for provider in project.providers.values():
        for kind in provider.limits:
            if kind not in catalog:
                message = f"unknown kind {kind}{nearest(kind, list(catalog))}"
                yield SpecProblem(("providers", provider.name, "limits", kind), message, at_key=True)
    for provider in providers.without_scope():
        yield SpecProblem(("providers", provider.name), missing(provider))


def _placed(findings: list[Finding]) -> Iterator[Problem]:
    from reconcile.manifest.placing import placed  # noqa: PLC0415

    return placed(findings)


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.place.file, problem.place.line, problem.place.column


def _faulty(findings: list[Finding]) -> int:
    return len({(finding.document.file, finding.document.first_line) for finding in findings})


@contextmanager
def _collector_off() -> Iterator[None]:
    """Nothing of what is read is garbage, now or later, and looking for it takes as long as the reading."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
