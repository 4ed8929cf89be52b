"""A repository whose remote is a bare one, a sandbox for a cloud, and what runners have on their PATH."""

import json
import os
import sys
import uuid
from pathlib import Path

import pytest

from tests.ci.runner import Runner, inherited
from tests.cli.repository import clone, with_remote
from tests.sandbox.fixtures import sandbox

__all__ = ["sandbox"]

ROOT = Path(__file__).parents[2]
BOT = {"login": "github-actions[bot]", "type": "Bot"}

PYTHON = """#!/bin/sh
# pip goes to a network; what it was asked is kept, and all else is as it is.
if [ "$1 $2" = "-m pip" ]; then echo "$@" >> "$PIP_CALLS"; exit 0; fi
exec {python} "$@"
"""


@pytest.fixture
def programs(tmp_path):
    """A folder for the PATH: gh, python, and reconcile as if it were installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    texts = {
        "python": PYTHON.format(python=sys.executable),
        "reconcile": f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m reconcile "$@"\n',
        "gh": f'#!/bin/sh\nexec {sys.executable} {Path(__file__).parent / "gh.py"} "$@"\n',
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def around(programs, sandbox, tmp_path):
    """The variables of every job."""
    sandbox.control.settings(pending=0, running=600, stopping=0)
    return inherited() | sandbox.environment | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PIP_CALLS": str(tmp_path / "pip"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
    }  # fmt: skip


@pytest.fixture
def bucket(sandbox):
    name = f"jobs-{uuid.uuid4()}"
    where = {"LocationConstraint": "eu-west-1"}
    sandbox.aws("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return name


class Hub:
    """GitHub, as far as the workflows know it; and runners, each with a checkout of its own."""

    def __init__(self, folder, around):
        self.folder, self.around = folder, around
        self.state = folder / "hub.json"
        self.state.write_text(json.dumps({"comments": [], "issues": [], "calls": []}))
        self.remote = folder / "jobs.git"
        self.jobs = 0

    def publish(self, folder):
        return with_remote(folder, self.remote)

    def runner(self, branch, **known):
        """With the branch checked out, and signed in."""
        self.jobs += 1
        here = clone(self.remote, self.folder / f"runner-{self.jobs}")
        here.git("switch", "-q", branch)
        temp = self.folder / f"temp-{self.jobs}"
        temp.mkdir()
        more = {"GITHUB_REPOSITORY": "team/jobs", "GH_STATE": str(self.state)}
        usual = {
            "vars.RECONCILE_PACKAGE": "git+https://git.example/reconcile@v1", "github.token": "ghs_1",
            "github.event.pull_request.number": "5",
        }  # fmt: skip
        return Runner(here.folder, temp, self.around | more, usual | known)

    @property
    def comments(self):
        return json.loads(self.state.read_text())["comments"]

    @property
    def issues(self):
        return json.loads(self.state.read_text())["issues"]

    def says(self, body):
        """Somebody comments before the first plan."""
        hub = json.loads(self.state.read_text())
        hub["comments"].append({"id": 1, "issue": "5", "user": {"login": "eve", "type": "User"}, "body": body})
        self.state.write_text(json.dumps(hub))


@pytest.fixture
def hub(tmp_path, around):
    return Hub(tmp_path, around)
