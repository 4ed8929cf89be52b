"""The second, slower parse: where everything in a document was written, and how. For documents with a problem only."""

import re
from typing import Any

import yaml

Path = tuple[str | int, ...]

PLAIN, QUOTED = "plain", "quoted"  # in place of the tags that YAML 1.1 would give to what has none

_AS_SPACES = str.maketrans("\t", " ")
_BRACKET = re.compile(r"[\[{\]}]")
_DEEPEST = 1024  # levels; libyaml overflows the stack, and ends the process, at some ten thousand
_NO_BREAKS = str.maketrans("\x85\u2028\u2029", "   ")  # line breaks to YAML 1.1 alone


class _Composer(yaml.CSafeLoader):
    """Parses, and interprets nothing."""

    def resolve(self, kind: type[yaml.Node], _value: Any, implicit: Any) -> str:
        return PLAIN if kind is yaml.ScalarNode and implicit[0] else QUOTED

    def descend_resolver(self, *_: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


def compose(text: str, *, is_json: bool = False) -> yaml.Node | None:
    """The tree of the one document that `text` holds. Raises yaml.YAMLError, and RecursionError where it is nested too
    deeply to be parsed."""
    _check_depth(text)
    text = text.translate(_NO_BREAKS)
    node: yaml.Node | None = _Composer(text.translate(_AS_SPACES) if is_json else text).get_single_node()
    return node


def _check_depth(text: str) -> None:
    """Brackets inside quotes are counted as well: what that refuses loses its places only."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            raise RecursionError


def place_of(node: yaml.Node, path: Path, *, at_key: bool = False) -> tuple[int, int]:
    """Line and column, from 1, of what is at `path` or of the nearest mapping or list around it."""
    key = node
    for part in path:
        child = child_of(node, part)
        if child is None:
            return start_of(node)
        key, node = child
    return start_of(key if at_key else node)


def start_of(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def child_of(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """What names the child (its key, or itself in a list) and the child."""
    match node:
        case yaml.MappingNode():
            return next(((key, value) for key, value in node.value if key.value == str(part)), None)
        case yaml.SequenceNode() if isinstance(part, int) and part < len(node.value):
            return node.value[part], node.value[part]
        case _:
            return None
