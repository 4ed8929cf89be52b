"""One project in a folder, one sandbox, and the command line that is run on them as processes of their own."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import boto3

from reconcile.sandbox.client import Control
from reconcile.sandbox.run import REGION, inherited, started
from tests.applier.manifests import project
from tests.crash.jobs import FAST

LAUNCH = Path(__file__).with_name("launch.py")
ROOT = Path(__file__).parents[2]
APPROVED = ("--auto-approve", "--json")
APPLY = ("apply", *APPROVED)
LOCK = "reconcile.lock.json"
LEASE = "3s"
LIVE = ("pending", "running", "stopping")


class Launcher:
    """Starts processes quickly; see `launch`. One after the other."""

    def __init__(self):
        command = [sys.executable, str(LAUNCH)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def run(self, **order):
        """How it ended: its exit code, negative for a signal, and what its trap told."""
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._process.stdout.readline()
        answer = json.loads(self._process.stdout.readline())
        return answer["status"], answer["at"]


class Scene:
    """`later` is by how much the command's clock, and with it the sandbox's, was set forward. `bucket`: the one that
    the lock file is in; "": it is in the folder."""

    def __init__(self, folder, launcher, server, later=0.0, bucket=""):
        self.folder = folder
        self.later = later
        self.server = server
        self.control = Control(server.endpoint)
        self.bucket = bucket
        self._launcher = launcher

    def write(self, jobs, **more):
        if self.bucket:
            more |= {"lockFile": f"s3://{self.bucket}/{LOCK}", "lockFileOptions": {"lease": LEASE}}
        (self.folder / "reconcile.yaml").write_text(json.dumps(project(**FAST, **more)))
        (self.folder / "jobs.yaml").write_text("\n---\n".join(map(json.dumps, jobs)))

    def run(self, *arguments, trap=None, broken=""):
        """Exit code, what it was killed at, and stdout."""
        out, err = self.folder / ".out", self.folder / ".err"
        before = self.server.connections
        code, at = self._launcher.run(
            arguments=["-C", str(self.folder), *arguments],
            environ=self._environ(),
            out=str(out),
            err=str(err),
            trap=trap,
            later=self.later,
            broken=broken,
        )
        self.outlive(before)
        return code, at, out.read_text()

    def release(self):
        """What a person does who knows that the holder of the lease is dead. Whether anybody held it."""
        held = json.loads(self.run("lock", "show", "--json")[2])["holder"]
        return held is not None and self.run("lock", "release", held["id"])[0] == 0

    def killed_after(self, seconds, command=APPLY):
        """A process of its own from its beginning, killed so long after its first request. Whether it was, and how long
        it lived after that."""
        begun, before = threading.Event(), self.server.connections
        answer = self.server.answer

        def noticed(request):
            begun.set()
            return answer(request)

        self.server.answer = noticed
        command = [sys.executable, str(LAUNCH), str(self.later), "-C", str(self.folder), *command]
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        child = subprocess.Popen(command, env=self._environ(), cwd=ROOT, **quiet)
        begun.wait(30)
        since = time.monotonic()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        child.kill()
        code = child.wait()
        self.server.answer = answer
        lived = time.monotonic() - since
        self.outlive(before)
        return code == -signal.SIGKILL, lived

    def outlive(self, before):
        """Returns when all has arrived that a dead process had sent, and there are as many connections as `before`:
        time that is passed on request must not overtake what is on its way."""
        while self.server.connections > before:
            time.sleep(0.002)

    def pass_time(self, seconds):
        """On the services' clocks and on ours."""
        self.later += seconds
        self.control.advance(seconds)

    def plan(self):
        """What is left to do, by address."""
        _, _, out = self.run("plan", "--json")
        return {change["address"]: change for change in json.loads(out)["changes"]}

    def said(self):
        return (self.folder / ".err").read_text()

    def jobs(self):
        """By address, all that was ever started for it. A run of DataArts, which carries no marks, is known by its
        parameter; a switch counts where it was ever switched on."""
        found = {}
        for job in self.control.jobs():
            if job["kind"] != "DataArtsJob" or "since" in job["request"]:
                found.setdefault(_address(job), []).append(job)
        return found

    def doubles(self):
        """Addresses with two jobs of one attempt, or with two that live."""
        wrong = []
        for address, jobs in self.jobs().items():
            attempts = Counter(job["tags"].get("reconcile:attempt") for job in jobs if job["tags"])
            live = [job for job in jobs if job["phase"] in LIVE]
            if len(live) > 1 or any(count > 1 for count in attempts.values()):
                wrong.append(address)
        return wrong

    def _environ(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RECONCILE_")}
        return inherited(kept, self.server.endpoint) | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"}


def _address(job):
    match job["kind"]:
        case "DataArtsJob":
            return f"DataArtsJob/{job['name'].removeprefix('hourly-')}"
        case "DataArtsJobRun":
            return f"DataArtsJobRun/{job['request']['jobParams'][0]['value']}"
        case _:
            return job["tags"].get("reconcile:address", f"nobody's {job['kind']}")


@contextlib.contextmanager
def scene(folder, launcher, settings, *, like=None, later=0.0, objects=None):
    """A project on a sandbox of its own; `like`: a folder that was filled before, to begin with. `objects`: its lock
    file is in a bucket, and what that holds to begin with; None: it is in the folder."""
    state = folder / ".sandbox.json"
    if like:
        shutil.copytree(like, folder, dirs_exist_ok=True)
    with started(state=state if like else None, settings=settings) as server:
        bucket = "" if objects is None else bucket_with(objects, server.endpoint)
        made = Scene(folder, launcher, server, later, bucket)
        try:
            yield made
        finally:
            made.control.close()


def bucket_with(objects, endpoint):
    name = f"locks-{uuid.uuid4()}"
    with s3(endpoint) as client:
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        for key, body in objects.items():
            client.put_object(Bucket=name, Key=key, Body=body)
    return name


def objects_in(bucket, endpoint):
    with s3(endpoint) as client:
        keys = [found["Key"] for found in client.list_objects_v2(Bucket=bucket).get("Contents", ())]
        return {key: client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


@contextlib.contextmanager
def s3(endpoint):
    client = boto3.client(
        "s3", REGION, endpoint_url=endpoint, aws_access_key_id="sandbox", aws_secret_access_key="sandbox"
    )
    try:
        yield client
    finally:
        client.close()
