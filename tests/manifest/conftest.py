"""A project in a folder of its own, and what a load of it says."""

import textwrap
from pathlib import Path

import pytest

from reconcile.kinds.load import load_catalog
from reconcile.manifest.load import load_jobs
from reconcile.manifest.loaded import Loaded
from reconcile.manifest.project_file import load_project
from reconcile.manifest.sparing import Sparing
from reconcile.model.address import Address
from reconcile.model.job import DesiredJob

PROJECT = "apiVersion: reconcile/v1\nkind: Project\nmetadata: {name: documents}\n"
ENVIRON = {"AWS_REGION": "eu-west-1", "HUAWEICLOUD_SDK_PROJECT_ID": "b384"}


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("reconcile.yaml", PROJECT)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else textwrap.dedent(text).encode())
        return path

    def load(self, *, trusted: bool = False, environ: dict[str, str] = ENVIRON) -> Loaded:
        project = load_project(self.path, environ)
        return load_jobs(project, load_catalog(), sparing=Sparing(lambda address, digest: trusted))

    def problems(self) -> list[str]:
        return [str(problem) for problem in self.load().problems]

    def job(self, address: str) -> DesiredJob:
        loaded = self.load()
        assert not loaded.problems, [str(problem) for problem in loaded.problems]
        return loaded.jobs[Address.parse(address)]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
