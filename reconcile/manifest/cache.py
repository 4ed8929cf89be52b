"""What earlier loads found in files that had no problem, kept by the files' contents: a settled manifest is not parsed.

A cache is only ever a shortcut. One that is absent, broken, unfit or not ours is as good as none, and one that cannot
be written is left alone. It holds addresses and digests, no specs.
"""

import contextlib
import hashlib
import os
import stat
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from reconcile.model.project import Project

FORMAT = 1  # to be raised with every change of what an entry holds, or of how manifests are read
VARIABLE = "RECONCILE_CACHE_DIR"
OFF = "off"
LARGEST = 2**28  # bytes; a project of more than a million jobs
MOST_FILES = 64  # projects in one folder; those that were written last are kept

_PREFIX, _SUFFIX = "manifests-", ".json"


class Entry(NamedTuple):
    """What one file holds. Addresses are written as `Kind/name`."""

    digest: str  # of the file's bytes
    settling: dict[str, str]  # every job, with what settles it
    vouched: dict[str, str]  # digests of specs that were not validated, because the lock file knew them
    depends_on: dict[str, list[str]]  # of the jobs that depend on any


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Cache(NamedTuple):
    """Of one project. `key` names everything else that decides what a file's bytes mean."""

    path: Path
    key: str

    def read(self) -> dict[str, Entry]:
        """By the file's name as people see it; {} unless the cache is whole, ours and of this key."""
        try:
            head, _, body = _read(self.path).partition(b"\n")
            if head != self._head(body):
                return {}
            return {name: Entry(*members) for name, members in orjson.loads(body).items()}
        except (OSError, ValueError):
            return {}

    def write(self, entries: Mapping[str, Entry]) -> None:
        """All or nothing: whoever reads meanwhile reads the old one or the new one."""
        body = orjson.dumps({name: tuple(entry) for name, entry in entries.items()})
        if len(body) > LARGEST:
            return
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(unfinished, self._head(body) + b"\n" + body)
                unfinished.replace(self.path)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
            _clear_away(self.path.parent)

    def _head(self, body: bytes) -> bytes:
        return b"reconcile manifests %d %b %08x" % (FORMAT, self.key.encode(), zlib.crc32(body))


def cache_of(project: Project, validated_with: str, environ: Mapping[str, str]) -> Cache | None:
    """Where the cache of this project is, whether there is one or not; None where there shall be none.

    It goes by the project's id, not by its folder: a runner may check out somewhere else every time.
    """
    folder = _folder(project, environ)
    if folder is None:
        return None
    name = digest_of(project.id.encode())[:32]
    scopes = [(provider.name, provider.type, provider.scope) for provider in project.providers.values()]
    decides = (FORMAT, sys.implementation.cache_tag, validated_with, scopes)
    return Cache(folder / f"{_PREFIX}{name}{_SUFFIX}", digest_of(repr(decides).encode()))


def _folder(project: Project, environ: Mapping[str, str]) -> Path | None:
    """As the XDG base directories are found. Never inside the project unless it was told so."""
    told = environ.get(VARIABLE, "")
    if told:
        return None if told == OFF else Path(project.folder, told)
    home = environ.get("HOME", "")
    base = environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        base = f"{home}/.cache" if home.startswith("/") else ""
    inside = f"{os.path.realpath(base)}/".startswith(f"{project.folder}/")
    return Path(base, "reconcile") if base and not inside else None


def _read(path: Path) -> bytes:
    """Raises OSError, also where anybody else could have written it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        about = os.fstat(descriptor)
        ours = about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not (ours and stat.S_ISREG(about.st_mode) and about.st_size <= LARGEST + 1024):
            raise PermissionError(path)
        return file.read()


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0) as file:
        if file.write(data) != len(data):
            raise OSError("the disk is full")


def _clear_away(folder: Path) -> None:
    """What processes that died left behind, and the caches that were written longest ago."""
    with os.scandir(folder) as entries:
        kept = [entry for entry in entries if entry.name.startswith((_PREFIX, f".{_PREFIX}"))]
    if len(kept) > MOST_FILES:
        kept.sort(key=lambda entry: entry.stat(follow_symlinks=False).st_mtime)
        for entry in kept[: len(kept) - MOST_FILES]:
            Path(entry.path).unlink(missing_ok=True)
