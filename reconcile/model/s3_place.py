"""Places in S3, as people write them: s3://bucket/key."""

import re
from typing import NamedTuple

_SCHEME = "s3://"
_PLACE = re.compile(rf"{_SCHEME}([a-z0-9][-.a-z0-9]{{1,61}}[a-z0-9])/(.*[^/])")


class S3Place(NamedTuple):
    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.key}"


def is_in_s3(place: str) -> bool:
    """Meant to be, right or wrong; all else is a path."""
    return place.startswith("s3:")


def s3_place(text: str) -> S3Place | None:
    """None where it is none, or names no object."""
    found = _PLACE.fullmatch(text)
    return S3Place(found[1], found[2]) if found else None
