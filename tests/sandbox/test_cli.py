"""The commands, in process, against a running sandbox."""

import json

import pytest
from click.testing import CliRunner

from reconcile.cli.sandbox import sandbox as commands
from reconcile.cli.shell.session import Session
from reconcile.errors import UsageError
from reconcile.sandbox.client import NoSandbox
from tests.sandbox.requests import ENTITIES


@pytest.fixture
def cli(sandbox):
    def call(*arguments):
        env = {"RECONCILE_SANDBOX": sandbox.endpoint}
        result = CliRunner().invoke(commands, arguments, env=env, obj=Session(environ=env))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_jobs_are_shown_and_changed_by_commands(sandbox, cli):
    client = sandbox.aws("comprehend")
    for name in ("one", "two", "three"):
        client.start_entities_detection_job(JobName=name, **ENTITIES)
    cli("advance", "20")
    assert "one: STOP_REQUESTED" in cli("stop", "one")
    assert "two: FAILED" in cli("fail", "two")
    assert "three: COMPLETED" in cli("complete", "three")
    cli("forget", "three")
    table = [line.split()[:3] for line in cli("jobs").splitlines()]
    assert table[:3] == [
        ["KIND", "NAME", "STATUS"],
        ["ComprehendEntitiesDetectionJob", "one", "STOP_REQUESTED"],
        ["ComprehendEntitiesDetectionJob", "two", "FAILED"],
    ]
    assert [job["forgotten"] for job in json.loads(cli("jobs", "--json"))] == [False, False, True]


def test_faults_and_settings_are_set_by_commands(sandbox, cli):
    cli("fault", "delay", "--operation", "List*", "--seconds", "1.5", "--count", "2")
    assert json.loads(cli("faults"))[0]["seconds"] == 1.5
    assert json.loads(cli("faults", "--clear")) == []
    assert json.loads(cli("settings", "rates=on", "retention=60"))["retention"] == 60
    assert "nightly: STOPPED" in cli("define", "--project", "p", "nightly")
    with pytest.raises(UsageError, match="NAME=VALUE"):
        cli("settings", "rates")


def test_the_log_shows_what_was_asked_and_answered(sandbox, cli):
    client = sandbox.aws("comprehend")
    with pytest.raises(client.exceptions.JobNotFoundException):
        client.describe_events_detection_job(JobId="0")
    number, service, *answer = cli("log").splitlines()[1].split()
    assert answer == ["DescribeEventsDetectionJob", "404", "JobNotFoundException"]
    assert (number, service) == ("1", "comprehend")


def test_without_a_sandbox_a_command_says_so():
    result = CliRunner().invoke(commands, ["jobs", "--endpoint", "http://127.0.0.1:1"], obj=Session(environ={}))
    assert isinstance(result.exception, NoSandbox)
