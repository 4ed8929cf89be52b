"""What earlier loads found in files that had no problem, kept by the files' contents: a settled manifest is not parsed,
and not even read where its stamp is the one that it had.

A cache is only ever a shortcut. One that is absent, broken, unfit or not ours is as good as none, and one that cannot
be written is left alone. It holds the project file, addresses and digests, but no specs.
"""

import contextlib
import hashlib
import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from reconcile import __version__
from reconcile.kinds.stamp import Stamp
from reconcile.manifest.project_file import Source
from reconcile.model.project import Project
from reconcile.model.settled import digest_in

FORMAT = 4  # to be raised with every change of what an entry holds, or of how manifests are read
VARIABLE = "RECONCILE_CACHE_DIR"
OFF = "off"
LARGEST = 2**29  # bytes; a project of more than a million jobs, one a file
MOST_FILES = 64  # projects in one folder; those that were written last are kept

_PREFIX = "manifests-"


_NONE: Mapping[str, Any] = {}


class Entry(NamedTuple):
    """What one file holds. Addresses are written as `Kind/name`."""

    digest: str  # of the file's bytes
    stamp: Stamp  # of a file with these bytes
    settling: Mapping[str, str]  # every job, with what settles it
    all_vouched: bool = True  # `vouched` would hold every job, with the digest that settles it: it is left empty
    vouched: Mapping[str, str] = _NONE  # digests of specs that were not validated, because the lock file knew them
    depends_on: Mapping[str, Sequence[str]] = _NONE  # of the jobs that depend on any
    # Plain references, with digests of what they stood for. No file is kept that has others.
    uses: Mapping[str, str] = _NONE

    @classmethod
    def of(
        cls,
        digest: str,
        stamp: Stamp,
        settling: Mapping[str, str],
        vouched: Mapping[str, str],
        depends_on: Mapping[str, Sequence[str]],
        uses: Mapping[str, str],
    ) -> "Entry":
        everything = all(vouched.get(text) == digest_in(ending) for text, ending in settling.items())
        return cls(digest, stamp, settling, everything, _NONE if everything else vouched, depends_on, uses)

    @property
    def trusted_digests(self) -> Iterable[tuple[str, str]]:
        """What the lock file has to know for this to count."""
        if self.all_vouched:
            return [(text, digest_in(ending)) for text, ending in self.settling.items()]
        return self.vouched.items()

    @property
    def members(self) -> tuple[Any, ...]:
        """As they are kept: those of most files end with what need not be said."""
        return self[:3] if self.all_vouched and not (self.depends_on or self.uses) else tuple(self)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Kept(NamedTuple):
    """All that a cache holds. Without anything: an empty one."""

    project: Mapping[str, Any] | None = None  # what the project file says
    key: str = ""  # names what decided what the files' bytes mean, beside themselves
    files: Mapping[str, Entry] = {}
    borrowed: bool = False  # it is another folder's


class Cache(NamedTuple):
    """Of one project file."""

    path: Path

    def read(self) -> Kept:
        """An empty one unless it is whole and ours. Where there is none of this folder, the newest that was made in
        another one from the same project file serves: a runner may check out somewhere else every time."""
        for path in (self.path, *self._elsewhere()):
            with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
                content = _read(path)
                start = content.index(b"\n") + 1
                body = memoryview(content)[start:]  # it may be large: no copy
                if content[: start - 1] == _head(body):
                    project, key, files = orjson.loads(body)
                    entries = {name: Entry(*members) for name, members in files.items()}
                    return Kept(project, key, entries, borrowed=path is not self.path)
        return Kept()

    def write(self, kept: Kept) -> None:
        """All or nothing: whoever reads meanwhile reads the old one or the new one."""
        files = {name: entry.members for name, entry in kept.files.items()}
        body = orjson.dumps((kept.project, kept.key, files))
        if len(body) > LARGEST:
            return
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(unfinished, _head(body) + b"\n" + body)
                unfinished.replace(self.path)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
            _clear_away(self.path.parent)

    def _elsewhere(self) -> Iterator[Path]:
        """Looked for only when it is asked for: where there is one of this folder, it never is."""
        of_project, _, _ = self.path.name.rpartition("-")
        with contextlib.suppress(OSError):  # of a name too long, or links in a circle
            yield from sorted(self.path.parent.glob(f"{of_project}-*"), key=_written, reverse=True)


def cache_of(source: Source, environ: Mapping[str, str]) -> Cache | None:
    """Where the cache of this project is, whether there is one or not; None where there shall be none."""
    folder = _folder(str(source.folder), environ)
    if folder is None or source.content is None:
        return None
    of_project = digest_of(repr((FORMAT, __version__)).encode() + source.content)[:32]
    return Cache(folder / f"{_PREFIX}{of_project}-{digest_of(os.fsencode(source.folder))[:16]}")


def key_of(project: Project, validated_with: str) -> str:
    """Names all but the files themselves that decides what is in them, and whether anything is wrong with that."""
    places = [(each.name, each.type, each.scope, each.limits) for each in project.providers.values()]
    return digest_of(repr((sys.implementation.cache_tag, validated_with, places)).encode())


def _folder(project: str, environ: Mapping[str, str]) -> Path | None:
    """As the XDG base directories are found. Never inside the project unless it was told so."""
    told = environ.get(VARIABLE, "")
    if told:
        return None if told == OFF else Path(project, told)
    home, base = environ.get("HOME", ""), environ.get("XDG_CACHE_HOME", "")
    if not base.startswith("/"):
        base = f"{home}/.cache" if home.startswith("/") else ""
    inside = f"{os.path.realpath(base)}/".startswith(f"{project}/")
    return Path(base, "reconcile") if base and not inside else None


def _head(body: bytes | memoryview) -> bytes:
    return b"reconcile manifests %d %08x" % (FORMAT, zlib.crc32(body))


def _read(path: Path) -> bytes:
    """Raises OSError, also where anybody else could have written it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        about = os.fstat(descriptor)
        ours = about.st_uid == os.geteuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not (ours and stat.S_ISREG(about.st_mode) and about.st_size <= LARGEST + 1024):
            raise PermissionError(path)
        return file.read()


def _written(path: Path) -> float:
    """When; long ago where somebody has just cleared it away."""
    try:
        return path.stat(follow_symlinks=False).st_mtime
    except OSError:
        return 0.0


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
