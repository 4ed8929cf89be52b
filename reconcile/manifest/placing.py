"""From findings to problems: each at the place where it was written."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import yaml

from reconcile.kinds.nodes import compose, place_of
from reconcile.kinds.yaml_text import LARGEST_DOCUMENT
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.loaded import field_text, printable
from reconcile.model.job import Place
from reconcile.model.problem import Problem

_LONGEST = 600  # characters


def placed(findings: Iterable[Finding]) -> Iterator[Problem]:
    """Each document is parsed once more at most, however much is wrong with it."""
    ordered = sorted(findings, key=_document_of)
    for _, group in groupby(ordered, key=_document_of):
        yield from _placed(list(group))


def address_text(value: object) -> str:
    """`Kind/name` of a document that may be wrong in any way; "" where it has none."""
    match value:
        case {"kind": str() as kind, "metadata": {"name": str() as name}}:
            return printable(f"{kind}/{name}")
        case _:
            return ""


def _document_of(finding: Finding) -> tuple[str, int]:
    return finding.document.file, finding.document.first_line


def _placed(findings: list[Finding]) -> Iterator[Problem]:
    document = findings[0].document
    node = None if all(finding.line for finding in findings) else _tree(document)
    address = address_text(document.value)
    for finding in findings:
        line, column = finding.line, finding.column
        if not line and node is not None:
            line, column = place_of(node, finding.path, at_key=finding.at_key)
        place = Place(document.file, document.first_line + max(line - 1, 0), column)
        yield Problem(place, address, _short(field_text(finding.path)), _short(finding.message))


def _short(text: str) -> str:
    """A value that a message shows may be as long as a file."""
    return printable(text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}")


def _tree(document: Document) -> yaml.Node | None:
    if len(document.text) > LARGEST_DOCUMENT:
        return None
    try:
        return compose(document.text, is_json=document.file.endswith(".json"))
    except (yaml.YAMLError, RecursionError):
        return None
