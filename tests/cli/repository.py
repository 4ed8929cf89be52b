"""A Git repository with a project in it, its bare remote, and somebody else's clone."""

import subprocess
from pathlib import Path


class Repository:
    """A work tree. Nothing around the tests configures it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments, check=True):
        given = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]
        ran = subprocess.run(
            ["git", *given, *arguments], cwd=self.folder, capture_output=True, text=True, check=False, timeout=30
        )
        assert not check or ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def commits(self, name, text):
        """A file, committed and pushed."""
        (self.folder / name).write_text(text)
        self.git("add", "--force", name)
        self.git("commit", "-q", "-m", name)
        self.git("push", "-q", "-u", "origin", "HEAD")

    def log(self, what="origin/main"):
        return self.git("log", "--format=%s", what).splitlines()


def with_remote(folder, remote):
    """The folder as a repository whose first commit, of all that is in it, is pushed."""
    here = Repository(folder)
    here.git("init", "-q")
    here.git("init", "-q", "--bare", str(remote))
    here.git("remote", "add", "origin", str(remote))
    here.git("add", "--all")
    here.git("commit", "-q", "--allow-empty", "-m", "first")
    here.git("push", "-q", "-u", "origin", "main")
    return here


def clone(remote, folder):
    Repository(folder.parent).git("clone", "-q", str(remote), str(folder))
    return Repository(folder)
