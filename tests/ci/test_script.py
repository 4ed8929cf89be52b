"""The script for any CI, and every generated file against its published schema."""

import subprocess
import sys

import pytest

from tests.ci.conftest import ROOT
from tests.ci.runner import BASH

TEMPLATES = ROOT / "reconcile/cli/starter/templates"
OPTIONS = {
    "in Git": [],
    "in S3": ["--lock-file", "s3://bucket/lock.json", "--package", 'a "quoted" one @ file:///x'],
}


def initialised(folder, around, *options):
    done = subprocess.run(
        ["reconcile", "init", *options], cwd=folder, env=around, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done


def test_plan_apply_and_drift_with_the_script(tmp_path, around, bucket, sandbox):
    """In a folder whose name needs care."""
    folder = tmp_path / "it's here"
    folder.mkdir()
    (folder / ".git").mkdir()
    lock = f"s3://{bucket}/lock.json"
    initialised(folder, around, "the jobs", "--ci", "script", "--lock-file", lock)
    (folder / "the jobs" / "contracts.yaml").unlink()

    def does(*words):
        return subprocess.run(
            [folder / "ci" / "reconcile.sh", *words], cwd=tmp_path, env=around, check=False, capture_output=True
        ).returncode

    assert (does("plan", "--detailed-exitcode"), does("apply")) == (2, 0)
    sandbox.control.stop(sandbox.control.jobs()[0]["id"]["jobRunId"])
    assert does("drift") == 2
    assert {"plan.md", "plan.html", "drift.md", "apply.html"} <= {path.name for path in (folder / ".reports").iterdir()}
    assert does("rm") == 64


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("ci", ["github", "gitlab"])
def test_what_is_generated_fits_the_published_schema(ci, kind, tmp_path, around):
    (tmp_path / ".git").mkdir()
    initialised(tmp_path, around, "jobs", "--ci", ci, *OPTIONS[kind])
    files = [*tmp_path.glob(".github/workflows/*"), *tmp_path.glob(".gitlab/*"), *tmp_path.glob(".gitlab-ci.yml")]
    assert fits({"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[ci], *files)


def test_the_action_fits_its_schema_and_tells_as_the_workflow_does():
    action = ROOT / ".github/actions/reconcile/action.yml"
    assert fits("vendor.github-actions", action)
    flat = "\n".join(line.strip() for line in action.read_text().splitlines())
    for name in ("comment.sh", "issue.sh"):
        assert "\n".join(line.strip() for line in (TEMPLATES / name).read_text().splitlines()) in flat


@pytest.mark.parametrize("name", ["comment.sh", "issue.sh", "script.sh"])
def test_bash_understands_the_scripts(name):
    assert subprocess.run([*BASH[:1], "-n", TEMPLATES / name], check=False).returncode == 0


def fits(schema, *files):
    """Offline: the schemas come with the program that checks."""
    assert files
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return True
