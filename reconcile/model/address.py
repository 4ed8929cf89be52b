"""The address of a job: kind and name, unique in a project."""

import re
from typing import NamedTuple

NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


class Address(NamedTuple):
    """`EMRServerlessJobRun/nightly`. Orders by kind, then name; prints as people write it."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """`Kind/name`. Raises ValueError where it is not of that form."""
        kind, slash, name = text.partition("/")
        if not (kind and slash and NAME.fullmatch(name)):
            raise ValueError(f"{text!r} is not of the form Kind/name")
        return cls(kind, name)
