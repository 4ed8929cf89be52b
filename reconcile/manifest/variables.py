"""The values of a project's variables: default, RECONCILE_VAR_<name>, --var-file, --var; what comes later wins."""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconcile.errors import Exit, ReconcileError, nearest
from reconcile.model.project import Project
from reconcile.model.secrets import SHORTEST, Secrets
from reconcile.model.variables import Values, Variable, VariableType

PREFIX = "RECONCILE_VAR_"

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NEEDED = {
    VariableType.STRING: "a string",
    VariableType.NUMBER: "a number",
    VariableType.BOOLEAN: "true or false",
    VariableType.LIST: "a list",
    VariableType.MAP: "a map",
}


class VariablesError(ReconcileError):
    """The variables of a run are wrong: every problem, each with what gave the value."""

    code = "variables"
    exit = Exit.USAGE


class Given(NamedTuple):
    """What the command line gives: `--var name=value` and `--var-file FILE`, in their order."""

    texts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


NOTHING_GIVEN = Given()


def values_of(project: Project, given: Given, environ: Mapping[str, str], secrets: Secrets) -> Values:
    """Secret values go into `secrets` and nowhere else; those that are not given are asked for by starts alone.
    Raises VariablesError."""
    reading = _Reading(project.variables)
    reading.take_environment(environ)
    for file in given.files:
        reading.take_file(file)
    for text in given.texts:
        reading.take_option(text)
    found = reading.complete()
    for name, value in found.items():
        if project.variables[name].secret:
            secrets.add(f"var.{name}", value)
    plain = {f"var.{name}": value for name, value in found.items() if not project.variables[name].secret}
    plain |= {f"env.{name}": environ[name] for name in project.open_env if name in environ}
    return Values(
        plain,
        frozenset(f"var.{name}" for name in project.variables),
        frozenset(f"env.{name}" for name in project.open_env),
        secrets,
    )


def value_problem(variable: Variable, value: object) -> str:
    """What is wrong with a value, "" where nothing is."""
    if not variable.type.fits(value) or (isinstance(value, float) and not math.isfinite(value)):
        quote = ": quote it" if variable.type is VariableType.STRING and isinstance(value, bool | int | float) else ""
        return f"{_NEEDED[variable.type]} is needed{quote}"
    if variable.allowed and value not in variable.allowed:
        allowed = list(map(str, variable.allowed))
        return f"this is not one of: {', '.join(allowed)}{nearest(str(value), allowed)}"
    if variable.secret and len(str(value)) < SHORTEST:
        return f"a secret of less than {SHORTEST} characters cannot be kept"
    return ""


class _Reading:
    """What was given last for each variable, and everything that is wrong."""

    def __init__(self, variables: Mapping[str, Variable]) -> None:
        self._variables = variables
        self._found: dict[str, Any] = {
            name: variable.default for name, variable in variables.items() if variable.default is not None
        }
        self._wrong: list[str] = []

    def take_environment(self, environ: Mapping[str, str]) -> None:
        """Of other names it says nothing: they may be of another project."""
        for name in self._variables:
            if f"{PREFIX}{name}" in environ:
                self._take_text(name, environ[f"{PREFIX}{name}"], f"{PREFIX}{name}")

    def take_option(self, text: str) -> None:
        name, equals, value = text.partition("=")
        if not equals:
            self._wrong.append("--var: write it as --var name=value")
        elif name not in self._variables:
            self._wrong.append(f"--var {name}=…: {self._unknown(name)}")
        else:
            self._take_text(name, value, f"--var {name}=…")

    def take_file(self, file: str) -> None:
        from reconcile.manifest.variable_file import read_variable_file  # noqa: PLC0415 - it brings the parser

        self._wrong += read_variable_file(file, self._take_of_file)

    def complete(self) -> Mapping[str, Any]:
        """Raises VariablesError."""
        for name, variable in self._variables.items():
            if name not in self._found and not variable.secret and not self._wrong:
                about = f" ({variable.description})" if variable.description else ""
                self._wrong.append(
                    f"{name}{about} has no value: give --var {name}=…, {PREFIX}{name}, or a --var-file that holds it"
                )
        if self._wrong:
            raise VariablesError(
                "\n  ".join(["Values of variables are missing or wrong.", *self._wrong]),
                fix="The project file declares them in `variables`.",
            )
        return self._found

    def _take_of_file(self, name: str, value: Any) -> str:
        """What is wrong with it, "" where nothing is."""
        if name not in self._variables:
            return self._unknown(name)
        self._found[name] = value
        return value_problem(self._variables[name], value)

    def _take_text(self, name: str, text: str, source: str) -> None:
        variable = self._variables[name]
        self._found[name] = value = _read(variable.type, text)
        if message := value_problem(variable, value):
            self._wrong.append(f"{source}: {message}")

    def _unknown(self, name: str) -> str:
        names = list(self._variables)
        there_are = f"; there are {', '.join(names)}" if names else "; the project file declares none"
        return f"there is no variable {name}{nearest(name, names) or there_are}"


def _read(kind: VariableType, text: str) -> Any:
    """The value that the text stands for; None where it stands for none of that type."""
    match kind:
        case VariableType.STRING:
            return text
        case VariableType.NUMBER:
            found = _NUMBER.fullmatch(text)
            return None if not found else float(text) if found[1] or found[2] else int(text)
        case VariableType.BOOLEAN:
            return {"true": True, "false": False}.get(text)
        case VariableType.LIST | VariableType.MAP:
            from reconcile.manifest.variable_file import value_in  # noqa: PLC0415 - it brings the parser

            return value_in(text)


def declared(entries: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Variable]:
    """`variables` of a project file that is right."""
    return dict(_declared(entries))


def _declared(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Variable]]:
    for name, entry in entries.items():
        kind = VariableType(entry.get("type", VariableType.STRING))
        allowed = tuple(entry.get("allowed", ()))
        about, default = entry.get("description", ""), entry.get("default")
        yield name, Variable(name, kind, about, default, allowed, secret=entry.get("secret", False))
