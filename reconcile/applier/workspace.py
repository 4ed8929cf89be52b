"""A project opened: its manifests, its lock file and its providers. What every command stands on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from reconcile.applier.division import own_jobs, refuse_divided_late, refuse_moved, refuse_other_division
from reconcile.applier.select import select, with_dependants
from reconcile.kinds.sources import OWN_FOLDER, Catalog, validated_with
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Lockfile, Store
from reconcile.manifest.cache import Cache, Entry, Kept, cache_of, key_of
from reconcile.manifest.jobs import NO_JOBS, Jobs
from reconcile.manifest.load import Memory, load_jobs
from reconcile.manifest.loaded import Trusted, summary
from reconcile.manifest.project_file import completed, find_project, value_of
from reconcile.manifest.sparing import Sparing
from reconcile.manifest.variables import NOTHING_GIVEN, Given, values_of
from reconcile.model.address import Address
from reconcile.model.problem import InvalidFiles
from reconcile.model.project import Project
from reconcile.model.record import Record
from reconcile.model.secrets import Secrets
from reconcile.model.shard import Shard

if TYPE_CHECKING:
    from reconcile.applier.survey import Surveyor
    from reconcile.cloud.limits import Limiter


class Recorded(Protocol):
    def __iter__(self) -> Iterator[Address]: ...
    def get(self, address: Address, /) -> Record | None: ...


@dataclass(frozen=True)
class Workspace:
    """`lockfile` is the state as it was when the project was opened; an apply reads it again under its lease."""

    project: Project
    catalog: Catalog
    jobs: Jobs
    store: Store
    lockfile: Lockfile
    documents: int
    environ: Mapping[str, str]
    secrets: Secrets = field(default_factory=Secrets)
    undivided: Jobs = field(default_factory=lambda: NO_JOBS)  # of all shards
    all_shards: bool = False  # `lockfile` is those of all of them, to be read

    @cached_property
    def validated_with(self) -> str:
        return validated_with(kinds_folder(self.project))

    def refuse_other_division(self) -> None:
        """Raises NotDivisible where the lock files that there are, are those of another division."""
        if not (self.lockfile.existed or self.all_shards):
            from reconcile.lockfile.parts import shards_recorded  # noqa: PLC0415 - only before a first apply

            refuse_other_division(self.project.shard, shards_recorded(self.project), self.project.lock_file)

    def surveyor(self, *, writable: bool, destroy: bool = False, limiter: "Limiter | None" = None) -> "Surveyor":
        """With `destroy`, nothing is desired any more. Raises NotDivisible where a shard's lock file holds what is
        another shard's now, and where the project was divided otherwise before."""
        from reconcile.applier.survey import Surveyor  # noqa: PLC0415 - what is settled needs neither
        from reconcile.cloud.connect import capabilities, connect  # noqa: PLC0415

        if self.project.shard:
            refuse_moved(self.project.shard, self.jobs, self.undivided, self.lockfile)
        self.refuse_other_division()
        return Surveyor(
            project=self.project,
            catalog=self.catalog,
            desired=NO_JOBS if destroy else self.jobs,
            drivers=connect(
                self.project,
                self.catalog,
                writable=writable,
                environ=self.environ,
                limiter=limiter,
                mask=self.secrets.mask,
            ),
            capabilities=capabilities(self.project, self.catalog),
            secrets=self.secrets,
        )

    def selection(self, targets: Sequence[str], records: Recorded, *, destroy: bool) -> frozenset[Address] | None:
        """The addresses that `--target` names, with `destroy` also all that depends on them; None for all. Raises
        UsageError."""
        chosen = select(targets, self.jobs, records)
        if chosen is None or not destroy:
            return chosen
        known = {address: record.depends_on for address in records if (record := records.get(address))}
        return with_dependants(chosen, known | {address: job.depends_on for address, job in self.jobs.items()})


def open_workspace(
    folder: Path,
    *,
    environ: Mapping[str, str],
    given: Given = NOTHING_GIVEN,
    secrets: Secrets | None = None,
    shard: Shard | None = None,
    all_shards: bool = False,
) -> Workspace:
    """Reads project file, variables, manifests and lock file: all of them, or those of a shard; with `all_shards`, the
    lock files of all. Secrets that are met on the way go into `secrets`. Raises Project-, Catalog-, Variables- and
    LockFileError, InvalidFiles, NotDivisible."""
    secrets = secrets or Secrets(environ)
    source = find_project(folder)
    cache = cache_of(source, environ)
    kept = cache.read() if cache else Kept()
    value = value_of(source, kept.project)
    project = divided(completed(source, value, environ), shard)
    values = values_of(project, given, environ, secrets)
    validated = validated_with(kinds_folder(project))
    catalog = Catalog(kinds_folder(project))
    memory = _memory(cache, kept, Kept(value, key_of(project, validated))) if cache else None
    if not (memory and memory.known):
        catalog.check()
    store = open_store(project)
    lockfile = _read_all(project) if all_shards else _read(project, store)
    loaded = load_jobs(
        project,
        catalog,
        sparing=Sparing(_trusted(project, lockfile, validated), lockfile.ending, partial(_is_elsewhere, shard)),
        memory=memory,
        values=values,
    )
    if loaded.problems:
        raise InvalidFiles(loaded.problems, summary(loaded))
    jobs = own_jobs(shard, loaded.jobs, loaded.edges, catalog) if shard else loaded.jobs
    return Workspace(
        project, catalog, jobs, store, lockfile, loaded.documents, environ, secrets, loaded.jobs, all_shards
    )


def _read(project: Project, store: Store) -> Lockfile:
    lockfile = store.read()
    if project.shard and not lockfile.existed:
        refuse_divided_late(project.shard, open_store(replace(project, shard=None)).read(), project.lock_file)
    return lockfile


def _read_all(project: Project) -> Lockfile:
    from reconcile.lockfile.parts import read_parts  # noqa: PLC0415 - most projects are not divided

    return read_parts(project)


def _trusted(project: Project, lockfile: Lockfile, validated: str) -> Trusted:
    """What shards know of each other's jobs is validated by every one of them, so that they can share a cache."""
    sure = project.shard is None and lockfile.head.validated_with == validated
    return lambda address, digest: sure and lockfile.digest(address) == digest


def _is_elsewhere(shard: Shard | None, address: Address) -> bool:
    """Most likely in another shard, so that its job is not asked for: dependencies may say otherwise."""
    return shard is not None and not shard.holds(address)


def divided(project: Project, shard: Shard | None) -> Project:
    """Of one part: its lock file, and its share of what the services allow. All parts may be at work at once."""
    if shard is None:
        return project
    providers = {name: replace(provider, shares=shard.count) for name, provider in project.providers.items()}
    return replace(project, shard=shard, providers=providers)


def kinds_folder(project: Project) -> Path:
    """Where a project's own descriptors are, if it has any."""
    return Path(project.folder) / OWN_FOLDER


def _memory(cache: Cache, kept: Kept, now: Kept) -> Memory:
    """`now` is what the cache shall hold, but for the files."""

    def keep(files: dict[str, Entry]) -> None:
        cache.write(now._replace(files=files))

    return Memory(kept.files if kept.key == now.key else {}, keep, kept.borrowed)
