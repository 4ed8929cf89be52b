"""Something wrong in a document, before it has its place."""

from typing import NamedTuple

from reconcile.manifest.documents import Document
from reconcile.manifest.loaded import Path


class Finding(NamedTuple):
    """`line` and `column` are those in the document's text; where they are 0, they are looked for at `path`."""

    document: Document
    path: Path
    message: str
    at_key: bool = False
    line: int = 0
    column: int = 0
