"""The catalog: descriptors read from the files that hold them. It runs in every plan, so it is kept light."""

import hashlib
import importlib.util
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml_rs

from reconcile import __version__
from reconcile.errors import CatalogError
from reconcile.kinds.descriptor import Descriptor
from reconcile.kinds.reader import Unreadable, read

BUILT_IN = Path(__file__).parent / "catalog"

_KIND = re.compile(r"[A-Z][A-Za-z0-9]*")
NOT_KINDS = frozenset({"Project", "Plan"})  # documents of ours that are no manifests
_OWN = "kinds/"


class Source(NamedTuple):
    """A file of descriptors. `name` is what people know it by."""

    name: str
    text: str


def load_catalog(folder: Path | None = None) -> Mapping[str, Descriptor]:
    """The built-in kinds and those of `folder` (a project's own `kinds/`), by name. Raises CatalogError."""
    catalog: dict[str, Descriptor] = {}
    for source in _sources(folder):
        for index, descriptor in _descriptors(source):
            twin = catalog.setdefault(descriptor.kind, descriptor)
            if twin is not descriptor:
                raise _error(source, index, ("kind",), f"{descriptor.kind} is already defined in {twin.source}")
    return catalog


def own_kinds(catalog: Mapping[str, Descriptor]) -> Mapping[str, Descriptor]:
    """Those of a project's `kinds/`."""
    return {kind: descriptor for kind, descriptor in catalog.items() if descriptor.source.startswith(_OWN)}


def validated_with(folder: Path | None = None) -> str:
    """Names all that decides whether a spec is valid: while it is the same, what was valid then is valid now."""
    content = hashlib.sha256(repr(sorted(source.text for source in _sources(folder))).encode()).hexdigest()
    return f"reconcile {__version__}, botocore {_botocore_version()}, catalog {content[:12]}"


def _sources(folder: Path | None) -> Iterator[Source]:
    for path in sorted(BUILT_IN.glob("*.yaml")):
        yield Source(path.name, path.read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.yaml")) if folder else ():
        yield Source(f"{_OWN}{path.name}", _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(
            f"This file of kinds cannot be read: {error}", where=str(path), fix="Save it as UTF-8."
        ) from error


def _botocore_version() -> str:
    """Read, not imported: an import takes longer than a whole plan."""
    spec = importlib.util.find_spec("botocore")
    text = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    match = re.search(r"""^__version__ = ['"](.+)['"]""", text, re.MULTILINE)
    return match[1] if match else "unknown"


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
