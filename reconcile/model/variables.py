"""The variables of a project, and what references stand for in one run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reconcile.model.secrets import Secrets


class VariableType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    MAP = "map"

    def fits(self, value: object) -> bool:
        match self:
            case VariableType.STRING:
                return isinstance(value, str)
            case VariableType.NUMBER:
                return isinstance(value, int | float) and not isinstance(value, bool)
            case VariableType.BOOLEAN:
                return isinstance(value, bool)
            case VariableType.LIST:
                return isinstance(value, list)
            case VariableType.MAP:
                return isinstance(value, dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """One entry of `variables` in the project file."""

    name: str
    type: VariableType = VariableType.STRING
    description: str = ""
    default: Any = None  # None: a value has to be given
    allowed: tuple[Any, ...] = ()  # (): any
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Values:
    """By the names of references: `var.day`, `env.HOME`."""

    plain: Mapping[str, Any] = field(default_factory=dict)  # those that are no secrets, as far as they are set
    variables: frozenset[str] = frozenset()  # all that are declared
    open_env: frozenset[str] = frozenset()  # declared to be no secrets
    secrets: Secrets = field(default_factory=Secrets, repr=False)


NO_VALUES = Values()
