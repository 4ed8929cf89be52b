"""Where a project's lock file may lie."""

from pathlib import Path

from reconcile.model.s3_place import is_in_s3, s3_place


def lock_file_problem(lock_file: str, folder: Path) -> str:
    """Neither a name nor a link on the way may lead out of the project."""
    if is_in_s3(lock_file):
        return "" if s3_place(lock_file) else "write it like s3://bucket/path/reconcile.lock.json"
    if lock_file.startswith("/") or ".." in lock_file.split("/") or not lock_file.isprintable():
        return "the lock file must lie in the project folder; write a path relative to it, or s3://bucket/key"
    path = (folder / lock_file).resolve()
    if not path.is_relative_to(folder):
        return "a link on this path leads out of the project folder"
    return "this is a folder; write the path of a file" if path.is_dir() or lock_file.endswith("/") else ""
