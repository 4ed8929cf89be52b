"""What is wrong with a project file: its schema's problems, and those that no schema knows."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reconcile.kinds.problems import SpecProblem
from reconcile.kinds.project_file import project_problems
from reconcile.manifest.lock_file_rule import lock_file_problem
from reconcile.manifest.providers import provider_type
from reconcile.manifest.variable_rules import variable_problems
from reconcile.model.duration import PATTERN, seconds_of
from reconcile.model.s3_place import is_in_s3

_OF_TYPE = {
    "aws": ("region", "profile", "roleArn", "endpointUrl", "accountId"),
    "dataarts": ("endpoint", "projectId", "workspace"),
}
_IN_SCOPE = ("region", "projectId", "workspace")
_SCOPE_PART = re.compile(r"[^\s/]*")
_LONGEST_LEASE = 3600


def project_file_problems(value: object, folder: Path) -> Iterator[SpecProblem]:
    """All of them, with paths from the top of the file. `folder` is resolved."""
    yield from project_problems(value)
    if isinstance(value, dict):
        yield from variable_problems(value)
    match value:
        case {"providers": dict() as providers}:
            for name, entry in providers.items():
                if isinstance(entry, dict):
                    yield from _provider_problems(str(name), entry)
    match value:
        case {"lockFile": str() as lock_file} if message := lock_file_problem(lock_file, folder):
            yield SpecProblem(("lockFile",), message)
    match value:
        case {"lockFileOptions": dict() as options, **others}:
            yield from _option_problems(options, str(others.get("lockFile", "")))


def _provider_problems(name: str, entry: Mapping[str, Any]) -> Iterator[SpecProblem]:
    own = provider_type(name, entry)
    for other, fields in _OF_TYPE.items():
        for field in fields:
            if field in entry and own in _OF_TYPE and other != own:
                message = f"a field of providers of type {other}, and this one is of type {own}"
                yield SpecProblem(("providers", name, field), message, at_key=True)
    for field in _IN_SCOPE:
        if isinstance(part := entry.get(field), str) and not _SCOPE_PART.fullmatch(part):
            yield SpecProblem(("providers", name, field), "a name without spaces and slashes is needed")


def _option_problems(options: Mapping[str, Any], lock_file: str) -> Iterator[SpecProblem]:
    if not is_in_s3(lock_file):
        yield SpecProblem(("lockFileOptions",), "these are for a lockFile in S3, and this one is not", at_key=True)
    lease = options.get("lease")
    if isinstance(lease, str) and re.fullmatch(PATTERN, lease) and not 1 <= seconds_of(lease) <= _LONGEST_LEASE:
        yield SpecProblem(("lockFileOptions", "lease"), "from 1s to 1h")
