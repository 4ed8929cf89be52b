"""The file of `plan --out` and `apply FILE`."""

import secrets
import shlex
from dataclasses import replace
from pathlib import Path

import click

from reconcile.applier.plan_file import PlanFileError, decoded, encoded
from reconcile.applier.saved_plan import SavedPlan, saved
from reconcile.applier.surveyed import Survey
from reconcile.applier.workspace import Workspace
from reconcile.cli.shell.files import write_whole
from reconcile.cli.shell.session import Session
from reconcile.kinds.content import Flaw, read_content

_LARGEST = 2**30  # bytes: of a plan that starts a million jobs


def write_plan(
    session: Session, workspace: Workspace, survey: Survey, path: Path, *, targets: tuple[str, ...], destroy: bool
) -> None:
    """Raises FileNotWritten."""
    nonce = secrets.token_hex(16)
    shown = replace(survey, plan=session.redacted(survey.plan))
    made = saved(workspace, shown, targets=targets, destroy=destroy, now=session.now(), nonce=nonce)
    write_whole(path, encoded(made), private=True)  # it holds tokens, and what is planned
    session.note(f"The plan is in {path}. To carry it out, and nothing else: {_apply(session, path)}")


def _apply(session: Session, path: Path) -> str:
    """The command, with the folder and the shard of this one."""
    folder = ("-C", str(session.folder)) if session.folder != Path() else ()
    shard = ("--shard", session.shard) if session.shard else ()
    return shlex.join(("reconcile", *folder, *shard, "apply", str(path)))


def read_plan(path: Path) -> SavedPlan:
    """Raises StalePlan where it was edited, PlanFileError where there is none."""
    try:
        return decoded(read_content(str(path), largest=_LARGEST), str(path))
    except Flaw as flaw:
        what = f"{flaw.message[0].upper()}{flaw.message[1:]}."
        raise PlanFileError(what, where=str(path), fix="Make one: reconcile plan -o FILE") from flaw


def refuse_options_beside(plan: SavedPlan | None, targets: tuple[str, ...]) -> None:
    """What a plan is about was said when it was made. Raises UsageError."""
    if plan and targets:
        raise click.UsageError("--target cannot be given with a saved plan: it says itself what it is about.")
