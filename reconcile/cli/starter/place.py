"""Where a new project lies in its repository, and what its main branch is called."""

from dataclasses import dataclass
from pathlib import Path

from reconcile.cli.shell.repository import work_tree_of

_BRANCH = "ref: refs/heads/"
_REMOTE = "ref: refs/remotes/origin/"


@dataclass(frozen=True, slots=True)
class Place:
    """`root` is that of the work tree, or the project's folder where there is none; `folder` leads to the project
    from there, "." for the root itself."""

    root: Path
    folder: str
    branch: str  # what others merge into
    is_repository: bool


def place_of(folder: Path) -> Place:
    """The folder need not exist yet."""
    folder = folder.resolve()
    found = work_tree_of(folder)
    root = found or folder
    return Place(root, folder.relative_to(root).as_posix(), _branch(root / ".git"), found is not None)


def _branch(git: Path) -> str:
    """The remote's own choice, else one of the two usual names."""
    told = _text(git / "refs" / "remotes" / "origin" / "HEAD")
    if told.startswith(_REMOTE):
        return told.removeprefix(_REMOTE)
    return "master" if _text(git / "HEAD") == f"{_BRANCH}master" else "main"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
