"""One run of the command line: where its project is, and how it talks. Answers go to stdout, all else to stderr."""

import contextlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from reconcile.cli.shell.streams import OutputLost, write
from reconcile.manifest.variables import Given
from reconcile.model.secrets import Secrets
from reconcile.report.style import Look, Style
from reconcile.report.visible import visible_lines


@dataclass
class Session:
    """Filled from the global options while the command line is read."""

    environ: Mapping[str, str]
    folder: Path = Path()
    no_color: bool = False
    quiet: bool = False
    debug: bool = False
    variables: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()
    secrets: Secrets = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.secrets = Secrets(self.environ)

    @property
    def given(self) -> Given:
        """The values of variables on the command line."""
        return Given(self.variables, self.variable_files)

    @property
    def style(self) -> Style:
        """For stdout."""
        return self._style(sys.stdout)

    @property
    def error_style(self) -> Style:
        """For stderr."""
        return self._style(sys.stderr)

    @property
    def can_ask(self) -> bool:
        """There is somebody who sees a question and can answer it."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """There is a terminal on which lines can be drawn anew."""
        return sys.stderr.isatty() and self.environ.get("TERM") != "dumb"

    def now(self) -> datetime:
        return datetime.now(UTC)

    def answer(self, text: str) -> None:
        """What was asked for. A reader that went away is no error: the work is done either way. Raises OutputLost."""
        try:
            write(sys.stdout, self.secrets.mask(text))
        except OSError as error:
            raise OutputLost(
                f"The answer cannot be written: {error.strerror}.",
                where="stdout",
                fix="Free some space, or write it elsewhere, and run the command again.",
            ) from error

    def note(self, text: str) -> None:
        """What is good to know; --quiet hides it."""
        if not self.quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """What has to be known. That nobody can be told is no reason to stop."""
        with contextlib.suppress(OSError):
            write(sys.stderr, self.secrets.mask(text))

    def warn_all(self, warnings: Iterable[str]) -> None:
        for warning in warnings:
            self.warn(f"{self.error_style.paint('Warning:', Look.YELLOW)} {visible_lines(warning)}")

    def fail(self, text: str) -> None:
        self.warn(f"{self.error_style.paint('Error:', Look.ALARM)} {visible_lines(text)}")

    def _style(self, stream: TextIO) -> Style:
        if not stream.isatty():
            return Style()
        from shutil import get_terminal_size  # noqa: PLC0415 - it brings three compressors; pipes do without

        plain = self.no_color or bool(self.environ.get("NO_COLOR")) or self.environ.get("TERM") == "dumb"
        return Style(ansi=not plain, width=get_terminal_size().columns)
