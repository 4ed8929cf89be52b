"""`--commit`: the lock file goes into Git after the apply that changed it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from reconcile.errors import UsageError
from reconcile.lockfile.in_git import GitFile, NotPushed, in_git
from reconcile.model.project import Project
from reconcile.model.result import Result
from reconcile.model.s3_place import is_in_s3

_NAMED = 20  # addresses in a message


def committable(project: Project, environ: Mapping[str, str]) -> GitFile:
    """What stands in the way of the commit is said before anything is started. Raises UsageError, NotCommittable."""
    if is_in_s3(project.lock_file):
        raise UsageError(f"--commit is for a lock file in Git; this one is {project.lock_file}.", fix="Leave it out.")
    file = in_git(Path(project.own_lock_file), environ)
    file.check_up_to_date()
    return file


def keep(file: GitFile, result: Result, project: Project) -> NotPushed | None:
    """Done whatever became of the apply: what it started is in the file."""
    try:
        file.keep(_message(result, project))
    except NotPushed as error:
        return error
    return None


def _message(result: Result, project: Project) -> str:
    """Commits of the file need no run of CI: both GitHub and GitLab leave one out at these words."""
    counts = ", ".join(f"{count} {ended}" for ended, count in Counter(row.ended for row in result.rows).items())
    lines = [f"{row.action.symbol} {row.address}: {row.ended}" for row in result.rows[:_NAMED]]
    if len(result.rows) > _NAMED:
        lines.append(f"… and {len(result.rows) - _NAMED} more")
    return "\n".join([f"reconcile {project.name}: {counts or 'lock file'}", "", *lines, "", "[skip ci]"])
