"""Files of values (--var-file), and lists and maps on the command line: YAML or JSON."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from reconcile.manifest.documents import Document, documents
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import flaws, read_documents
from reconcile.manifest.loaded import printable
from reconcile.manifest.walk import Found
from reconcile.model.job import Place
from reconcile.model.problem import Problem

# All that is told of it: what a parser says may quote the line, and a secret with it.
_BROKEN = "this cannot be read as YAML, or as JSON; what stands here is not shown, as it may be a secret"


def read_variable_file(file: str, take: Callable[[str, Any], str]) -> list[str]:
    """Hands each name with its value to `take`, which says what is wrong with it; returns all that is wrong."""
    found = list(read_documents(Found(printable(file), file)))
    wrong = [flaw for document in found[:1] for flaw in flaws(document)]
    if wrong and found[0].text:
        return list(dict.fromkeys(f"{place}: {_BROKEN}" for place in _places(wrong)))
    findings = wrong or list(_findings(found, take))
    return [str(problem) for problem in _placed(findings)] if findings else []


def value_in(text: str) -> Any:
    """The one value that the text writes; None where it writes none."""
    found = list(documents("", text))
    return found[0].value if len(found) == 1 and not flaws(found[0]) else None


def _places(findings: list[Finding]) -> Iterator[Place]:
    return (problem.place for problem in _placed(findings))


def _placed(findings: Iterable[Finding]) -> Iterator[Problem]:
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML

    return placed(findings)


def _findings(found: list[Document], take: Callable[[str, Any], str]) -> Iterator[Finding]:
    for document in found[:1]:
        if not isinstance(document.value, dict):
            yield Finding(document, (), "a file of variables is a mapping of names to values")
        else:
            for name, value in document.value.items():
                if message := take(str(name), value):
                    yield Finding(document, (str(name),), message)
    for document in found[1:]:
        yield Finding(document, (), "a file of variables holds one document")
