"""One word for all that a project's plans are made from in its folder."""

import hashlib
import os
from pathlib import Path

from reconcile.kinds.content import Flaw, read_content
from reconcile.kinds.sources import OWN_FOLDER, own_files
from reconcile.manifest.walk import PROJECT_FILES, find_manifests
from reconcile.model.project import Project

SAVED_PLAN = b'{"apiVersion":"reconcile/v1","kind":"Plan",'  # how one begins; it may lie among the manifests


def fingerprint(project: Project) -> str:
    """`sha256:…` of the project file, every manifest and the project's own kinds, by name and content."""
    names = {file.shown: file.path for file in find_manifests(project)[0]}
    folder = Path(project.folder)
    names |= {name: str(folder / name) for name in PROJECT_FILES if os.path.lexists(folder / name)}
    names |= {path.relative_to(folder).as_posix(): str(path) for path in own_files(folder / OWN_FOLDER)}
    whole = hashlib.sha256()
    for name, path in sorted(names.items()):
        try:
            content = read_content(path)
        except Flaw as flaw:
            content = flaw.message.encode()
        if not content.startswith(SAVED_PLAN):
            whole.update(b"%b\0%b" % (os.fsencode(name), hashlib.sha256(content).digest()))
    return f"sha256:{whole.hexdigest()}"
