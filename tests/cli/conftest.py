import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from reconcile.cli import main
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

EXAMPLES = Path(__file__).parents[2] / "manifests"


@pytest.fixture(autouse=True)
def _no_variables_of_ours(monkeypatch):
    """What is set around the tests must not decide them."""
    for name in [*filter(lambda name: name.startswith("RECONCILE_"), os.environ), "NO_COLOR"]:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def reconcile(tmp_path):
    """Runs the real command line as a process of its own."""

    def run(*arguments, **more):
        command = [sys.executable, "-m", "reconcile", *map(str, arguments)]
        given = {
            "capture_output": True,
            "text": True,
            "cwd": tmp_path,
            "stdin": subprocess.DEVNULL,
            "timeout": 60,
        } | more
        return subprocess.run(command, check=False, **given)

    return run


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return orjson.loads(self.out)


@pytest.fixture
def project(tmp_path, sandbox, monkeypatch, capsys):
    """A project with the examples of these names, on a sandbox whose jobs end at once; called with a command line."""
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    sandbox.control.settings(pending=0, running=0, stopping=0)

    class Project:
        folder = tmp_path

        def has(self, *names):
            for name in ("reconcile.yaml", *names):
                shutil.copy(EXAMPLES / name, tmp_path)
            return self

        def __call__(self, *arguments):
            code = main(["-C", str(tmp_path), *arguments])
            captured = capsys.readouterr()
            return Ran(code, captured.out, captured.err)

    return Project()
