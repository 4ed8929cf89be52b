"""Something wrong in a document, before it has its place; and all of them with their places, in their order."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import yaml

from reconcile.manifest.documents import LARGEST_DOCUMENT, Document
from reconcile.manifest.problem import Path, Problem, field_text
from reconcile.model.address import Address
from reconcile.model.job import Place


class Finding(NamedTuple):
    """`line` and `column` are those in the document's text, and are looked for at `path` where they are 0."""

    document: Document
    path: Path
    message: str
    at_key: bool = False
    line: int = 0
    column: int = 0
