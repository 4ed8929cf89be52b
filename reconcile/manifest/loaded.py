"""What a load of manifests gave, in numbers and in words."""

from collections.abc import Callable
from dataclasses import dataclass

from reconcile.errors import counted
from reconcile.manifest.graph import Edges
from reconcile.manifest.jobs import Jobs
from reconcile.model.address import Address
from reconcile.model.problem import Problem

Path = tuple[str | int, ...]
Trusted = Callable[[Address, str], bool]  # the lock file holds this digest: it was valid with the present catalog


@dataclass(frozen=True, slots=True)
class Loaded:
    """Every manifest of a project. With a problem in it, `jobs` is not complete: nothing may be planned from it."""

    jobs: Jobs
    edges: Edges  # of the jobs that depend on any
    problems: tuple[Problem, ...]  # in the order of their places
    files: int
    documents: int  # manifests, the faulty ones included
    faulty: int  # manifests with a problem


def summary(loaded: Loaded) -> str:
    """The line below the problems, or instead of them."""
    manifests = counted(loaded.documents, "manifest")
    if not loaded.problems:
        return f"{manifests} in {counted(loaded.files, 'file')}, no problems."
    problems = counted(len(loaded.problems), "problem")
    inside = f" in {loaded.faulty} of {manifests}" if loaded.faulty else ""
    return f"{problems}{inside}."


def field_text(path: Path) -> str:
    """`spec.jobDriver.sparkSubmit.entryPointArguments[1]`"""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def printable(text: str) -> str:
    """Names and values of files may hold anything, terminal control sequences included."""
    return text if text.isprintable() else ascii(text)[1:-1]
