"""The generated workflow, step by step: pull request, plan, merge, apply, a job that somebody stops, drift, repair."""

import pytest
import yaml

from tests.ci.conftest import ROOT
from tests.ci.runner import Runner
from tests.sandbox.requests import jobs_of  # noqa: F401

WORKFLOW = ".github/workflows/reconcile-jobs.yml"
MARKER = "<!-- reconcile: jobs -->\n"


def begun(hub, around, *options):
    """A repository whose first commit is what `reconcile init` wrote."""
    folder = hub.folder / "work"
    folder.mkdir()
    (folder / ".git").mkdir()  # it will be one
    run = Runner(folder, hub.folder, around, {})
    assert run.steps([{"name": "init", "run": " ".join(["reconcile init jobs --ci github", *options])}], {}), run.said
    (folder / ".git").rmdir()
    return hub.publish(folder)


def changed(here, branch, old, new):
    here.git("switch", "-q", "-C", branch)
    file = here.folder / "jobs" / "nightly.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    here.git("commit", "-q", "-a", "-m", "change")
    here.git("push", "-q", "--force", "origin", branch)


def merged(here, branch):
    here.git("switch", "-q", "main")
    here.git("pull", "-q", "--rebase")
    here.git("merge", "-q", "--no-edit", branch)
    here.git("push", "-q")


def live(sandbox):
    return {job["name"]: job for job in sandbox.control.jobs() if job["phase"] == "running"}
