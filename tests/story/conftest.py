import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconcile.lockfile.local import LocalStore
from reconcile.model.address import Address
from reconcile.sandbox.run import inherited
from tests.applier.manifests import project as project_file
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

PATIENCE = 60  # seconds for a process that is expected to end
ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Project:
    """Manifests in a folder, and the real command line as processes of its own."""

    def __init__(self, folder, sandbox):
        self.folder = folder
        self.sandbox = sandbox
        around = {name: text for name, text in os.environ.items() if not name.startswith("RECONCILE_")}
        self.environment = inherited(around | {"PYTHONPATH": ROOT}, sandbox.endpoint)
        self.write()

    def write(self, *manifests, **more):
        (self.folder / "reconcile.yaml").write_text(json.dumps(project_file(**more)))
        (self.folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, manifests)))

    def begin(self, *arguments):
        """A process that goes on beside the test; it is killed at the test's end at the latest."""
        command = [sys.executable, "-m", "reconcile", "-C", str(self.folder), *arguments]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.environment, text=True, **pipes)

    def __call__(self, *arguments):
        return ended(self.begin(*arguments))

    def apply(self, *arguments):
        return self("apply", "--auto-approve", *arguments)

    def record(self, address):
        return LocalStore(self.folder / "reconcile.lock.json", "tests").read().get(Address.parse(address))

    def until_asked(self, operation, times=1):
        """Returns once the sandbox has been asked for it so often; what was asked for has its effect by then."""
        end = time.monotonic() + PATIENCE
        while [entry["operation"] for entry in self.sandbox.control.log()].count(operation) < times:
            assert time.monotonic() < end, f"it was not asked for {operation}"


def ended(process):
    with process:
        out, err = process.communicate(timeout=PATIENCE)
    return Ran(process.returncode, out, err)


@pytest.fixture
def project(tmp_path, sandbox):
    """A project without jobs, on a sandbox whose jobs run on until a test says otherwise."""
    sandbox.control.settings(pending=0, running=10_000, stopping=0)
    return Project(tmp_path, sandbox)


@pytest.fixture
def under_way(project):
    """`begin` whose processes are gone when the test ends, whatever happens to it."""
    processes = []

    def begin(*arguments):
        processes.append(project.begin(*arguments))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
