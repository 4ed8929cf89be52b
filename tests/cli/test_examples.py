"""Every example, through the whole of it: manifests, plan, apply, lock file, cloud."""

import os
import subprocess
import sys

import pytest

from reconcile.errors import Exit
from tests.cli.conftest import EXAMPLES

FILES = sorted(path.name for path in EXAMPLES.glob("*.yaml") if path.name != "reconcile.yaml")


def ever_started(sandbox):
    """Ids; the definition of a DataArts job is there before its switch is on."""
    return [job["id"] for job in sandbox.control.jobs() if job["phase"] != "stopped"]


@pytest.mark.parametrize("file", FILES)
def test_an_example_is_valid_is_applied_once_and_then_settled(file, project, sandbox):
    project.has(file)
    assert project("validate").code == Exit.DONE

    planned = project("plan", "--json", "--detailed-exitcode")
    summary = planned.json["summary"]
    assert planned.code == Exit.CHANGES
    assert summary["start"] >= 1
    assert summary["start"] + summary["wait"] == len(planned.json["changes"])
    assert ever_started(sandbox) == []

    applied = project("apply", "--auto-approve", "--wait", "--timeout", "20s", "--json")
    assert applied.code == Exit.DONE, applied.err
    assert applied.json["summary"]["done"] == len(planned.json["changes"])

    started = ever_started(sandbox)
    assert len(started) == len(planned.json["changes"])
    again = project("plan", "--detailed-exitcode")
    assert (again.code, again.out.split(".")[0]) == (Exit.DONE, "No changes")
    assert project("apply", "--auto-approve").code == Exit.DONE
    assert ever_started(sandbox) == started


def test_the_demo_tells_its_story_to_the_end(sandbox, tmp_path):
    sandbox.control.settings(pending=0, running=0, stopping=0)
    places = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(EXAMPLES.parent)}
    told = subprocess.run(
        [sys.executable, EXAMPLES / "demo.py"],
        env=os.environ | sandbox.environment | places,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "No changes." in told.stdout
    assert "it was stopped by someone else" in told.stdout
    assert list(tmp_path.iterdir()) == []
    assert not list(EXAMPLES.glob("reconcile.lock*"))
