"""Where each line of a YAML document shall begin: two columns a level, and dashes two columns into their list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

_STEP = 2
_OPENS_FLOW = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
_CLOSES_FLOW = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class Entry(NamedTuple):
    """A key, or the dash of a list's item, in block style."""

    line: int
    column: int
    target: int  # the column that it belongs in
    is_dash: bool
    levels: Mapping[int, int]  # of all collections around it: column and target


class Layout(NamedTuple):
    """Lines and columns count from 0. `taken` are lines that begin inside a scalar, and are as they must be."""

    entries: tuple[Entry, ...]
    keys: tuple[tuple[int, str], ...]  # of the top level: line and name
    taken: frozenset[int]
    kept: frozenset[int]  # of those, the empty ones at the end of a text that says them (|+)
    is_mapping: bool  # in block style, at the top


def layout_of(text: str) -> Layout:
    """Of one document. Raises yaml.YAMLError."""
    walk = _Walk()
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        walk.see(token)
    return Layout(tuple(walk.entries), tuple(walk.keys), frozenset(walk.taken), frozenset(walk.kept), walk.is_mapping)


class _Level(NamedTuple):
    column: int
    target: int
    is_list: bool
    is_implied: bool = False  # a list whose dashes stand right below the key that it belongs to


@dataclass
class _Walk:
    entries: list[Entry] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    is_mapping: bool = False
    _levels: list[_Level] = field(default_factory=list)
    _flow: int = 0
    _at_key: int | None = None  # the line of a key of the top level whose name comes next

    def see(self, token: yaml.Token) -> None:
        match token:
            case yaml.BlockMappingStartToken() | yaml.BlockSequenceStartToken():
                is_list = isinstance(token, yaml.BlockSequenceStartToken)
                self.is_mapping |= not (self._levels or is_list)
                self._enter(token, is_list=is_list)
            case yaml.BlockEntryToken():
                if not self._levels[-1].is_list:
                    self._enter(token, is_list=True, is_implied=True)
                self._add(token, is_dash=True)
            case yaml.KeyToken() if not self._flow and self._levels:
                self._leave_implied()
                self._add(token, is_dash=False)
                self._at_key = token.start_mark.line if len(self._levels) == 1 else None
            case yaml.BlockEndToken():
                self._leave_implied()
                self._levels.pop()
            case yaml.ScalarToken():
                self._take(token)
            case _:
                self._flow += isinstance(token, _OPENS_FLOW) - isinstance(token, _CLOSES_FLOW)

    def _enter(self, token: yaml.Token, *, is_list: bool, is_implied: bool = False) -> None:
        target = self._levels[-1].target + _STEP if self._levels else 0
        self._levels.append(_Level(token.start_mark.column, target, is_list, is_implied))

    def _leave_implied(self) -> None:
        if self._levels[-1].is_implied:
            self._levels.pop()

    def _add(self, token: yaml.Token, *, is_dash: bool) -> None:
        mark, target = token.start_mark, self._levels[-1].target
        levels = {level.column: level.target for level in self._levels}
        self.entries.append(Entry(mark.line, mark.column, target, is_dash, levels))

    def _take(self, token: yaml.ScalarToken) -> None:
        first, end = token.start_mark.line, token.end_mark
        last = end.line if end.column else end.line - 1
        self.taken.update(range(first + 1, last + 1))
        if token.style in ("|", ">"):
            self.kept.update(range(last + 1 - _empty_lines(token.value), last + 1))
        if self._at_key is not None:
            self.keys.append((self._at_key, token.value))
            self._at_key = None


def _empty_lines(text: str) -> int:
    """How many a block of text has at its end: the first line break is that of its last line."""
    said = text.rstrip("\n")
    return max(0, len(text) - len(said) - bool(said))
