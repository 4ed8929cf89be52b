"""The catalog: descriptors read from the files that hold them. It runs in every plan, so it is kept light."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconcile.errors import counted
from reconcile.kinds.content import Flaw
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.reader import Unreadable, Wrong, read
from reconcile.kinds.sources import OWN, Source, sources_of
from reconcile.kinds.yaml_text import chunks, parsed
from reconcile.model.job import Place
from reconcile.model.problem import InvalidFiles, Problem

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
NOT_KINDS = frozenset({"Project", "Plan"})  # documents of ours that are no manifests


def load_catalog(folder: Path | None = None) -> Mapping[str, Descriptor]:
    """The built-in kinds and those of `folder` (a project's own `kinds/`), by name. Raises InvalidFiles."""
    reading = _Reading()
    for source in sources_of(folder):
        reading.read(source)
    refuse_wrong_kinds(reading.wrong)
    return reading.catalog


def refuse_wrong_kinds(wrong: Sequence[Problem]) -> None:
    """Raises InvalidFiles where there are any."""
    if wrong:
        summary = f"{counted(len(wrong), 'problem')} in {OWN}, and no manifest was looked at."
        raise InvalidFiles(sorted(wrong, key=lambda problem: problem.place.order), summary)


def own_kinds(catalog: Mapping[str, Descriptor]) -> Mapping[str, Descriptor]:
    """Those of a project's `kinds/`."""
    return {kind: descriptor for kind, descriptor in catalog.items() if descriptor.source.startswith(OWN)}


class _Reading:
    """The kinds of the files that were read so far, and all that is wrong with them."""

    def __init__(self) -> None:
        self.catalog: dict[str, Descriptor] = {}
        self.wrong: list[Problem] = []

    def read(self, source: Source) -> None:
        template: dict[str, Any] = {}
        if source.flaw:
            self._flawed(source.flaw, Place(source.name, source.flaw.line, source.flaw.column))
        for line, chunk in chunks(source.text):
            try:
                match parsed(chunk):
                    case None:
                        continue
                    case {"template": dict() as template}:
                        continue
                    case document:
                        self._take(_descriptor(_laid_over(template, document)), source, line)
            except Flaw as flaw:
                self._flawed(flaw, Place(source.name, line + max(flaw.line - 1, 0), flaw.column))
            except Unreadable as error:
                self.wrong += (_problem(source, line, chunk, each) for each in error.found)

    def _take(self, descriptor: Descriptor, source: Source, line: int) -> None:
        twin = self.catalog.setdefault(descriptor.kind, replace(descriptor, source=source.name, line=line))
        if (twin.source, twin.line) != (source.name, line):
            raise Unreadable(Wrong(("kind",), f"{descriptor.kind} is already defined in {twin.source}"))

    def _flawed(self, flaw: Flaw, place: Place) -> None:
        self.wrong.append(Problem(place, "", "", flaw.message))


def _descriptor(document: object) -> Descriptor:
    descriptor: Descriptor = read(Descriptor, document)
    if descriptor.kind in NOT_KINDS or not _KIND.fullmatch(descriptor.kind):
        what = f"{descriptor.kind!r} cannot be the name of a kind; write it like MyServiceJob"
        raise Unreadable(Wrong(("kind",), what))
    if not descriptor.goals:
        raise Unreadable(Wrong(("goals",), "a kind needs at least one goal"))
    return descriptor


def _laid_over(template: dict[str, Any], document: object) -> object:
    """A template's members where the document has none, with its `task` in place of <task> and <Task>."""
    if not (template and isinstance(document, dict)):
        return document
    own = dict(document)
    task = own.pop("task", "")
    if not isinstance(task, str):
        raise Unreadable(Wrong(("task",), f"{task!r} is not a string"))
    return _filled(template, {"<task>": task, "<Task>": task[:1].upper() + task[1:]}) | own


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case str():
            for placeholder, word in words.items():
                value = value.replace(placeholder, word)
            return value
        case dict():
            return {_filled(key, words): _filled(item, words) for key, item in value.items()}
        case list():
            return [_filled(item, words) for item in value]
        case _:
            return value


def _problem(source: Source, first_line: int, chunk: str, wrong: Wrong) -> Problem:
    from reconcile.kinds.lines import place_of  # noqa: PLC0415 - it brings PyYAML, which only an error needs

    return Problem(place_of(source.name, first_line, chunk, wrong.path), "", ".".join(map(str, wrong.path)), wrong.what)
