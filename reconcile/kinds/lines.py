"""The line of a value in a YAML file: a second, slower parse, for files that hold an error."""

import yaml


def line_of(text: str, document: int, path: tuple[str | int, ...]) -> int:
    """The line, from 1, of what is at `path` in that document, or of the nearest thing around it; 0: not known."""
    try:
        node: yaml.Node | None = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))[document]
    except (yaml.YAMLError, IndexError):
        return 0
    line = _line(node)
    for part in path:
        key, node = _child(node, part)
        if node is None:
            break
        line = _line(key)
    return line


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    """What names the child (its key, or itself in a list) and the child."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None


def _line(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node else 0
