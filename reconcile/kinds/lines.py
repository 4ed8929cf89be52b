"""The place of a value in a document of YAML: a second, slower parse, for those that hold an error."""

import yaml

from reconcile.model.job import Place


def place_of(file: str, first_line: int, chunk: str, path: tuple[str | int, ...]) -> Place:
    """Of what is at `path` in that document of a file, or of the nearest thing around it."""
    try:
        node: yaml.Node | None = yaml.compose(chunk, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return Place(file, first_line)
    found = node
    for part in path:
        key, node = _child(node, part)
        if node is None:
            break
        found = key
    return Place(file, first_line + found.start_mark.line, found.start_mark.column + 1) if found else Place(file)


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """What names the child (its key, or itself in a list) and the child."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None
