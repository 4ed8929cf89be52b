"""A bucket of S3 in memory, and the client of it that a process has: requests take time, and may meet with anything.

As in S3: reads see every write that was answered, every condition of a write is kept, and the ETag is made from the
content. The client tries again what botocore's does.
"""

import contextlib
import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO
from typing import NamedTuple

from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.simulation.turns import pass_time

STORE_BEFORE = ("unreachable", "500", "503", "409", "refused")
STORE_AFTER = ("dropped", "500 after", "503 after")
STORE_LATE = "late"  # a write that arrives when nobody waits for its answer any more
STORE_FAULTS = (*STORE_BEFORE, *STORE_AFTER, STORE_LATE)

_PAUSES = (0.05, 0.4, 1.0)  # seconds before the SDK's second, third and fourth attempt
_READ_TIMEOUT = 20.0
_SAID = {
    "500": ("InternalError", 500),
    "503": ("SlowDown", 503),
    "409": ("ConditionalRequestConflict", 409),
    "refused": ("AccessDenied", 403),
}


class Stored(NamedTuple):
    body: bytes
    etag: str
    modified: float


class Bucket:
    def __init__(self, clock):
        self.clock = clock
        self.objects = {}

    def put(self, key, body, if_match=None, if_none_match=None):
        there = self.objects.get(key)
        if if_match is not None and there is None:
            raise refusal("NoSuchKey", 404)
        if (if_none_match and there is not None) or (if_match is not None and there.etag != if_match):
            raise refusal("PreconditionFailed", 412)
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        self.objects[key] = Stored(body, etag, self.clock())
        return {"ETag": etag}

    def get(self, key):
        there = self.objects.get(key)
        if there is None:
            raise refusal("NoSuchKey", 404)
        headers = {"date": format_datetime(_whole(self.clock()), usegmt=True)}
        return {
            "Body": BytesIO(there.body),
            "ETag": there.etag,
            "LastModified": _whole(there.modified),
            "ResponseMetadata": {"HTTPHeaders": headers},
        }

    def list(self, prefix):
        return [{"Key": key} for key in sorted(self.objects) if key.startswith(prefix)]

    def delete(self, keys):
        for key in keys:
            self.objects.pop(key, None)
        return {}


class Client:
    """Of one process. Its methods are those of botocore's that the store uses."""

    def __init__(self, world, bucket, process, weather):
        self._world = world
        self._bucket = bucket
        self._process = process
        self._weather = weather

    def put_object(self, **asked):
        condition = asked.get("IfMatch"), asked.get("IfNoneMatch")
        return self._ask("append", lambda: self._bucket.put(asked["Key"], asked["Body"], *condition))

    def get_object(self, **asked):
        return self._ask("get", lambda: self._bucket.get(asked["Key"]))

    def delete_objects(self, **asked):
        keys = [each["Key"] for each in asked["Delete"]["Objects"]]
        return self._ask("delete", lambda: self._bucket.delete(keys))

    def get_paginator(self, _):
        return self

    def paginate(self, **asked):
        return [{"Contents": self._ask("list", lambda: self._bucket.list(asked["Prefix"]))}]

    def _ask(self, what, act):
        for pause in _PAUSES:
            try:
                return self._once(what, act)
            except (ClientError, ConnectionClosedError, ReadTimeoutError) as error:
                if isinstance(error, ClientError) and error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                    raise
            pass_time(pause)
        return self._once(what, act)

    def _once(self, what, act):
        seconds = self._process.rng.choice((0.005, 0.02, 0.1)) if self._process.is_one else 0.0
        try:
            self._process.step(what)
        except OSError:
            raise refusal(*_SAID["refused"]) from None
        pass_time(seconds)
        fault = self._fault(what)
        if fault in _SAID:
            raise refusal(*_SAID[fault])
        if fault == "unreachable":
            raise ConnectionClosedError(endpoint_url="s3")
        if fault == STORE_LATE:
            self._world.later(self._process.rng.uniform(0.5, 90.0), lambda: _quietly(act))
            pass_time(_READ_TIMEOUT)
            raise ReadTimeoutError(endpoint_url="s3")
        reply = refused = None
        try:
            reply = act()
        except ClientError as error:
            refused = error
        self._process.step(f"after {what}")
        pass_time(seconds)
        if fault == "dropped":
            raise ConnectionClosedError(endpoint_url="s3")
        if fault or refused:
            raise refusal(*_SAID[fault.partition(" ")[0]]) if fault else refused
        return reply

    def _fault(self, what):
        weather = self._weather
        faults = [fault for fault in weather.store if what == "append" or fault not in (STORE_LATE, "409")]
        if not faults or self._process.rng.random() >= weather.chance:
            return ""
        return self._process.rng.choice(faults)


def refusal(code, status):
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "request")


def _quietly(act):
    with contextlib.suppress(ClientError):
        act()


def _whole(seconds):
    return datetime.fromtimestamp(int(seconds), UTC)
