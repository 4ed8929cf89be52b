"""The place of a value in a document of YAML."""

from contextlib import suppress

import yaml

from reconcile.kinds.nodes import Path, child_of, compose, start_of
from reconcile.model.job import Place


def place_of(file: str, first_line: int, chunk: str, path: Path) -> Place:
    """Of what is at `path` in that document of a file, or of what names the nearest thing around it."""
    node = None
    with suppress(yaml.YAMLError, RecursionError):
        node = compose(chunk)
    if node is None:
        return Place(file, first_line)
    found = node
    for part in path:
        child = child_of(node, part)
        if child is None:
            break
        found, node = child
    line, column = start_of(found)
    return Place(file, first_line + line - 1, column)
