"""What is wrong with manifests, as one value: what people see, JSON and every report are made from it."""

from dataclasses import dataclass

from reconcile.errors import Exit
from reconcile.model.job import Place
from reconcile.model.shard import Shard


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `address` and `field` are "" where the problem is of no one job, or of no one field."""

    place: Place
    address: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.address, self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class Problems:
    """In the order of their places; none where all is valid. Where there are any they are told instead of a plan, a
    result or a drift report, for none was made. `summary` counts them, in one line."""

    found: tuple[Problem, ...]
    summary: str
    shard: Shard | None = None  # that was to be planned

    @property
    def exit(self) -> Exit:
        return Exit.ERROR if self.found else Exit.DONE
