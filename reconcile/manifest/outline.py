"""What is known of a project whose own file may be wrong: enough to write reports on that."""

import os
import re
from pathlib import Path

from reconcile.errors import ProjectError
from reconcile.manifest.project_file import LOCK_FILE, find_project
from reconcile.model.address import NAME
from reconcile.model.project import Project
from reconcile.model.s3_place import is_in_s3

_COMMENT = re.compile(r"(?:^|\s)#.*")


def outline(folder: Path) -> Project:
    """The project of this folder as far as its file tells, which may be wrong in any way, or missing: its name, and
    where its lock file lies."""
    text = _text(folder)
    names = (_written("name", text), folder.resolve().name)
    name = next(filter(NAME.fullmatch, names), "project")
    lock_file = _written("lockFile", text) or LOCK_FILE
    place = lock_file if is_in_s3(lock_file) else os.path.normpath(folder.resolve() / lock_file)
    return Project(name, name, str(folder.resolve()), {}, place)


def _text(folder: Path) -> str:
    try:
        return _COMMENT.sub("", (find_project(folder).content or b"").decode(errors="replace"))
    except ProjectError:
        return ""


def _written(field: str, text: str) -> str:
    """What stands behind the first field of this name, in a file that no parser may be able to read; "" for nothing."""
    found = re.search(rf"""(?:^|[\s,{{"']){field}["']?:[ \t]*["']?([^\n"',}}]+)""", text)
    return found[1].strip() if found else ""
