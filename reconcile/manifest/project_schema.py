"""What a project file may say, and what is wrong with one that says something else."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import SchemaValidator

from reconcile.kinds.descriptor import Limits
from reconcile.kinds.envelope import API_VERSION
from reconcile.kinds.problems import SpecProblem, problems
from reconcile.kinds.reader import Unreadable, read
from reconcile.kinds.vocabulary import Schema, structure, text, whole, words
from reconcile.manifest.providers import TYPES, provider_type
from reconcile.model.address import NAME

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_URL = r"https?://[^\s/]+(?:/\S*)?"
_WORD = r"[^\s/]+"  # a part of a scope
_BUCKET = re.compile(r"s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]/.*[^/]")
_SHARED: Schema = {"limits": {"type": "any"}, "marks": words("tags+name", "name")}

_PROVIDERS = {
    "aws": structure(
        type=words("aws"),
        region=text(_WORD),
        profile=text(".+"),
        roleArn=text("arn:.+"),
        endpointUrl=text(_URL),
        accountId=text("[0-9]{12}"),
        **_SHARED,
    ),
    "dataarts": structure(
        type=words("dataarts"), endpoint=text(_URL), projectId=text(_WORD), workspace=text(_WORD), **_SHARED
    ),
}
_PROJECT = structure(
    ("apiVersion", "kind", "metadata"),
    apiVersion=words(API_VERSION),
    kind=words("Project"),
    metadata=structure(("name",), name=text(NAME.pattern), id=text(_UUID)),
    providers={
        "type": "dict",
        "keys_schema": text("[A-Za-z0-9][-_A-Za-z0-9]*"),
        "values_schema": {"type": "dict", "keys_schema": {"type": "str"}},
    },
    lockFile=text(),
    guards=structure(maxStops=whole(least=0), maxStopPercent={"type": "float", "ge": 0, "le": 100}),
)


def project_file_problems(value: object) -> Iterator[SpecProblem]:
    """All of them, with paths from the top of the file."""
    yield from problems(SchemaValidator(_PROJECT), _PROJECT, value)
    match value:
        case {"providers": dict() as providers}:
            for name, entry in providers.items():
                if isinstance(entry, dict):
                    yield from _below(("providers", name), _provider_problems(str(name), entry))
    match value:
        case {"lockFile": str() as lock_file} if message := _lock_file_problem(lock_file):
            yield SpecProblem(("lockFile",), message)


def _provider_problems(name: str, entry: Mapping[str, Any]) -> Iterator[SpecProblem]:
    kind = provider_type(name, entry)
    if kind not in TYPES:
        yield SpecProblem(("type",), f"{kind!r} is not one of: {', '.join(TYPES)}")
        return
    yield from problems(SchemaValidator(_PROVIDERS[kind]), _PROVIDERS[kind], entry)
    match entry.get("limits", "off"):
        case "off":
            return
        case dict() as limits:
            for kind, own in limits.items():
                yield from _limit_problems(("limits", kind), own)
        case _:
            yield SpecProblem(
                ("limits",), "write off, or limits of kinds: {EMRServerlessJobRun: {start: 5/s, active: 20}}"
            )


def _limit_problems(path: tuple[str, ...], own: object) -> Iterator[SpecProblem]:
    if not isinstance(own, dict):
        yield SpecProblem(path, "write limits like {start: 5/s burst 10, active: 20}")
        return
    for name, value in own.items():
        try:
            read(Limits, {name: None if value == "off" else value})
        except Unreadable as error:
            yield SpecProblem((*path, str(name)), error.what, at_key="unknown" in error.what)


def _lock_file_problem(lock_file: str) -> str:
    if lock_file.startswith("s3:"):
        return "" if _BUCKET.fullmatch(lock_file) else "write it like s3://bucket/path/reconcile.lock.json"
    parts = lock_file.split("/")
    if lock_file.startswith("/") or ".." in parts or "\\" in lock_file or "\0" in lock_file:
        return "the lock file must lie in the project folder; write its name relative to it, or s3://bucket/key"
    return "" if parts[-1] not in ("", ".") else "this names no file"


def _below(path: tuple[str, ...], found: Iterator[SpecProblem]) -> Iterator[SpecProblem]:
    return (SpecProblem((*path, *problem.path), problem.message, problem.at_key) for problem in found)
