"""The catalog: descriptors read from the files that hold them. It runs in every plan, so it is kept light."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml_rs

from reconcile.errors import CatalogError
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.reader import Unreadable, read
from reconcile.kinds.sources import OWN, Source, sources_of

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
NOT_KINDS = frozenset({"Project", "Plan"})  # documents of ours that are no manifests


def load_catalog(folder: Path | None = None) -> Mapping[str, Descriptor]:
    """The built-in kinds and those of `folder` (a project's own `kinds/`), by name. Raises CatalogError."""
    catalog: dict[str, Descriptor] = {}
    for source in sources_of(folder):
        for index, descriptor in _descriptors(source):
            twin = catalog.setdefault(descriptor.kind, descriptor)
            if twin is not descriptor:
                raise _error(source, index, ("kind",), f"{descriptor.kind} is already defined in {twin.source}")
    return catalog


def own_kinds(catalog: Mapping[str, Descriptor]) -> Mapping[str, Descriptor]:
    """Those of a project's `kinds/`."""
    return {kind: descriptor for kind, descriptor in catalog.items() if descriptor.source.startswith(OWN)}


def _descriptors(source: Source) -> Iterator[tuple[int, Descriptor]]:
    template: dict[str, Any] = {}
    for index, document in enumerate(_documents(source)):
        try:
            match document:
                case None:
                    continue
                case {"template": dict() as template}:
                    continue
                case _:
                    yield index, _descriptor(source, _laid_over(template, document))
        except Unreadable as error:
            raise _error(source, index, error.path, error.what) from error


def _documents(source: Source) -> Iterable[Any]:
    try:
        parsed = yaml_rs.loads(source.text, parse_datetime=False)
    except yaml_rs.YAMLDecodeError as error:
        raise CatalogError(f"This is not YAML: {error}", where=source.name, fix="Correct the file.") from error
    return parsed if isinstance(parsed, list) else [parsed]


def _descriptor(source: Source, document: object) -> Descriptor:
    descriptor: Descriptor = read(Descriptor, document)
    if descriptor.kind in NOT_KINDS or not _KIND.fullmatch(descriptor.kind):
        raise Unreadable(("kind",), f"{descriptor.kind!r} cannot be the name of a kind; write it like MyServiceJob")
    if not descriptor.goals:
        raise Unreadable(("goals",), "a kind needs at least one goal")
    return replace(descriptor, source=source.name)


def _laid_over(template: dict[str, Any], document: object) -> object:
    """A template's members where the document has none, with its `task` in place of <task> and <Task>."""
    if not (template and isinstance(document, dict)):
        return document
    own = dict(document)
    task = own.pop("task", "")
    if not isinstance(task, str):
        raise Unreadable(("task",), f"{task!r} is not a string")
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


def _error(source: Source, document: int, path: tuple[str | int, ...], what: str) -> CatalogError:
    from reconcile.kinds.lines import line_of  # noqa: PLC0415 - it brings PyYAML, which only an error needs

    line = line_of(source.text, document, path)
    field = ".".join(str(part) for part in path)
    said = what if what.endswith("?") else f"{what}."
    return CatalogError(
        f"A descriptor is wrong: {field + ': ' if field else ''}{said}",
        where=f"{source.name}:{line}" if line else source.name,
        fix="Correct it; then `reconcile validate` checks it against the service's own model.",
    )
