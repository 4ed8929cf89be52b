"""`reconcile init`"""

import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from reconcile.cli.shell.session import Session
from reconcile.cli.starter.files import Pipeline, Starter, ci_files, ignored, project_files
from reconcile.cli.starter.package import installed_from
from reconcile.cli.starter.place import place_of
from reconcile.cli.starter.write import add_lines, write_all
from reconcile.errors import UsageError
from reconcile.kinds.envelope import NAME_FORM
from reconcile.manifest.lock_file_rule import lock_file_problem
from reconcile.manifest.project_file import LOCK_FILE, load_project
from reconcile.manifest.walk import PROJECT_FILES
from reconcile.model.address import NAME
from reconcile.model.project import Project
from reconcile.model.s3_place import is_in_s3


@click.command()
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--ci", type=click.Choice([word.value for word in Pipeline]), default=Pipeline.NONE.value, show_default=True,
    help="Which CI shall run it.",
)  # fmt: skip
@click.option("--name", metavar="NAME", help="Of the project.  [default: that of the folder]")
@click.option("--region", metavar="REGION", help="Of AWS.  [default: AWS_REGION, or eu-west-1]")
@click.option("--lock-file", metavar="PLACE", default=LOCK_FILE, show_default=True, help="A path, or s3://bucket/key.")
@click.option("--package", metavar="REQUIREMENT", help="What pip installs in CI.  [default: as this one was installed]")
@click.pass_obj
def init(
    session: Session,
    *,
    directory: Path | None,
    ci: str,
    name: str | None,
    region: str | None,
    lock_file: str,
    package: str | None,
) -> None:
    """Write a project into DIR: project file, two examples, .gitignore; and with --ci what that CI needs to run it.

    Nothing is asked, and no file is overwritten. In a folder that has a project, --ci adds what is for CI and leaves
    the rest as it is. A lock file in Git is committed by CI; one in S3 is better where many people merge.

    \b
    Examples:
      reconcile init jobs
      reconcile init jobs --ci github --lock-file s3://my-bucket/jobs.lock.json
      reconcile init jobs --ci script

    Exit codes: 0 done, 1 something is in the way: nothing was written.
    """
    folder, pipeline = directory or session.folder, Pipeline(ci)
    asked = Starter(
        place_of(folder),
        _name_of(folder) if name is None else name,
        str(uuid.uuid4()),
        region or session.environ.get("AWS_REGION") or "eu-west-1",
        lock_file,
        installed_from() if package is None else package,
    )
    own = [asked.folder / file for file in PROJECT_FILES]
    has_project = any(path.exists() for path in own)
    if has_project and pipeline is not Pipeline.NONE:
        starter = _of(load_project(folder, session.environ), asked)
        written = write_all(list(ci_files(starter, pipeline)))
    else:
        starter = _checked(asked)
        written = write_all([*project_files(starter), *ci_files(starter, pipeline)], nor=own)
    for path in (*written, *_ignoring(starter)):
        session.answer(os.path.relpath(path))
    session.note("\n".join(["", "Next:", *(f"  {step}" for step in _next(starter, pipeline, is_new=not has_project))]))


def _ignoring(starter: Starter) -> list[Path]:
    """The .gitignore, where anything had to be added to it."""
    path = starter.folder / ".gitignore"
    return [path] if add_lines(path, ignored(starter)) else []


def _of(project: Project, asked: Starter) -> Starter:
    """What a project that is there says itself counts, whatever was asked for."""
    return replace(asked, name=project.name, id=project.id, lock_file=_relative(project.lock_file, asked.folder))


def _name_of(folder: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower())[:63].strip("-") or "jobs"


def _relative(lock_file: str, folder: Path) -> str:
    return lock_file if is_in_s3(lock_file) else os.path.relpath(lock_file, folder)


def _checked(asked: Starter) -> Starter:
    """Raises UsageError."""
    if not NAME.fullmatch(asked.name):
        raise UsageError(f"{asked.name!r} is no name for a project.", fix=f"--name takes {NAME_FORM}.")
    if not re.fullmatch(r"[a-z0-9-]+", asked.region):
        raise UsageError(f"{asked.region!r} is no region.", fix="--region takes one like eu-west-1.")
    if problem := lock_file_problem(asked.lock_file, asked.folder):
        raise UsageError(f"--lock-file {asked.lock_file}: {problem}.")
    return asked


def _next(starter: Starter, pipeline: Pipeline, *, is_new: bool) -> Iterator[str]:
    at = os.path.relpath(starter.folder)
    option = "" if at == "." else f"-C {at} "
    if is_new:
        yield f"Put your own jobs into {'this folder' if at == '.' else at}; `reconcile kinds` lists what there is."
    yield f"reconcile {option}plan   (and before that `reconcile sandbox run -- bash` to try it without a cloud)"
    if pipeline in (Pipeline.GITHUB, Pipeline.GITLAB):
        yield from _for_ci(starter, pipeline, option)
    elif pipeline is Pipeline.SCRIPT:
        yield "Let your CI call ci/reconcile.sh: plan on a change, apply once it is merged, drift on a schedule."


def _for_ci(starter: Starter, pipeline: Pipeline, option: str) -> Iterator[str]:
    yield "Make two AWS roles that the CI may assume by OIDC, and set their ARNs as variables of the repository:"
    yield f"  RECONCILE_PLAN_ROLE    allowed what `reconcile {option}iam plan` prints"
    yield f"  RECONCILE_APPLY_ROLE   allowed what `reconcile {option}iam apply` prints, for {starter.place.branch} only"
    if not starter.package:
        yield "Set RECONCILE_PACKAGE as well: what pip shall install, such as git+https://…@v1.0. (This one was not"
        yield "  installed from a repository, and a package of its name in a public index is another program.)"
    if pipeline is Pipeline.GITLAB:
        yield "Set RECONCILE_TOKEN, an access token of the project, and schedule a pipeline for the drift report."
        yield "If .gitlab-ci.yml was there before, let it include the new file."
    if not starter.place.is_repository:
        yield "This is no Git repository yet: `git init`."
    if starter.is_in_git:
        yield f"CI pushes the lock file to {starter.place.branch}: allow that, or give --lock-file s3://… instead."
