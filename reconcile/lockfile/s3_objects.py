"""The objects of a lock file in S3: all that begins with its name. Every write has a condition."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from botocore.exceptions import IncompleteReadError, ReadTimeoutError, ResponseStreamingError

from reconcile.errors import LockFileError
from reconcile.lockfile.s3_errors import code_of, is_busy, is_taken, is_unclear, told

_Result = TypeVar("_Result")
_TRIES = 3  # of what the SDK does not try again: a body that is cut off, a write that met another
_BATCH = 1000  # S3 deletes no more at once


@dataclass(frozen=True, slots=True)
class Stored:
    """`age` is in seconds by the store's own clock, which is the same for all who ask; None where it does not say."""

    body: bytes
    etag: str
    age: float | None = None


class Objects:
    """`part` is what comes after the lock file's name: "" is the file itself, "lease" its lease. Safe for threads.
    Raises LockFileError."""

    def __init__(self, connect: Callable[[], Any], bucket: str, key: str, *, kms_key_id: str = "") -> None:
        self._connect = connect
        self._made: Any = None
        self._bucket = bucket
        self._key = key
        self._encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key_id} if kms_key_id else {}

    def where(self, part: str = "") -> str:
        return f"s3://{self._bucket}/{self._name(part)}"

    def get(self, part: str) -> Stored | None:
        """None where there is no such object."""
        with told("read it", self.where(part)):
            return _again(lambda: self._get(part))

    def put(self, part: str, body: bytes, *, over: str | None) -> str | None:
        """Writes over the version of that ETag, or where there is nothing yet (None). Returns the new ETag; None where
        something else is there. No two writes have the same body: what is found there with this one is ours, whatever
        was answered to the attempts that put it there."""
        with told("write it", self.where(part)):
            for tries in range(1, _TRIES + 1):
                try:
                    return self._put(part, body, over)
                except Exception as error:
                    if not (is_taken(error) or is_unclear(error)):
                        raise
                    there = self._found(part, error)
                    if there is not None and there.body == body:
                        return there.etag
                    if is_taken(error) or (there.etag if there else None) != over:
                        return None
                    if not is_busy(error) or tries == _TRIES:
                        raise
        raise AssertionError("unreachable")

    def refuses(self, part: str, body: bytes, *, over: str | None) -> bool:
        """Whether such a write is refused because its condition does not hold, as it should be."""
        with told("write it", self.where(part)):
            try:
                self._put(part, body, over)
            except Exception as error:
                if not (is_taken(error) or is_busy(error)):
                    raise
                return True
            return False

    def parts(self, begin: str) -> list[str]:
        """All that begin so, in alphabetical order."""
        with told("list what is beside it", self.where()):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._name(begin)
            )
            start = len(self._name("-")) - 1
            return [found["Key"][start:] for page in pages for found in page.get("Contents", ())]

    def delete(self, parts: Sequence[str]) -> None:
        """Without a condition: only what nobody writes any more is ever deleted."""
        with told("remove what was folded", self.where()):
            for first in range(0, len(parts), _BATCH):
                names = [{"Key": self._name(part)} for part in parts[first : first + _BATCH]]
                reply = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": names, "Quiet": True})
                self._refuse_failures(reply.get("Errors", ()))

    @property
    def _client(self) -> Any:
        if self._made is None:
            self._made = self._connect()
        return self._made

    def _name(self, part: str) -> str:
        return f"{self._key}.{part}" if part else self._key

    def _get(self, part: str) -> Stored | None:
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=self._name(part))
        except Exception as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        return Stored(reply["Body"].read(), reply["ETag"], _age(reply))

    def _put(self, part: str, body: bytes, over: str | None) -> str:
        condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
        reply = self._client.put_object(
            Bucket=self._bucket,
            Key=self._name(part),
            Body=body,
            ContentType="application/json",
            **condition,
            **self._encryption,
        )
        return str(reply["ETag"])

    def _found(self, part: str, error: Exception) -> Stored | None:
        """What is there after a write whose fate is not known. Where that cannot be told either, the write's own error
        is the one to tell."""
        try:
            return _again(lambda: self._get(part))
        except Exception:
            raise error from None

    def _refuse_failures(self, failures: Iterable[Any]) -> None:
        for failure in failures:
            raise LockFileError(
                f"Cannot remove what was folded: {failure.get('Code')}: {failure.get('Message')}.",
                where=f"s3://{self._bucket}/{failure.get('Key')}",
                fix="Allow these credentials s3:DeleteObject on all that begins with the lock file's name.",
            )


def _again(read: Callable[[], _Result]) -> _Result:
    """A body that is cut off is asked for again; all before it the SDK tries again by itself."""
    for _ in range(_TRIES - 1):
        try:
            return read()
        except (IncompleteReadError, ReadTimeoutError, ResponseStreamingError):
            continue
    return read()


def _age(reply: Any) -> float | None:
    date = reply["ResponseMetadata"]["HTTPHeaders"].get("date")
    try:
        return (parsedate_to_datetime(date) - reply["LastModified"]).total_seconds() if date else None
    except (ValueError, TypeError, KeyError):
        return None
