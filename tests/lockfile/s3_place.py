"""A lock file in the S3 of a sandbox, and time that can be moved on."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconcile.lockfile.s3 import S3Store
from reconcile.lockfile.s3_client import connect
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions

KEY = "team/reconcile.lock.json"
SECONDS = 60.0


class Later(Objects):
    """What the store says of the age of its objects, some seconds later."""

    seconds = 0.0

    def get(self, part):
        stored = super().get(part)
        return replace(stored, age=stored.age + self.seconds) if stored else None


def open_later(bucket, seconds, project="documents", **injected):
    """The store as one sees it who comes that much later. Never the clients of another: processes are forked."""
    objects = Later(lambda: connect(LockFileOptions(), bucket), bucket, KEY)
    objects.seconds = seconds
    injected = {"now": lambda: datetime.now(UTC) + timedelta(seconds=seconds), "seconds": SECONDS} | injected
    return S3Store(objects, project, **injected)


class S3Place:
    imports = "from tests.lockfile.s3_place import open_after_all"
    opener = "open_after_all({folder})"
    calls = (
        "reconcile.lockfile.s3_objects.Objects._put",
        "reconcile.lockfile.s3_objects.Objects.delete",
    )

    def __init__(self, folder, client):
        self.folder = folder
        self.client = client
        self.bucket = f"b-{uuid.uuid4()}"
        self.later = 0.0
        client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        (folder / "bucket").write_text(self.bucket)

    def open(self, project="documents", **injected):
        return open_later(self.bucket, self.later, project, **injected)

    def edit(self, old, new):
        text = self.get()
        assert old in text
        self.put(text.replace(old, new))

    def holder_died(self):
        self.later += SECONDS * 10

    def get(self, part=""):
        return self.client.get_object(Bucket=self.bucket, Key=KEY + part)["Body"].read()

    def put(self, body, part=""):
        self.client.put_object(Bucket=self.bucket, Key=KEY + part, Body=body)

    def delete(self, part=""):
        self.client.delete_object(Bucket=self.bucket, Key=KEY + part)

    def parts(self):
        found = self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())
        return [each["Key"].removeprefix(KEY) for each in found]


@pytest.fixture
def place(tmp_path, sandbox, monkeypatch):
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    return S3Place(tmp_path, sandbox.aws("s3"))


_OPENED = itertools.count(1)


def open_after_all(folder):
    """For crash.py, where each world is a folder of its own: the bucket is that of the test, the name differs. Each
    time it is opened long after the time before, so that whoever was killed holds nothing any more."""
    folder = Path(folder)
    bucket, key = (folder / "bucket", KEY) if (folder / "bucket").exists() else (folder.parent / "bucket", folder.name)
    bucket = bucket.read_text()
    objects = Later(lambda: connect(LockFileOptions(), bucket), bucket, key)
    objects.seconds = SECONDS * 2 * next(_OPENED)
    now = datetime.now(UTC) + timedelta(seconds=objects.seconds)
    return S3Store(objects, "documents", seconds=SECONDS, now=lambda: now)
