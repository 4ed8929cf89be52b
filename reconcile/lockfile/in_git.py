"""A lock file that is kept in Git: committed alone, and pushed, after every apply that changed it."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import Exit, LockFileError
from reconcile.lockfile.git import Git, GitFailed

_TRIES = 5  # of a push that others keep coming before


class NotCommittable(LockFileError):
    """The lock file could not be committed or pushed afterwards: nothing was started."""

    code = "git"


class NotPushed(LockFileError):
    """The lock file is on the disk, and may be committed, but is not where others see it."""

    code = "not-pushed"
    exit = Exit.PARTLY


@dataclass(frozen=True, slots=True)
class GitFile:
    """One file of a work tree, and the branch that it is pushed to."""

    git: Git
    name: str  # in its folder
    path: str  # from the root of the work tree
    remote: str
    branch: str  # of the remote, as refs/heads/…

    def check_up_to_date(self) -> None:
        """Raises NotCommittable where a push could not go well, or where others have a newer lock file."""
        tip = self._fetched()
        base = self._base(tip)
        if others := self._changed_besides(base):
            raise NotCommittable(
                f"This branch has commits that are not pushed, and they would be with the lock file: {others[0]}.",
                where=str(self.git.folder),
                fix="git push, then run this again.",
            )
        if self._changed_by(base, tip):
            raise NotCommittable(
                f"There is a newer lock file in {self.remote}, {self.branch}.",
                where=str(self.git.folder / self.name),
                fix="git pull --rebase, then run this again.",
            )

    def keep(self, message: str) -> None:
        """Commits the file if it differs from what is committed, and nothing else, whatever is staged; and pushes what
        the remote does not have. Raises NotPushed."""
        try:
            self._commit(message)
            self._push(message)
        except GitFailed as error:
            raise NotPushed(
                f"The lock file was not committed and pushed: {error.said}",
                where=str(self.git.folder / self.name),
                fix="It is on the disk. See to what git says, then commit it, if it is not, and push; or run this "
                "apply again.",
            ) from error

    def _commit(self, message: str) -> None:
        if not self.git("status", "--porcelain", "--", self.name):
            return
        self.git("add", "--", self.name)  # it may be new
        words = ("--quiet", "--no-verify", "--only", "-m", message)
        self.git("commit", *words, "--", self.name, settings=self._identity())

    def _identity(self) -> tuple[str, ...]:
        """CI runners often have none."""
        try:
            self.git("var", "GIT_AUTHOR_IDENT")
            self.git("var", "GIT_COMMITTER_IDENT")
        except GitFailed:
            return ("user.name=reconcile", "user.email=reconcile@localhost")
        return ()

    def _push(self, message: str) -> None:
        """Where others pushed meanwhile, the file is committed again on top of what they did."""
        for _ in range(_TRIES):
            tip = self._fetched()
            if self._is_in("HEAD", tip):
                return None
            commit = self.git("rev-parse", "HEAD") if self._is_in(tip, "HEAD") else self._on_top_of(tip, message)
            try:
                self.git("push", "--quiet", self.remote, f"{commit}:{self.branch}")
            except GitFailed:
                if self._fetched() == tip:
                    raise  # nobody came before us: it was refused for another reason
            else:
                return self._follow(commit)
        raise GitFailed("others keep pushing", ("push",), self.git.folder)

    def _is_in(self, commit: str, tip: str) -> bool:
        return self.git.holds("merge-base", "--is-ancestor", commit, tip)

    def _check_apart(self, tip: str) -> None:
        base = self._base(tip)
        others = self._changed_besides(base)
        if not others and not self._changed_by(base, tip):
            return
        what = f"so did you, in {others[0]}" if others else "and they changed the lock file as well"
        raise NotPushed(
            f"The lock file is committed but not pushed: others pushed to {self.branch}, {what}.",
            where=str(self.git.folder / self.name),
            fix="git pull --rebase (of a conflict in the lock file, take either side: what was started is found by its "
            "marks), git push, then run this apply again.",
        )

    def _on_top_of(self, tip: str, message: str) -> str:
        """A commit of the file alone, made without touching the work tree or what is staged."""
        self._check_apart(tip)
        blob = self.git("rev-parse", f"HEAD:{self.path}")
        mode = self.git("ls-tree", "HEAD", "--", self.name).split()[0]
        with tempfile.TemporaryDirectory() as folder:
            index = Path(folder) / "index"
            self.git("read-tree", tip, index=index)
            self.git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{self.path}", index=index)
            tree = self.git("write-tree", index=index)
        return self.git("commit-tree", tree, "-p", tip, "-m", message, settings=self._identity())

    def _follow(self, commit: str) -> None:
        """Our branch goes where the remote's is. That keeps what is not committed, or is refused."""
        if commit == self.git("rev-parse", "HEAD"):
            return
        try:
            self.git("reset", "--quiet", "--keep", commit)
        except GitFailed as error:
            raise NotPushed(
                f"The lock file is pushed, but this branch could not follow: {error.said}",
                where=str(self.git.folder / self.name),
                fix="Commit or stash what you changed, then: git pull --rebase",
            ) from error

    def _fetched(self) -> str:
        """What the remote's branch is at now."""
        self.git("fetch", "--quiet", "--no-tags", self.remote, self.branch)
        return self.git("rev-parse", "FETCH_HEAD")

    def _base(self, tip: str) -> str:
        """Where the two branches parted."""
        try:
            return self.git("merge-base", "HEAD", tip)
        except GitFailed as error:
            said = f"this branch has no history in common with {self.remote}, {self.branch}"
            raise GitFailed(said, ("merge-base",), self.git.folder) from error

    def _changed_besides(self, base: str) -> list[str]:
        """What our commits since then changed besides the file."""
        return [path for path in self._changed(base, "HEAD") if path != self.path]

    def _changed_by(self, base: str, tip: str) -> bool:
        return self.path in self._changed(base, tip)

    def _changed(self, base: str, tip: str) -> list[str]:
        return [path for path in self.git("diff", "--name-only", "--no-renames", "-z", base, tip).split("\0") if path]


