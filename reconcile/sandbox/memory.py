"""What the sandbox remembers: jobs, tokens, names and its clock; one JSON document where it is kept in a file."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import orjson

from reconcile.errors import ReconcileError
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Step

VERSION = 1


class Use(NamedTuple):
    """A token that was used: by a start with this body (a digest), for this job, at this time."""

    body: str
    kind: str
    place: str
    key: tuple[str, ...]
    at: float


class StateError(ReconcileError):
    """The sandbox's file cannot be read."""

    code = "sandbox-state"


Table = dict[tuple[str, ...], Job]


@dataclass(slots=True)
class Memory:
    """Jobs by kind and place, in the order of their creation. Not safe for threads: the engine sees to that."""

    counter: int = 0
    offset: float = 0.0  # by how much the clock was moved
    tables: dict[tuple[str, str], Table] = field(default_factory=dict)
    tokens: dict[tuple[str, str, str], Use] = field(default_factory=dict)
    version: int = 0  # raised by every change
    _written: dict[tuple[str, str, tuple[str, ...]], orjson.Fragment] = field(default_factory=dict)  # jobs as JSON

    def next_number(self) -> int:
        self.counter += 1
        return self.counter

    def table(self, kind: str, place: str) -> Table:
        return self.tables.get((kind, place), {})

    def jobs(self) -> Iterator[Job]:
        for table in self.tables.values():
            yield from table.values()

    def keep(self, job: Job) -> Job:
        """Takes a new job, or what has become of one. A new job may have the key of one that it replaces."""
        table = self.tables.setdefault((job.kind, job.place), {})
        if job.key in table and table[job.key].number != job.number:
            del table[job.key]
        table[job.key] = job
        self._written[job.kind, job.place, job.key] = orjson.Fragment(orjson.dumps(job, default=list))
        self.version += 1
        return job

    def replayed(self, job: Job) -> Job:
        return self.keep(replace(job, replays=job.replays + 1))

    def used(self, operation: str, place: str, token: str) -> Use | None:
        return self.tokens.get((operation, place, token))

    def use(self, operation: str, token: str, body: str, job: Job, at: float) -> None:
        self.tokens[operation, job.place, token] = Use(body, job.kind, job.place, job.key, at)

    def advance(self, seconds: float) -> None:
        self.offset += seconds
        self.version += 1

    def save(self, path: Path) -> None:
        """Replaces the file in one step: it holds either what it held or all of this."""
        document = {
            "version": VERSION,
            "counter": self.counter,
            "offset": self.offset,
            "jobs": list(self._written.values()),
            "tokens": [[*name, *use] for name, use in self.tokens.items()],
        }
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(orjson.dumps(document))
        draft.replace(path)


def load(path: Path) -> Memory:
    """What the file holds; an empty memory where there is none. Raises StateError."""
    try:
        document = orjson.loads(path.read_bytes())
        memory = Memory(document["counter"], document["offset"])
        for entry in document["jobs"]:
            memory.keep(Job(**{**entry, "steps": tuple(Step(*step) for step in entry["steps"])}))
        for operation, place, token, body, kind, _, key, at in document["tokens"]:
            memory.tokens[operation, place, token] = Use(body, kind, place, tuple(key), at)
        known = document["version"] == VERSION
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StateError(
            "The sandbox's state cannot be read.",
            where=f"{path}: {error}",
            fix="Give another file, or remove this one to begin anew.",
        ) from error
    if not known:
        raise StateError("The sandbox's state is of another version.", where=str(path), fix="Give another file.")
    return memory
