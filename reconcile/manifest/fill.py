"""Puts the values of references into a manifest, and finds those that are wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconcile.errors import nearest
from reconcile.manifest.documents import Document
from reconcile.manifest.loaded import Path
from reconcile.model.references import JOB, Ambiguous, Part, Reference, kept, parts
from reconcile.model.secrets import SHORTEST
from reconcile.model.variables import Values

_AS_WRITTEN = ("apiVersion", "kind", "dependsOn")  # what a manifest is, and its edges, is told by its text alone
_ENV = re.compile(r"env\.[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class Filled:
    """`value` is the document's, with plain values in their places: in its spec in the form that is kept."""

    value: Any
    problems: list[tuple[Path, str, bool]] = field(default_factory=list)  # with whether it is the name that is wrong
    plain: dict[Path, str] = field(default_factory=dict)  # the references, where they stood
    secrets: dict[Path, tuple[str, ...]] = field(default_factory=dict)  # names of references, where they stand
    uses: set[str] = field(default_factory=set)  # names of plain references

    def origin(self, path: Path) -> str:
        """The references whose values stand at the path, or around it; "" where there are none."""
        return next((self.plain[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in self.plain), "")


NO_REFERENCES = Filled(None)  # of any document without one: its value is as it was


def fill(document: Document, values: Values) -> Filled:
    filled = Filled(document.value)
    if isinstance(document.value, dict):
        filling = _Filling(values, filled)
        filled.value = {name: filling.member(name, value) for name, value in document.value.items()}
    return filled


@dataclass(frozen=True, slots=True)
class _Filling:
    values: Values
    filled: Filled

    def member(self, name: object, value: Any) -> Any:
        if name in _AS_WRITTEN:
            return value
        if name == "metadata" and isinstance(value, dict) and "name" in value:
            return {**self._walk(value, (name,)), "name": value["name"]}
        return self._walk(value, (str(name),))

    def _walk(self, value: Any, path: Path) -> Any:
        match value:
            case str() if "${" in value:
                return self._text(list(parts(value)), path)
            case dict():
                for key in value:
                    if isinstance(key, str) and "${" in key and any(isinstance(part, Reference) for part in parts(key)):
                        self._wrong((*path, key), "a reference may not stand in the name of a field", at_key=True)
                return {key: self._walk(member, (*path, key)) for key, member in value.items()}
            case list():
                return [self._walk(member, (*path, index)) for index, member in enumerate(value)]
            case _:
                return value

    def _text(self, text: list[Part], path: Path) -> Any:
        in_spec = path[0] == "spec"
        own = [part for part in text if isinstance(part, Reference)]
        wrong = [message for part in own for message in self._problems(part, in_spec=in_spec)]
        for message in wrong:
            self._wrong(path, message)
        plain = [part for part in own if part.name in self.values.plain]
        if plain:
            self.filled.plain[path] = " and ".join(dict.fromkeys(map(str, plain)))
            self.filled.uses |= {part.name for part in plain}
        hidden = tuple(part.name for part in own if part not in plain and part.name not in JOB)
        if hidden and not wrong:
            self.filled.secrets[path] = hidden
        if len(text) == 1 and plain:
            value = self.values.plain[plain[0].name]
            return _kept(value) if in_spec else value
        try:
            whole = [self._written(part, path) for part in text]
            return kept(whole) if in_spec else "".join(map(str, whole))
        except Ambiguous:
            self._wrong(path, "a value that ends with $ may not stand before a reference")
            return ""

    def _written(self, part: Part, path: Path) -> Part:
        """What the part becomes inside other text."""
        if isinstance(part, str) or part.name not in self.values.plain:
            return part
        match self.values.plain[part.name]:
            case str() as text:
                return text
            case bool() as truth:
                return str(truth).lower()
            case int() | float() as number:
                return str(number)
            case value:
                what = "list" if isinstance(value, list) else "map"
                self._wrong(path, f"{part} is a {what}, which cannot be written into other text; let it stand alone")
                return ""

    def _problems(self, reference: Reference, *, in_spec: bool) -> Iterator[str]:
        """What is wrong with it where it stands; at most one thing."""
        name, secrets = reference.name, self.values.secrets
        if name in JOB:
            if not in_spec:
                yield f"{reference} may stand in spec only"
        elif name in self.values.plain:
            return
        elif name in self.values.open_env:
            yield f"{reference} is not set: set {name.removeprefix('env.')} in the environment"
        elif not (name in self.values.variables or _ENV.fullmatch(name)):
            yield f"unknown reference {reference}{self._nearest(name)}"
        elif not in_spec:
            yield f"{reference} is a secret, which may stand in spec only{_way_out(name)}"
        elif (value := secrets.get(name)) is not None and len(value) < SHORTEST:
            yield f"{reference} is a secret of less than {SHORTEST} characters, which cannot be kept{_way_out(name)}"

    def _nearest(self, name: str) -> str:
        known = [*JOB, *sorted(self.values.variables), *sorted(self.values.open_env)]
        near = nearest(name, known) if "." in name else ""
        if near:
            return near.replace(" mean ", " mean ${").replace("?", "}?")
        return f"; there are {', '.join(str(Reference(each)) for each in known)}, and ${{env.NAME}}"

    def _wrong(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self.filled.problems.append((path, message, at_key))


def secret_in_the_open(filled: Filled, members: frozenset[str]) -> Iterator[tuple[Path, str]]:
    """`members` of the spec are recorded and shown."""
    for path, names in filled.secrets.items():
        if path[1:2] and path[1] in members:
            reference = Reference(names[0])
            message = f"{reference} is a secret, and {path[1]} is recorded and shown{_way_out(names[0])}"
            yield path, message


def _way_out(name: str) -> str:
    kind, _, word = name.partition(".")
    if kind == "env":
        return f"; if it is none, write into the project file: env: {{{word}: {{secret: false}}}}"
    return f"; if it is none, take `secret` from variables.{word} in the project file"


def _kept(value: Any) -> Any:
    """A value never refers to anything: what looks like a reference in it stays text."""
    match value:
        case str():
            return kept([value])
        case Mapping():
            return {key: _kept(member) for key, member in value.items()}
        case list():
            return [_kept(member) for member in value]
        case _:
            return value
