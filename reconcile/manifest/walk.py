"""Which files of a project are read as manifests."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from reconcile.kinds.sources import OWN_FOLDER
from reconcile.manifest.loaded import printable
from reconcile.model.job import Place
from reconcile.model.problem import Problem
from reconcile.model.project import Project
from reconcile.model.s3_place import is_in_s3

PROJECT_FILES = ("reconcile.yaml", "reconcile.yml")
ACCEPTED_FILE = "drift-accepted.yaml"  # the drift that is accepted; beside the project file
SUFFIXES = (".yaml", ".yml", ".json")

_NOT_MANIFESTS = frozenset({OWN_FOLDER, "environments", ACCEPTED_FILE, *PROJECT_FILES})  # at the root


class Found(NamedTuple):
    """A file to read: its name as people see it, relative to the project folder, and the path to open."""

    shown: str
    path: str


def find_manifests(project: Project) -> tuple[list[Found], list[Problem]]:
    """Every manifest file, sorted by name, and what cannot be looked into. A file that several names lead to is
    read once, under its own name where that is among them."""
    walk = _Walk(project)
    walk.enter(walk.root, "")
    while walk.links:
        walk.follow(*walk.links.pop())
    return sorted(walk.found.values()), walk.problems


def would_be_read(path: Path, folder: Path) -> bool:
    """Whether a file of this name, which may not be there yet, would be taken for one of the project in the folder."""
    real, root = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    if not (real.is_relative_to(root) and real.name.endswith(SUFFIXES)):
        return False
    return not any(part.startswith(".") for part in real.relative_to(root).parts)


class _Walk:
    """Links come last: until then every path is a real one, so one file is never read under two names."""

    def __init__(self, project: Project) -> None:
        self.root = os.path.realpath(project.folder)
        self.found: dict[str, Found] = {}
        self.problems: list[Problem] = []
        self.links: list[tuple[str, str]] = []
        self._entered: set[str] = set()
        folder, _, self._lock_name = project.lock_file.rpartition("/")
        self._lock_folder = self.root if is_in_s3(project.lock_file) else os.path.realpath(folder)

    def enter(self, folder: str, shown: str) -> None:
        """Lists the folder and those below it."""
        waiting = [(folder, shown)]
        while waiting:
            path, prefix = waiting.pop()
            if path in self._entered:
                continue
            self._entered.add(path)
            for entry in self._entries(path, prefix):
                if entry.is_file(follow_symlinks=False):
                    if entry.name.endswith(SUFFIXES):
                        self._take(entry.path, prefix + entry.name, regular=True)
                elif entry.is_symlink():
                    self.links.append((entry.path, prefix + entry.name))
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, f"{prefix}{entry.name}/"))
                elif entry.name.endswith(SUFFIXES):
                    self._take(entry.path, prefix + entry.name, regular=False)

    def follow(self, path: str, shown: str) -> None:
        """A link to what lies in the project folder is as good as what it leads to; any other is refused."""
        real = os.path.realpath(path)
        try:
            mode = Path(path).stat().st_mode
        except OSError as error:
            if shown.endswith(SUFFIXES):
                self._refuse(shown, f"this link cannot be followed: {error.strerror}")
            return
        if not (stat.S_ISDIR(mode) or shown.endswith(SUFFIXES)):
            return
        if os.path.commonpath((self.root, real)) != self.root:
            self._refuse(shown, "this link leads out of the project folder; put the files themselves here")
        elif stat.S_ISDIR(mode):
            self.enter(real, f"{shown}/")
        elif real not in self.found:
            self._take(real, shown, regular=stat.S_ISREG(mode))

    def _entries(self, path: str, prefix: str) -> list[os.DirEntry[str]]:
        skipped = _NOT_MANIFESTS if path == self.root else frozenset()
        lock = self._lock_name if path == self._lock_folder else ""
        try:
            with os.scandir(path) as entries:
                found = [entry for entry in entries if not (entry.name.startswith(".") or entry.name in skipped)]
        except OSError as error:
            self._refuse(prefix or "./", f"this folder cannot be listed: {error.strerror}")
            return []
        return [entry for entry in found if not f"{entry.name}.".startswith(f"{lock}.")] if lock else found

    def _take(self, path: str, shown: str, *, regular: bool) -> None:
        if regular:
            self.found[path] = Found(printable(shown), path)
        else:
            self._refuse(shown, "this is not a regular file")

    def _refuse(self, shown: str, message: str) -> None:
        self.problems.append(Problem(Place(printable(shown)), "", "", message))
