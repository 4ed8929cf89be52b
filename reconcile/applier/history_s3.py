"""The history of drift in S3: one object a month, written over only as it was read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from reconcile.applier.history import HistoryError
from reconcile.applier.history_lines import Source
from reconcile.errors import LockFileError
from reconcile.lockfile.s3_client import objects_at
from reconcile.lockfile.s3_objects import Objects
from reconcile.model.project import LockFileOptions
from reconcile.model.s3_place import s3_place

_PART = re.compile(r"\d{4}-\d{2}\.jsonl")
_TRIES = 20  # each but the last has met another writer


def open_in_s3(place: str, options: LockFileOptions) -> "S3History":
    """Connects to nothing yet. Raises HistoryError where the place is not of the form s3://bucket/key."""
    found = s3_place(place)
    if found is None:
        raise HistoryError("This is no place for a history.", where=place, fix="Write it like s3://bucket/path/drift.")
    whole = found._replace(key=found.key.removesuffix(".jsonl"))
    return S3History(objects_at(whole, options))


class S3History:
    """`<key>.2026-11.jsonl` and so on."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def read(self) -> list[Source]:
        with _told():
            parts = sorted(filter(_PART.fullmatch, self._objects.parts("2")))
            stored = [(part, self._objects.get(part)) for part in parts]
        return [Source(self._objects.where(part), found.body) for part, found in stored if found]

    def append(self, line: bytes, *, month: str) -> None:
        part = f"{month}.jsonl"
        with _told():
            for _ in range(_TRIES):
                stored = self._objects.get(part)
                before = stored.body if stored else b""
                torn = b"\n" if before and not before.endswith(b"\n") else b""
                if self._objects.put(part, before + torn + line, over=stored.etag if stored else None) is not None:
                    return
        raise HistoryError(
            "The history of drift could not be written: others write it all the time.",
            where=self._objects.where(part),
            fix="Run the command again, or give each of them a history of its own.",
        )


@contextmanager
def _told() -> Iterator[None]:
    """The client is that of lock files; what it says of them is none of the history's."""
    try:
        yield
    except LockFileError as error:
        raise HistoryError(
            f"The history of drift cannot be used. {error.what}",
            where=error.where,
            fix="Check its place, the credentials, and that they allow s3:GetObject, s3:PutObject and s3:ListBucket.",
        ) from error
