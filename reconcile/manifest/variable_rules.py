"""What is wrong with the `variables` and `env` of a project file, beyond their schema."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from reconcile.kinds.problems import SpecProblem
from reconcile.manifest.variables import declared, value_problem
from reconcile.model.variables import Variable, VariableType

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variable_problems(value: Mapping[str, Any]) -> Iterator[SpecProblem]:
    """`value` is that of the project file; what its schema refuses is passed over."""
    match value:
        case {"env": dict() as names}:
            yield from (_misnamed(("env", str(name))) for name in names if not _NAME.fullmatch(str(name)))
    match value:
        case {"variables": dict() as entries}:
            for name, entry in entries.items():
                if isinstance(entry, dict) and entry.get("type", "string") in tuple(VariableType):
                    yield from _problems(str(name), entry)


def _problems(name: str, entry: Mapping[str, Any]) -> Iterator[SpecProblem]:
    path = ("variables", name)
    if not _NAME.fullmatch(name):
        yield _misnamed(path)
    if name == "FILE":
        yield SpecProblem(path, "RECONCILE_VAR_FILE is the variable of --var-file; take another name", at_key=True)
    if entry.get("secret") is True:
        if entry.get("type", "string") != VariableType.STRING:
            yield SpecProblem((*path, "type"), "a secret is a string")
        for member in ("default", "allowed"):
            if member in entry:
                yield SpecProblem((*path, member), "this file is no place for the values of a secret", at_key=True)
        return
    allowed = entry.get("allowed", [])
    variable = declared({name: entry})[name] if isinstance(allowed, list) else Variable(name)
    if "default" in entry and (message := value_problem(variable, entry["default"])):
        yield SpecProblem((*path, "default"), message)
    for index, one in enumerate(variable.allowed):
        if message := value_problem(Variable(name, variable.type), one):
            yield SpecProblem((*path, "allowed", index), message)


def _misnamed(path: tuple[str, ...]) -> SpecProblem:
    return SpecProblem(path, "a name is made of letters, digits and underscores, and begins with no digit", at_key=True)
