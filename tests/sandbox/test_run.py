"""The sandbox as a process: signals, exit codes, environments."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from reconcile.sandbox.client import Control, NoSandbox
from reconcile.sandbox.run import SandboxError, inherited, serve, started
from reconcile.sandbox.settings import DEFAULTS

SANDBOX = [sys.executable, "-m", "reconcile", "sandbox"]


def run(*arguments, **options):
    return subprocess.run([*SANDBOX, *arguments], capture_output=True, text=True, timeout=60, **options)


def python(text):
    return [sys.executable, "-c", textwrap.dedent(text)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_it_is_and_ends_cleanly_on_a_signal(number):
    process = subprocess.Popen([*SANDBOX, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    exports = [process.stdout.readline() for _ in range(11)]
    endpoint = next(line.split("=")[1].strip() for line in exports if line.startswith("export AWS_ENDPOINT_URL="))
    assert len(Control(endpoint).about()["kinds"]) >= 14
    process.send_signal(number)
    assert process.wait(10) == 0
    process.stdout.close()
    with pytest.raises(NoSandbox):
        Control(endpoint).about()


def test_run_points_the_command_at_a_sandbox_that_ends_with_it():
    command = python(
        """
        import boto3, json, os
        from reconcile.sandbox.client import Control
        role = "arn:aws:iam::123456789012:role/jobs"
        boto3.client("emr-serverless").start_job_run(applicationId="00f", executionRoleArn=role)
        endpoint = os.environ["RECONCILE_SANDBOX"]
        print(json.dumps([endpoint, [job["kind"] for job in Control(endpoint).jobs()]]))
        """
    )
    outer = {
        **os.environ,
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "x",
        "AWS_ENDPOINT_URL_EMR_SERVERLESS": "http://x",
    }
    done = run("run", "--", *command, env=outer)
    assert done.returncode == 0, done.stderr
    endpoint, kinds = json.loads(done.stdout)
    assert kinds == ["EMRServerlessJobRun"]
    with pytest.raises(NoSandbox):
        Control(endpoint).about()


@pytest.mark.parametrize(
    ("text", "code"),
    [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)],
)
def test_run_ends_with_the_commands_exit_code(text, code):
    assert run("run", "--", *python(text)).returncode == code


def test_run_passes_signals_on_and_waits():
    command = python(
        """
        import signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(42))
        print("ready", flush=True)
        signal.pause()
        """
    )
    process = subprocess.Popen([*SANDBOX, "run", "--", *command], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.wait(10) == 42
    process.stdout.close()


def test_a_command_that_does_not_exist_is_an_error_that_says_so():
    done = run("run", "--", "/no/such/command")
    assert done.returncode == 1
    assert "cannot be started" in done.stderr


def test_a_port_that_is_taken_is_an_error_that_says_so():
    with started() as server:
        taken = str(server.server_address[1])
        with pytest.raises(SandboxError, match="cannot listen"):
            serve(int(taken), None, DEFAULTS, print)


def test_nothing_but_the_sandbox_is_meant():
    outer = {"PATH": "/bin", "AWS_PROFILE": "p", "AWS_ENDPOINT_URL_S3": "http://real", "NO_PROXY": "intranet"}
    inner = inherited(outer, "http://127.0.0.1:1")
    assert "AWS_PROFILE" not in inner
    assert "AWS_ENDPOINT_URL_S3" not in inner
    assert inner["NO_PROXY"] == inner["no_proxy"] == "intranet,127.0.0.1"
    assert inner["AWS_ENDPOINT_URL"] == inner["DATAARTS_ENDPOINT"] == "http://127.0.0.1:1"
