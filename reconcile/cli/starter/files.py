"""Which files a new project has, and which its CI needs."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from reconcile.cli.starter.fill import filled
from reconcile.cli.starter.place import Place
from reconcile.model.quoted import quoted
from reconcile.model.s3_place import is_in_s3

SCRIPT = "ci/reconcile.sh"
_CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
_WITHOUT_CREDENTIALS = "          persist-credentials: false\n"
_OF_BRANCH = (
    "          persist-credentials: true  # to push the lock file\n"
    "          ref: ${{ github.ref_name }}  # not what was pushed: the lock file may have moved on\n"
)


class Pipeline(StrEnum):
    """What runs it; the value is a word of `init --ci`."""

    NONE = "none"
    GITHUB = "github"
    GITLAB = "gitlab"
    SCRIPT = "script"


class File(NamedTuple):
    path: Path
    text: str
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Starter:
    """What is asked of `init`. `package` is what pip shall install in CI, "" where a variable there says so."""

    place: Place
    name: str
    id: str
    region: str
    lock_file: str
    package: str

    @property
    def folder(self) -> Path:
        return self.place.root / self.place.folder

    @property
    def is_in_git(self) -> bool:
        """The lock file."""
        return not is_in_s3(self.lock_file)


def project_files(starter: Starter) -> Iterator[File]:
    values = {
        "PROJECT": starter.name, "ID": starter.id, "REGION": quoted(starter.region),
        "LOCK_FILE": quoted(starter.lock_file),
    }  # fmt: skip
    yield File(starter.folder / "reconcile.yaml", filled("project.yaml", values))
    for name in ("nightly.yaml", "contracts.yaml"):
        yield File(starter.folder / name, filled(name, {}))


def ignored(starter: Starter) -> list[str]:
    """Lines for .gitignore: the journal, the lease, what a crash leaves and rescue files all begin with the name of
    the lock file. So do the lock files of shards, which are for Git, and what stands beside each of them."""
    name = Path(starter.lock_file).name
    special = "".join(f"\\{char}" if char in "*?[]\\#! " else char for char in name)
    shards = f"{special}.shard-*-of-*"
    return [f"{special}.*", f"!{shards}", f"{shards}.*", ".reports/"]


def ci_files(starter: Starter, pipeline: Pipeline) -> Iterator[File]:
    root = starter.place.root
    match pipeline:
        case Pipeline.GITHUB:
            yield File(root / ".github" / "workflows" / f"reconcile-{starter.name}.yml", _github(starter))
        case Pipeline.GITLAB:
            included = f".gitlab/reconcile-{starter.name}.yml"
            yield File(root / included, filled("gitlab.yaml", _values(starter)))
            if not (root / ".gitlab-ci.yml").exists():
                yield File(root / ".gitlab-ci.yml", f"include:\n  - local: {included}\n")
        case Pipeline.SCRIPT:
            yield File(root / SCRIPT, filled("script.sh", _values(starter)), is_program=True)
        case Pipeline.NONE:
            pass


def _github(starter: Starter) -> str:
    values = _values(starter)
    for role in ("PLAN", "APPLY"):
        values[f"SETUP_{role}"] = filled("github-setup.yaml", {**values, "ROLE": f"RECONCILE_{role}_ROLE"})
    for step in ("plan", "apply", "drift"):
        values[f"UPLOAD_{step.upper()}"] = filled("github-upload.yaml", {**values, "STEP": step})
    return filled("github.yaml", values)


def _values(starter: Starter) -> dict[str, str]:
    """Every text that somebody chose is quoted."""
    package = quoted(starter.package) if starter.package else ""
    return {
        "PROJECT": starter.name,
        "BRANCH": quoted(starter.place.branch),
        "DIR": quoted(starter.place.folder),
        "SHELL_DIR": shlex.quote(starter.place.folder),
        "REGION": quoted(starter.region),
        "MINUTE": str(crc32(starter.id.encode()) % 60),  # not everybody at once
        "PACKAGE": package or "${{ vars.RECONCILE_PACKAGE }}",
        "PACKAGE_LINE": f"    RECONCILE_PACKAGE: {package}\n" if package else "",
        "PACKAGE_NEEDED": "" if package else ",\n# and RECONCILE_PACKAGE, what pip shall install",
        "TOKEN_SCOPE": " and write_repository" if starter.is_in_git else "",
        "COMMIT": " --commit" if starter.is_in_git else "",
        "CONTENTS": "write" if starter.is_in_git else "read",
        "CHECKOUT": _CHECKOUT,
        "CHECKOUT_APPLY": _OF_BRANCH if starter.is_in_git else _WITHOUT_CREDENTIALS,
        "GITLAB_BRANCH": filled("gitlab-branch.yaml", {}) if starter.is_in_git else "",
        "SCRIPT": SCRIPT,
    }
