"""The roles that a job would run with, read from its spec whatever its service calls the member. Pure."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

_ROLE = re.compile(r"arn:[^:]*:iam::[^:]*:role/.*", re.DOTALL)
_MEMBER = re.compile(r"(?:^r|_r|R)ole(?:_?[Aa](?:rn|RN))?$")


def roles_of(spec: object) -> Iterator[str]:
    """Every value that is a role's ARN, and every one that a member for roles holds: what is there only as a reference
    to a secret cannot be told to be allowed."""
    yield from _roles("", spec)


def fits(role: str, allowed: Sequence[str]) -> bool:
    """`allowed` are ARNs with `*` and `?`; capitals count."""
    return any(fnmatchcase(role, pattern.replace("[", "[[]")) for pattern in allowed)


def _roles(member: str, value: Any) -> Iterator[str]:
    match value:
        case str() if _ROLE.fullmatch(value) or _MEMBER.search(member):
            yield value
        case dict():
            for name, inner in value.items():
                yield from _roles(name, inner)
        case list():
            for inner in value:
                yield from _roles(member, inner)
