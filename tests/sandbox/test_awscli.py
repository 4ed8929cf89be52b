"""The AWS CLI as a process, from a virtual environment of its own: it pins another botocore than ours."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from reconcile.sandbox.run import inherited
from tests.sandbox.requests import EMR, ENTITIES

OWN = Path(__file__).parents[2] / ".venv-awscli" / "bin" / "aws"


@pytest.fixture
def aws(sandbox):
    command = str(OWN) if OWN.exists() else shutil.which("aws")
    assert command, "there is no AWS CLI: run `make setup`"
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def call(*arguments, ok=True):
        done = subprocess.run(
            [command, *arguments],
            env={**inherited(clean, sandbox.endpoint), "AWS_PAGER": "", "AWS_MAX_ATTEMPTS": "1"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode == 0) is ok, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else done.stderr

    return call


def test_the_cli_starts_lists_and_stops_a_comprehend_job(sandbox, aws):
    job = aws("comprehend", "start-entities-detection-job", "--cli-input-json", json.dumps(ENTITIES))["JobId"]
    sandbox.control.advance(20)
    listed = aws("comprehend", "list-entities-detection-jobs", "--filter", "JobStatus=IN_PROGRESS")
    assert [entry["JobId"] for entry in listed["EntitiesDetectionJobPropertiesList"]] == [job]
    assert aws("comprehend", "stop-entities-detection-job", "--job-id", job)["JobStatus"] == "STOP_REQUESTED"
    assert "JobNotFoundException" in aws("comprehend", "describe-entities-detection-job", "--job-id", "0", ok=False)


def test_the_cli_pages_through_emr_runs(aws):
    for name in ("one", "two", "three"):
        aws("emr-serverless", "start-job-run", "--cli-input-json", json.dumps({**EMR, "name": name}))
    runs = aws("emr-serverless", "list-job-runs", "--application-id", EMR["applicationId"], "--page-size", "2")
    assert [run["name"] for run in runs["jobRuns"]] == ["three", "two", "one"]
