"""A closer look: is what the fast parser gave what was written? Tags, merge keys, aliases and numbers, with places."""

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
import yaml_rs

from reconcile.kinds.nodes import PLAIN, QUOTED, compose, start_of
from reconcile.manifest.documents import Document
from reconcile.manifest.finding import Finding
from reconcile.manifest.loaded import Path

_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq"))
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)")
_BITS_64 = range(-(2**63), 2**64)
_LONGEST_INT = 40  # digits; more need not be counted


def look(document: Document) -> list[Finding]:
    """Everything in the document that must be written in another way."""
    try:
        node = compose(document.text, is_json=document.file.endswith(".json"))
        return list(_Look(document).at(node, ())) if node else []
    except RecursionError:
        return [Finding(document, (), "nested too deeply")]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return [Finding(document, (), f"broken YAML: {error.problem}", line=line, column=column)]
    except yaml.YAMLError as error:
        return [Finding(document, (), f"broken YAML: {error}")]


class _Look:
    """Each node once, however many aliases lead to it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[int] = set()
        self._open: set[int] = set()

    def at(self, node: yaml.Node, path: Path) -> Iterator[Finding]:
        if id(node) in self._open:
            yield self._finding(node, path, "this alias leads back into itself; write it out")
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        self._open.add(id(node))
        yield from self._tag(node, path)
        match node:
            case yaml.ScalarNode():
                if message := number_problem(node):
                    yield self._finding(node, path, message)
            case yaml.SequenceNode():
                for index, item in enumerate(node.value):
                    yield from self.at(item, (*path, index))
            case yaml.MappingNode():
                yield from self._mapping(node, path)
        self._open.remove(id(node))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Iterator[Finding]:
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                yield self._finding(key, path, "a name must be text; this is a list or a mapping")
                continue
            below = (*path, key.value)
            if message := _key_problem(key):
                yield self._finding(key, below, message)
            if key.value in lines:
                yield self._finding(key, below, f"given twice; first in line {lines[key.value]}")
            lines.setdefault(key.value, self._document.first_line + key.start_mark.line)
            yield from self._tag(key, below)
            yield from self.at(value, below)

    def _tag(self, node: yaml.Node, path: Path) -> Iterator[Finding]:
        if node.tag not in (PLAIN, QUOTED) and node.tag not in _TAGS:
            # its name is not told: in a file of variables it may be a password that begins with "!"
            yield self._finding(node, path, "a tag (!…) is not supported; remove it, or quote the text")

    def _finding(self, node: yaml.Node, path: Path, message: str) -> Finding:
        line, column = start_of(node)
        return Finding(self._document, path, message, line=line, column=column)


def _key_problem(key: yaml.ScalarNode) -> str:
    if key.tag == PLAIN and key.value == "<<":
        return "merge keys (<<) are no part of YAML 1.2; write the fields out"
    if key.tag == PLAIN and not isinstance(_fast(key.value), str):
        return "a name must be text; quote it"
    return ""


def number_problem(node: yaml.ScalarNode) -> str:
    """What is wrong with a number as it is written; "" for any other scalar."""
    text: str = node.value
    if node.tag == QUOTED or node.tag == "tag:yaml.org,2002:str":
        return ""
    if _INT.fullmatch(text) or _RADIX.fullmatch(text):
        fits = len(text) < _LONGEST_INT and int(text, 0) in _BITS_64
        return "" if fits else "this number does not fit into 64 bits; quote it to keep it as text"
    if _FLOAT.fullmatch(text):
        return "" if math.isfinite(float(text)) else "this number is too large; quote it to keep it as text"
    if _NOT_FINITE.fullmatch(text):
        return f"{text} is not a number that a service takes; quote it to keep it as text"
    if isinstance(value := _fast(text), int | float) and not isinstance(value, bool):
        return f"{text} would be read as the number {value}; quote it to keep it as text"
    return ""


def _fast(plain: str) -> object:
    """What the fast parser makes of a plain scalar."""
    try:
        value: Any = yaml_rs.loads(f"- {plain}", parse_datetime=False)
    except yaml_rs.YAMLDecodeError:
        return plain
    return value[0]
