"""Files of values (--var-file), and lists and maps on the command line: YAML or JSON."""

from collections.abc import Callable, Iterator
from typing import Any

from reconcile.manifest.documents import Document, documents
from reconcile.manifest.finding import Finding
from reconcile.manifest.flaws import flaws, read_documents
from reconcile.manifest.problem import printable
from reconcile.manifest.walk import Found


def read_variable_file(file: str, take: Callable[[str, Any], str]) -> list[str]:
    """Hands each name with its value to `take`, which says what is wrong with it; returns all that is wrong."""
    findings = list(_findings(list(read_documents(Found(printable(file), file))), take))
    if not findings:
        return []
    from reconcile.manifest.placing import placed  # noqa: PLC0415 - it brings PyYAML

    return [str(problem) for problem in placed(findings)]


def value_in(text: str) -> Any:
    """The one value that the text writes; None where it writes none."""
    found = list(documents("", text))
    return found[0].value if len(found) == 1 and not flaws(found[0]) else None


def _findings(found: list[Document], take: Callable[[str, Any], str]) -> Iterator[Finding]:
    for document in found[:1]:
        if wrong := flaws(document):
            yield from wrong
        elif not isinstance(document.value, dict):
            yield Finding(document, (), "a file of variables is a mapping of names to values")
        else:
            for name, value in document.value.items():
                if message := take(str(name), value):
                    yield Finding(document, (str(name),), message)
    for document in found[1:]:
        yield Finding(document, (), "a file of variables holds one document")
