"""git, called with words and never through a shell; it asks nothing, and runs no hooks."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import LockFileError

_TIMEOUT = 120.0  # seconds, for a fetch or a push
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false")

# What git and its credential helpers, ssh and gpg are configured with. Where the variables of a hook say that git's
# own folders are counts for nothing, and no other secret is handed on.
_HANDED_ON = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|TMPDIR|XDG_.*|SSH_.*|GIT_(?:SSH|SSL|CONFIG|AUTHOR|COMMITTER|ASKPASS|TRACE).*"
    r"|SSL_CERT_.*|CURL_CA_BUNDLE|(?i:https?|all|no)_proxy|GNUPGHOME|GPG_TTY|KRB5CCNAME|DBUS_SESSION_BUS_ADDRESS"
    r"|DISPLAY|WAYLAND_DISPLAY|RUNNER_TEMP|GH_TOKEN|GITHUB_TOKEN"
)
_OURS = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}


class GitFailed(LockFileError):
    """A call of git that should have gone well. `said` is what it wrote to stderr, without credentials."""

    code = "git"

    def __init__(self, said: str, arguments: tuple[str, ...], folder: Path) -> None:
        where = f"{folder}: git {' '.join(arguments[:1])}"
        super().__init__(f"git failed: {said or 'it did not say why'}", where=where, fix="See to what git says.")
        self.said = said


@dataclass(frozen=True, slots=True)
class Git:
    """Calls in one folder."""

    folder: Path
    environ: Mapping[str, str]

    def __call__(self, *arguments: str, index: Path | None = None, settings: Sequence[str] = ()) -> str:
        """What it says on stdout, without the last line break. Raises GitFailed."""
        ended = self._run(arguments, index, settings)
        if ended.returncode:
            raise GitFailed(_told(ended.stderr or ended.stdout), arguments, self.folder)
        return ended.stdout.removesuffix("\n")

    def holds(self, *arguments: str) -> bool:
        """Whether the answer, which git gives by its exit code, is yes. Raises GitFailed where it gives none."""
        ended = self._run(arguments, None, ())
        if ended.returncode not in (0, 1):
            raise GitFailed(_told(ended.stderr), arguments, self.folder)
        return ended.returncode == 0

    def _run(
        self, arguments: tuple[str, ...], index: Path | None, settings: Sequence[str]
    ) -> subprocess.CompletedProcess[str]:
        command = ["git", *(word for setting in (*_SETTINGS, *settings) for word in ("-c", setting)), *arguments]
        environ = {name: value for name, value in self.environ.items() if _HANDED_ON.fullmatch(name)} | _OURS
        if arguments[0] != "check-ignore":  # which would not have it
            environ["GIT_LITERAL_PATHSPECS"] = "1"
        if index:
            environ["GIT_INDEX_FILE"] = str(index)
        try:
            return subprocess.run(  # noqa: S603 - words of ours, and names that git itself told us
                command,
                cwd=self.folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="surrogateescape",
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitFailed(f"it did not end within {_TIMEOUT:g} s", arguments, self.folder) from error
        except OSError as error:
            raise GitFailed(f"it cannot be started: {os.strerror(error.errno or 0)}", arguments, self.folder) from error


def _told(text: str) -> str:
    """On one line, and a URL without what it signs in with."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:")]
    return re.sub(r"(?<=://)[^/@\s]+@", "", "; ".join(lines))
