"""Digests, client tokens and job names: the same manifests give the same ones on any machine."""

import hashlib
import re

import orjson

from reconcile.model.address import Address
from reconcile.model.job import Spec

# Never to be changed: every token in the world that is still remembered was made with it.
NAMESPACE = "5b1dbe5e-6c7f-5f0a-9c0e-0f6d5a1c7e21"
_NAMESPACE = bytes.fromhex(NAMESPACE.replace("-", ""))


def digest(kind: str, scope: str, spec: Spec) -> str:
    """`sha256:…` of the content: canonical JSON of kind, scope and spec, with ${job.*} not resolved."""
    content = orjson.dumps([kind, scope, spec], option=orjson.OPT_SORT_KEYS)
    return "sha256:" + hashlib.sha256(content).hexdigest()


def client_token(project: str, environment: str, address: Address, content: str, generation: int, attempt: int) -> str:
    """A UUID in 36 characters, which every job API that takes a token accepts. `content` is a digest."""
    parts = (project, environment, address.kind, address.name, content, str(generation), str(attempt))
    name = "/".join(parts)
    if name.count("/") >= len(parts) or "%" in name:
        name = "/".join(_without_slash(part) for part in parts)
    return _uuid5(name)


def _uuid5(name: str) -> str:
    """`str(uuid.uuid5(NAMESPACE, name))`, without the object: a first plan makes one for every job."""
    made = hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(made[16], 16) & 3]
    return f"{made[:8]}-{made[8:12]}-5{made[13:16]}-{variant}{made[17:20]}-{made[20:32]}"


def _without_slash(part: str) -> str:
    """So that project a/b in environment c is not project a in environment b/c. Ordinary names stay as they are."""
    return part.replace("%", "%25").replace("/", "%2F")


LONGEST_NAME = 63  # the least that any service here takes


def job_name(name: str, attempt: int, token: str, *, longest: int = LONGEST_NAME) -> str:
    """`{name}-{attempt}-{first eight of the token}`, the name cut to fit."""
    tail = f"-{attempt}-{token[:8]}"
    return name[: longest - len(tail)] + tail


_JOB_NAME = re.compile(r"(?P<name>.+)-(?P<attempt>[1-9][0-9]*)-(?P<token>[0-9a-f]{8})")


def split_job_name(text: str) -> tuple[str, int, str] | None:
    """The (possibly cut) name, the attempt and the token's first eight; None where it is no name of ours."""
    match = _JOB_NAME.fullmatch(text)
    return (match["name"], int(match["attempt"]), match["token"]) if match else None
