"""Where a folder is in its repository, as far as the files themselves tell: git need not be there."""

from pathlib import Path


def folder_in_repository(folder: Path) -> str:
    """For links to the manifests' lines: with slashes, "" for the root itself. Where there is no repository, the
    current folder counts as its root, or else the project's own."""
    own = folder.resolve()
    root = work_tree_of(own) or Path.cwd()
    inside = own.relative_to(root).as_posix() if own.is_relative_to(root) else "."
    return "" if inside == "." else inside


def work_tree_of(folder: Path) -> Path | None:
    """Its root; `folder` is resolved, and need not exist yet."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)
