"""The lock files of all shards of a project, as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from reconcile.errors import LockFileError, listed
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Head, Lockfile
from reconcile.model.address import Address
from reconcile.model.project import LockFileOptions, Project
from reconcile.model.record import Record
from reconcile.model.s3_place import S3Place, s3_place
from reconcile.model.shard import Shard, shard_in


@dataclass(frozen=True, slots=True)
class Parts:
    """A Lockfile to be read. An address that was moved from one shard to another is where it is not a tombstone."""

    of: Mapping[Address, Lockfile]
    head: Head
    warnings: tuple[str, ...]
    existed: bool
    stale: bool

    @property
    def base(self) -> Head:
        return self.head

    def __len__(self) -> int:
        return len(self.of)

    def __iter__(self) -> Iterator[Address]:
        return iter(self.of)

    def get(self, address: Address) -> Record | None:
        return self.of[address].get(address) if address in self.of else None

    def digest(self, address: Address) -> str | None:
        return self.of[address].digest(address) if address in self.of else None

    def ending(self, address: Address) -> str:
        return self.of[address].ending(address) if address in self.of else ""


def read_parts(project: Project) -> Parts:
    """Raises LockFileError where there are none, or those of another division as well."""
    shards = _all_shards(project)
    files = [open_store(replace(project, shard=shard)).read() for shard in shards]
    of: dict[Address, Lockfile] = {}
    for file in files:
        for address in file:
            if address not in of or _is_tombstone(of[address], address):
                of[address] = file
    return Parts(
        of,
        files[0].head,
        (*_of_missing(shards, project.lock_file), *(warning for file in files for warning in file.warnings)),
        all(file.existed for file in files),
        any(file.stale for file in files),
    )


def shards_recorded(project: Project) -> list[Shard]:
    """Those of which anything is recorded, of whatever division. Raises LockFileError where their store cannot be
    asked."""
    place = s3_place(project.lock_file)
    names = _names_in_s3(place, project.lock_file_options) if place else _names_here(project)
    found = set(filter(None, map(partial(shard_in, whole=project.lock_file), names)))
    return sorted(found, key=lambda each: each.index)


def _of_missing(shards: Sequence[Shard], place: str) -> Iterator[str]:
    """What they started would be said to be pending."""
    count = shards[0].count
    missing = sorted(set(range(count)) - {shard.index for shard in shards})
    if missing:
        which = listed([f"{index}/{count}" for index in missing])
        yield f"{place}: shards without a lock file: {which}; nothing was started there yet, or the file was lost."


def _is_tombstone(file: Lockfile, address: Address) -> bool:
    record = file.get(address)
    return record is None or record.is_tombstone


def _all_shards(project: Project) -> list[Shard]:
    shards = shards_recorded(project)
    counts = {shard.count for shard in shards}
    if not counts:
        raise LockFileError(
            "There is no lock file of any shard.",
            where=project.lock_file,
            fix="Leave --all-shards out, unless the project is to be applied in shards: reconcile --shard 0/16 apply",
        )
    if len(counts) > 1:
        raise LockFileError(
            f"There are lock files of divisions into {' and '.join(map(str, sorted(counts)))} shards.",
            where=project.lock_file,
            fix="Remove those of the division that is not in use any more, once the others have been applied.",
        )
    return shards


def _names_here(project: Project) -> Iterator[str]:
    return map(str, Path(project.lock_file).parent.glob(f"{Path(project.lock_file).name}.shard-*"))


def _names_in_s3(place: S3Place, options: LockFileOptions) -> Iterator[str]:
    from reconcile.lockfile.s3_client import objects_at  # noqa: PLC0415 - botocore is for those who use S3

    return (f"{place}.{part}" for part in objects_at(place, options).parts("shard-"))
