"""Whether a project file is right; every problem of it at once, with its place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reconcile.errors import counted
from reconcile.kinds.problems import SpecProblem
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import documents_in, flaws, read_documents
from reconcile.manifest.project_file import Source
from reconcile.manifest.project_rules import project_file_problems
from reconcile.manifest.walk import PROJECT_FILES, Found
from reconcile.model.job import Place
from reconcile.model.problem import InvalidFiles, Problem
from reconcile.model.project import Project


def checked(source: Source) -> Mapping[str, Any]:
    """What the project file says. Raises InvalidFiles."""
    documents = _documents(source)
    if problems := _problems(documents, source):
        raise InvalidFiles(problems, f"{counted(len(problems), 'problem')} in the project file.")
    value: Mapping[str, Any] = documents[0].value
    return value


def about_the_project(project: Project, found: Iterable[SpecProblem]) -> list[Problem]:
    """What is wrong with the project file, as manifests or kinds show, at its place in the file."""
    problems = list(found)
    if not problems:
        return []
    file = next(name for name in PROJECT_FILES if Path(project.folder, name).exists())
    document = next(read_documents(Found(file, str(Path(project.folder, file)))))
    return _placed([Finding(document, new.path, new.message, new.at_key) for new in problems])


def _documents(source: Source) -> list[Document]:
    file, content = source.file, source.content
    return list(read_documents(file) if content is None else documents_in(file, content))


def _problems(documents: list[Document], source: Source) -> list[Problem]:
    if not documents:
        return [Problem(Place(source.file.shown, 1, 1), "", "", "this file is empty")]
    findings = list(_findings(documents, source.folder))
    return _placed(findings) if findings else []


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


def _placed(findings: list[Finding]) -> list[Problem]:
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML

    return sorted(placed(findings), key=lambda found: (found.place.line, found.place.column))
