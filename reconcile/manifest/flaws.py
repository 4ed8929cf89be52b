"""Reading a file, and what is wrong with how its documents are written."""

from collections.abc import Iterator

from reconcile.kinds.content import Flaw, read_content
from reconcile.kinds.text import text_of
from reconcile.manifest.documents import Document, documents
from reconcile.manifest.finding import Finding
from reconcile.manifest.walk import Found


def read_documents(file: Found) -> Iterator[Document]:
    """A file that cannot be read counts as one document with a flaw."""
    try:
        content = read_content(file.path)
    except Flaw as flaw:
        yield _flawed(file, flaw)
    else:
        yield from documents_in(file, content)


def documents_in(file: Found, content: bytes) -> Iterator[Document]:
    """Those of a file that was read already."""
    try:
        text = text_of(content)
    except Flaw as flaw:
        yield _flawed(file, flaw)
    else:
        yield from documents(file.shown, text)


def _flawed(file: Found, flaw: Flaw) -> Document:
    return Document(file.shown, 1 if flaw.line else 0, "", None, flaw=flaw)


def flaws(document: Document) -> list[Finding]:
    """Of almost every document there are none, and that costs nothing."""
    if document.is_odd and (found := look_closer(document)):
        return found
    if flaw := document.flaw:
        return [Finding(document, (), flaw.message, line=flaw.line, column=flaw.column)]
    return []


def look_closer(document: Document) -> list[Finding]:
    """Everything that must be written in another way."""
    from reconcile.manifest import closer  # noqa: PLC0415 - it brings PyYAML

    return closer.look(document)
