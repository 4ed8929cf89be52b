"""What is wrong with a project's files, as one value: what people see, JSON and every report are made from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconcile.errors import Exit, ReconcileError
from reconcile.model.job import Place
from reconcile.model.shard import Shard


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; its place is relative to the project's folder. `address`, of a job or the name of a
    kind, and `field` are "" where the problem is of no one."""

    place: Place
    address: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.address, self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class Problems:
    """In the order of their places; none where all is valid. Where there are any they are told instead of a plan, a
    result or a drift report, for none was made. `summary` counts them, in one line. `error`: what ended the command
    before it had anything else to tell, where that is no problem of a file."""

    found: tuple[Problem, ...]
    summary: str
    shard: Shard | None = None  # that was to be planned
    error: ReconcileError | None = None

    @property
    def exit(self) -> Exit:
        if self.error:
            return self.error.exit
        return Exit.ERROR if self.found else Exit.DONE


class InvalidFiles(ReconcileError):
    """Files that people wrote are wrong: the project file, descriptors of kinds, or manifests. Every problem of them,
    and how many there are, in one line."""

    code = "invalid"

    def __init__(self, found: Iterable[Problem], summary: str) -> None:
        self.found = tuple(found)
        self.summary = summary
        super().__init__("\n".join([*map(str, self.found), summary]))
