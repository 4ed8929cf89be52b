"""Manifests parsed and checked, with all that it takes: what a load does with files that it does not know yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconcile.errors import nearest
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.load import NOT_KINDS
from reconcile.kinds.problems import SpecProblem
from reconcile.manifest.check import Checker
from reconcile.manifest.dependencies import dependency_findings
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import documents_in, flaws, read_documents
from reconcile.manifest.in_file import InFile
from reconcile.manifest.loaded import Trusted
from reconcile.manifest.project_check import about_the_project
from reconcile.manifest.providers import Providers, missing
from reconcile.manifest.walk import Found
from reconcile.model.address import Address
from reconcile.model.job import Place
from reconcile.model.problem import Problem
from reconcile.model.project import Project
from reconcile.model.variables import Values


class Parser:
    """Takes files one by one, and keeps what is wrong with them."""

    def __init__(self, project: Project, catalog: Mapping[str, Descriptor], trusted: Trusted, values: Values) -> None:
        self.documents = 0  # manifests, the faulty ones included
        self._project = project
        self._catalog = catalog
        self._providers = Providers(project.providers)
        self._checker = Checker(catalog, self._providers, trusted, values)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong with any file by itself. Dependencies were not looked at."""
        return not (self._checker.findings or self._checker.twins or any(self._providers.without_scope()))

    def read(self, file: Found, content: bytes | None) -> InFile:
        """`content` None: it could not be read, which is a problem of the file unless it can be now."""
        self._checker.file = found = InFile()
        for document in read_documents(file) if content is None else documents_in(file, content):
            value = document.value
            if isinstance(value, dict) and value.get("kind") in NOT_KINDS:
                continue
            self._checker.check(document, flaws(document))
            self.documents += 1
        return found

    def forget(self, addresses: Iterable[Address]) -> None:
        """Keeps no more of their documents than that they are there: to say what is wrong, it takes another parser."""
        self._checker.forget(addresses)

    def problems(self) -> tuple[list[Problem], int]:
        """Everything that is wrong, with its place, and the number of manifests that something is wrong with."""
        checker = self._checker
        between = dependency_findings(checker.edges, checker.documents, complete=not checker.has_unread)
        findings = [*checker.findings, *_twins(checker.twins), *between]
        of_project = about_the_project(self._project, self._project_problems())
        faulty = {(finding.document.file, finding.document.first_line) for finding in findings}
        return [*of_project, *(_placed(findings) if findings else ())], len(faulty)

    def _project_problems(self) -> Iterator[SpecProblem]:
        for provider in self._project.providers.values():
            for kind in provider.limits:
                if kind not in self._catalog:
                    message = f"unknown kind {kind}{nearest(kind, list(self._catalog))}"
                    yield SpecProblem(("providers", provider.name, "limits", kind), message, at_key=True)
        for place, kind in enumerate(self._project.guards.kinds or ()):
            if kind not in self._catalog:
                yield SpecProblem(
                    ("guards", "kinds", place), f"unknown kind {kind}{nearest(kind, list(self._catalog))}"
                )
        for provider in self._providers.without_scope():
            yield SpecProblem(("providers", provider.name), missing(provider))


def _twins(twins: Sequence[tuple[Document, Document]]) -> Iterator[Finding]:
    for document, first in twins:
        yield Finding(
            document, ("metadata", "name"), f"this address is taken by {_where(first)}; names are unique per kind"
        )


def _where(document: Document) -> Place:
    return next(_placed([Finding(document, ("metadata", "name"), "")])).place


def _placed(findings: list[Finding]) -> Iterator[Problem]:
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML, which only a problem needs

    return placed(findings)
