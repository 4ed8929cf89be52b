"""`apply --commit`: the lock file in Git, beside people and runners that push at the same time."""

import pytest

from reconcile.errors import Exit
from tests.cli.repository import clone, with_remote

LOCK = "reconcile.lock.json"
NIGHTLY = "EMRServerlessJobRun/nightly"


@pytest.fixture(autouse=True)
def _git_as_it_comes(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")


@pytest.fixture
def remote(tmp_path_factory):
    return tmp_path_factory.mktemp("remote") / "jobs.git"


@pytest.fixture
def here(project, remote):
    project.has("job-run.yaml")
    (project.folder / ".gitignore").write_text(f"{LOCK}.*\n")
    return with_remote(project.folder, remote)


@pytest.fixture
def other(here, remote, tmp_path_factory):
    """Somebody else's clone."""
    return clone(remote, tmp_path_factory.mktemp("other") / "jobs")


def applied(project):
    return project("apply", "--auto-approve", "--commit")


def test_the_lock_file_and_nothing_else_is_committed_and_pushed(project, here, tmp_path):
    (here.folder / "notes").write_text("mine")
    (here.folder / "job-run.yaml").write_text((here.folder / "job-run.yaml").read_text() + "# mine\n")
    here.git("add", "notes")
    for hook in ("pre-commit", "post-commit", "commit-msg", "pre-push"):
        (here.folder / ".git" / "hooks" / hook).write_text("#!/bin/sh\ntouch ../surprise; exit 1\n")
        (here.folder / ".git" / "hooks" / hook).chmod(0o755)
    assert applied(project).code == Exit.DONE
    assert here.git("show", "--name-only", "--format=", "origin/main") == LOCK
    said = here.git("log", "-1", "--format=%B", "origin/main")
    assert (said.splitlines()[0], "[skip ci]" in said, NIGHTLY in said) == ("reconcile examples: 1 done", True, True)
    assert here.git("status", "--porcelain").splitlines() == ["M job-run.yaml", "A  notes"]
    assert not (here.folder.parent / "surprise").exists()


def test_an_apply_without_changes_commits_nothing(project, here):
    for _ in range(3):
        assert applied(project).code == Exit.DONE
    assert len(here.log()) <= 3, "the second one saw the end of the job"
    before = here.log()
    assert applied(project).code == Exit.DONE
    assert here.log() == before


def test_what_others_pushed_meanwhile_stays_and_the_file_goes_on_top(project, here, other, sandbox, monkeypatch):
    pushed_while_applying(monkeypatch, lambda: other.commits("theirs", "1"))
    (here.folder / "notes").write_text("mine")
    assert applied(project).code == Exit.DONE
    assert here.log() == ["reconcile examples: 1 done", "theirs", "first"]
    assert (here.log("HEAD"), here.git("status", "--porcelain")) == (here.log(), "?? notes")
    assert (here.folder / "theirs").read_text() == "1"


def test_what_cannot_be_pushed_stays_committed_and_the_next_apply_copes(project, here, other, sandbox, monkeypatch):
    """Somebody else changed the lock file too: nothing is overwritten, and what to do is said."""
    undo = pushed_while_applying(monkeypatch, lambda: other.commits(LOCK, "{}"))
    ran = applied(project)
    assert (ran.code, "git pull --rebase" in ran.err, NIGHTLY in ran.out) == (Exit.PARTLY, True, True)
    assert (here.log("HEAD")[0], here.log()[0]) == ("reconcile examples: 1 done", LOCK)
    undo()
    again = applied(project)
    assert (again.code, "newer lock file" in again.err) == (Exit.ERROR, True)
    here.git("pull", "-q", "--rebase", "-X", "theirs")
    assert applied(project).code == Exit.DONE
    assert len(sandbox.control.jobs()) == 1
    assert here.git("show", f"origin/main:{LOCK}") == (here.folder / LOCK).read_text().strip()


def test_a_remote_that_refuses_loses_nothing(project, here, remote, sandbox):
    refusing = remote / "hooks" / "pre-receive"
    refusing.write_text("#!/bin/sh\necho this branch is protected >&2; exit 1\n")
    refusing.chmod(0o755)
    ran = applied(project)
    assert (ran.code, "this branch is protected" in ran.err) == (Exit.PARTLY, True)
    assert here.log("HEAD")[0] == "reconcile examples: 1 done"
    refusing.unlink()
    assert applied(project).code == Exit.DONE
    assert here.log()[-1] == "first"
    assert here.log() == here.log("HEAD")
    assert len(sandbox.control.jobs()) == 1


def hidden(here, how):
    here.commits(LOCK, "{}")
    here.git("update-index", how, LOCK)
    (here.folder / LOCK).unlink()


def spoiled(here, how):
    {
        "no upstream": lambda: here.git("branch", "--unset-upstream"),
        "detached": lambda: here.git("checkout", "-q", "--detach"),
        "ignored": lambda: (here.folder / ".git/info/exclude").write_text(LOCK),
        "not pushed": lambda: (here.git("mv", "job-run.yaml", "other.yaml"), here.git("commit", "-qm", "moved")),
        "no work tree": lambda: (here.folder / ".git").rename(here.folder.parent / "gone"),
        "skip-worktree": lambda: hidden(here, "--skip-worktree"),
        "assume-unchanged": lambda: hidden(here, "--assume-unchanged"),
        "git failed": lambda: here.git("remote", "set-url", "origin", "/nowhere"),
    }[how]()


@pytest.mark.parametrize(
    "how",
    [
        "no upstream",
        "detached",
        "ignored",
        "not pushed",
        "no work tree",
        "skip-worktree",
        "assume-unchanged",
        "git failed",
    ],
)
def test_where_it_could_not_be_pushed_nothing_is_started(how, project, here, sandbox):
    spoiled(here, how)
    ran = applied(project)
    assert (ran.code, how in ran.err, "fix:" in ran.err) == (Exit.ERROR, True, True), ran.err
    assert sandbox.control.jobs() == []


def test_a_lock_file_in_s3_is_not_for_git(project, here, sandbox):
    where = {"LocationConstraint": "eu-west-1"}
    sandbox.aws("s3").create_bucket(Bucket="not-for-git", CreateBucketConfiguration=where)
    file = here.folder / "reconcile.yaml"
    file.write_text(f"{file.read_text()}lockFile: s3://not-for-git/lock.json\n")
    ran = applied(project)
    assert (ran.code, "--commit" in ran.err, sandbox.control.jobs()) == (Exit.USAGE, True, [])


def pushed_while_applying(monkeypatch, push):
    """Somebody pushes between the start of the jobs and our own push."""
    from reconcile.cli.shell import applying

    real, todo = applying.apply, [push]

    def slow(*arguments, **more):
        result = real(*arguments, **more)
        todo.pop()() if todo else None
        return result

    monkeypatch.setattr(applying, "apply", slow)
    return todo.clear