def in_git(path: Path, environ: Mapping[str, str]) -> GitFile:
    """The lock file, if it can be committed and pushed. Asks the remote. Raises NotCommittable, GitFailed."""
    git = Git(path.parent, environ)
    try:
        prefix = git("rev-parse", "--show-prefix")
    except GitFailed as error:
        raise _refused(path, f"it is in no work tree of Git that can be used: {error.said}", "git init") from error
    if not git.holds("symbolic-ref", "--quiet", "HEAD"):
        raise _refused(path, "no branch is checked out (HEAD is detached)", "git switch BRANCH")
    branch = git("symbolic-ref", "HEAD").removeprefix("refs/heads/")
    if any(git.holds("rev-parse", "--quiet", "--verify", head) for head in ("MERGE_HEAD", "CHERRY_PICK_HEAD")):
        raise _refused(path, "a merge or a cherry-pick is under way", "End it: git status says how.")
    if git.holds("check-ignore", "--quiet", "--", path.name):
        raise _refused(path, "it is ignored by Git", f"Take it out of .gitignore: git check-ignore -v {path.name}")
    if hidden := _hidden_by(git("ls-files", "-v", "--", path.name)[:1]):
        raise _refused(path, f"Git is told not to look at it ({hidden})", f"git update-index --no-{hidden} {path.name}")
    if not all(git.holds("config", f"branch.{branch}.{part}") for part in ("remote", "merge")):
        raise _refused(path, f"the branch {branch} has no upstream", f"git push -u origin {branch}")
    upstream = [git("config", f"branch.{branch}.{part}") for part in ("remote", "merge")]
    return GitFile(git, path.name, prefix + path.name, *upstream)


def _hidden_by(tag: str) -> str:
    """What keeps changes of a file from being seen and committed, by the letter that `git ls-files -v` puts first."""
    if tag.upper() == "S":
        return "skip-worktree"
    return "assume-unchanged" if tag.islower() else ""


def _refused(path: Path, why: str, fix: str) -> NotCommittable:
    return NotCommittable(f"The lock file cannot be committed: {why}. Nothing was done.", where=str(path), fix=fix)
