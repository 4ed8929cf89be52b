"""A lock file in S3, from the command line: who holds the lease, what becomes of a paused apply, what is written."""

import contextlib
import os
import signal
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest

from reconcile.errors import Exit
from reconcile.lockfile.choice import open_store
from reconcile.lockfile.protocol import Holder
from reconcile.lockfile.s3_client import connect
from reconcile.manifest.project_file import load_project
from tests.lockfile.records import record, started

NIGHTLY = "EMRServerlessJobRun/nightly"


@pytest.fixture
def bucket(project, sandbox):
    """A project with one job, whose lock file is in a bucket of its own and whose lease lasts a second."""
    name = f"b-{uuid.uuid4()}"
    client = sandbox.aws("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    project.has("job-run.yaml")
    file = project.folder / "reconcile.yaml"
    file.write_text(f"{file.read_text()}\nlockFile: s3://{name}/team/lock.json\nlockFileOptions: {{lease: 1s}}\n")
    return name


def store(project):
    return open_store(load_project(project.folder, os.environ))


def somebody(name):
    return Holder(name, "ada", "runner", 4711, datetime.now(UTC), "reconcile apply")


@contextlib.contextmanager
def applying(project):
    """The real command line, held up by the sandbox in its first start."""
    command = [sys.executable, "-m", "reconcile", "-C", str(project.folder), "apply", "--auto-approve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def test_plan_apply_and_status_work_as_with_a_local_file(project, bucket, sandbox):
    assert project("plan", "--detailed-exitcode").code == Exit.CHANGES
    assert sandbox.aws("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0, "a plan writes nothing"
    assert project("apply", "--auto-approve").code == Exit.DONE
    project("apply", "--auto-approve")
    assert project("plan", "--detailed-exitcode").code == Exit.DONE
    assert NIGHTLY in project("status").out
    assert not [path.name for path in project.folder.iterdir() if "lock" in path.name]
    keys = [found["Key"] for found in sandbox.aws("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert (keys, len(sandbox.control.jobs())) == (["team/lock.json", "team/lock.json.lease"], 1)


def test_who_finds_the_lease_held_is_told_by_whom_and_how_to_end_it(project, bucket):
    assert project("lock", "show").out == "Nobody holds the lease.\n"
    assert project("lock", "show", "--json").json == {"formatVersion": "1.0", "holder": None}
    lease = store(project).acquire(somebody("7f3a"), timeout=0)
    refused = project("apply", "--auto-approve")
    assert refused.code == Exit.LEASE_HELD
    assert "ada@runner, process 4711" in refused.err
    assert "reconcile lock release 7f3a" in refused.err
    shown = project("lock", "show")
    assert (shown.code, "ada@runner, process 4711" in shown.out, "id       7f3a" in shown.out) == (0, True, True)
    assert project("lock", "show", "--json").json["holder"]["id"] == "7f3a"
    assert project("lock", "release", "other").code == Exit.ERROR
    assert lease.still_ours()
    assert project("lock", "release", "7f3a").code == Exit.DONE
    assert project("apply", "--auto-approve").code == Exit.DONE
    lease.release()


def test_a_local_lease_is_shown_and_ends_with_its_process_only(project):
    project.has("job-run.yaml")
    assert project("lock", "show").out == "Nobody holds the lease.\n"
    assert not [path.name for path in project.folder.iterdir() if "lock" in path.name], "looking makes no file"
    lease = store(project).acquire(somebody("7f3a"), timeout=0)
    assert "with its process" in project("lock", "show").out
    refused = project("lock", "release", "7f3a")
    assert (refused.code, "ends with its process, 4711" in refused.err) == (Exit.ERROR, True)
    lease.release()
    assert project("lock", "show", "--json").json["holder"] is None


@pytest.mark.parametrize("operation", ["ListJobRuns", "StartJobRun"])
def test_an_apply_that_was_paused_beyond_its_lease_starts_and_writes_nothing_more(project, bucket, sandbox, operation):
    """It is stopped while it waits for an answer; a second one takes its lease over, and starts the job or finds it."""
    sandbox.control.fault("delay", operation=operation, seconds=2)
    with applying(project) as paused:
        until(lambda: store(project).held() if operation == "ListJobRuns" else sandbox.control.jobs())
        paused.send_signal(signal.SIGSTOP)
        assert project("apply", "--auto-approve", "--lock-timeout", "30s").code == Exit.DONE
        written = sandbox.aws("s3").get_object(Bucket=bucket, Key="team/lock.json")["Body"].read()
        paused.send_signal(signal.SIGCONT)
        said = paused.communicate(timeout=30)[0]
    assert (paused.returncode, "lease is not ours any more" in said) == (Exit.ERROR, True), said
    assert len(sandbox.control.jobs()) == 1
    assert sandbox.aws("s3").get_object(Bucket=bucket, Key="team/lock.json")["Body"].read() == written
    assert project("plan", "--detailed-exitcode").code == Exit.DONE


def test_an_apply_of_ten_jobs_writes_the_same_beside_a_thousand_others(project, bucket, sandbox, monkeypatch):
    """But for the lock file itself, which is written once."""
    sizes = {}

    def watched(options, where):
        client = connect(options, where)
        client.meta.events.register("before-call.s3.PutObject", sized)
        return client

    def sized(params, **_):
        part = params["url_path"].partition("lock.json")[2].partition("/")[0]
        sizes.setdefault(part, []).append(len(params["body"].getvalue()))

    monkeypatch.setattr("reconcile.lockfile.s3_client.connect", watched)
    text = (project.folder / "job-run.yaml").read_text()
    beside = []
    for others in (0, 1000):
        lease = store(project).acquire(somebody("7f3a"), timeout=0)
        lease.append([started(record(f"other-{number}")) for number in range(others)], durable=False)
        lease.fold(validated_with="")
        lease.release()
        for number in range(10):
            (project.folder / f"{number}.yaml").write_text(text.replace("nightly", f"of-{others:04}-{number}"))
        sizes.clear()
        assert project("apply", "--auto-approve", "--target", f"*/of-{others:04}-*").code == Exit.DONE
        assert len(sizes.pop("")) == 1
        assert len(sizes[".journal"]) <= 20, "no more than two a job"
        beside.append(sum(sizes[".journal"]))
    assert beside[1] < beside[0] * 1.2
    assert len(sandbox.control.jobs()) == 20


def until(true):
    """Each question is a request over a socket: there is nothing to sleep for."""
    for _ in range(10_000):
        if true():
            return
    raise AssertionError("it never came to that")
