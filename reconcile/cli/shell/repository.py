"""Where the project is in its repository, for links to the manifests' lines."""

from pathlib import Path


def folder_in_repository(folder: Path) -> str:
    """With slashes; "" for the root itself. Where there is no repository, the current folder counts as its root, or
    else the project's own."""
    own = folder.resolve()
    root = next((place for place in (own, *own.parents) if (place / ".git").exists()), Path.cwd())
    inside = own.relative_to(root).as_posix() if own.is_relative_to(root) else "."
    return "" if inside == "." else inside
