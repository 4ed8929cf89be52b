"""One run of the command line: where its project is, and how it talks. Answers go to stdout, all else to stderr."""

import contextlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar

from reconcile.cli.shell.streams import OutputLost, write
from reconcile.report.style import Look, Style
from reconcile.report.visible import visible_lines

if TYPE_CHECKING:
    from reconcile.model.secrets import Secrets
    from reconcile.model.shard import Shard

Value = TypeVar("Value")


@dataclass
class Session:
    """Filled from the global options while the command line is read."""

    environ: Mapping[str, str]
    folder: Path = Path()
    no_color: bool = False
    quiet: bool = False
    debug: bool = False
    shard: str = ""  # as it was given
    log_format: str = "text"  # text | json: of all that goes to stderr
    variables: tuple[str, ...] = ()
    variable_files: tuple[str, ...] = ()
    reported: bool = False  # the reports of this run are made, or none were asked for

    @cached_property
    def secrets(self) -> "Secrets":
        """What is told is rid of them: values by `redacted`, before they are rendered, lines for people by `mask`."""
        from reconcile.model.secrets import Secrets  # noqa: PLC0415 - the version and a help text have none

        return Secrets(self.environ)

    @property
    def part(self) -> "Shard | None":
        """The part of the project that the command is about; None for all of it. Raises UsageError."""
        if not self.shard:
            return None
        from reconcile.cli.shell.shards import read_shard  # noqa: PLC0415 - most projects are not divided

        return read_shard(self.shard, self.environ)

    @property
    def style(self) -> Style:
        """For stdout."""
        return self._style(sys.stdout)

    @property
    def error_style(self) -> Style:
        """For stderr."""
        return Style() if self.logs_json else self._style(sys.stderr)

    @property
    def logs_json(self) -> bool:
        """Every line on stderr is one JSON object, but for a question."""
        return self.log_format == "json"

    @property
    def can_ask(self) -> bool:
        """There is somebody who sees a question and can answer it."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def shows_progress(self) -> bool:
        """There is a terminal on which lines can be drawn anew."""
        return sys.stderr.isatty() and self.environ.get("TERM") != "dumb" and not self.logs_json

    def now(self) -> datetime:
        return datetime.now(UTC)

    def redacted(self, value: Value) -> Value:
        """The value without secrets, for a renderer; the same object where there are none in it."""
        if not self.secrets.hides_any:
            return value
        from reconcile.model.redaction import redacted  # noqa: PLC0415 - most projects have no secrets

        return redacted(value, self.secrets.mask)

    def answer(self, text: str) -> None:
        """What was asked for, in words. Raises OutputLost."""
        self.answer_data(self.secrets.mask(text))

    def answer_data(self, text: str) -> None:
        """What was asked for, for programs: as it is, made of values that were redacted. A reader that went away is no
        error: the work is done either way. Raises OutputLost."""
        try:
            write(sys.stdout, text)
        except OSError as error:
            raise OutputLost(
                f"The answer cannot be written: {error.strerror}.",
                where="stdout",
                fix="Free some space, or write it elsewhere, and run the command again.",
            ) from error

    def answer_pieces(self, pieces: Iterable[str]) -> None:
        """As `answer_data`, an answer that is too long to be one text, in pieces of whole lines: all of it, or nothing
        where it cannot be made. Raises OutputLost."""
        for piece in list(pieces):
            self.answer_data(piece)

    def note(self, text: str) -> None:
        """What is good to know; --quiet hides it."""
        if not self.quiet:
            self._log("info", text)

    def warn(self, text: str) -> None:
        """What has to be known."""
        self._log("warning", text)

    def warn_all(self, warnings: Iterable[str]) -> None:
        for warning in warnings:
            self._log("warning", visible_lines(warning), self.error_style.paint("Warning: ", Look.YELLOW))

    def fault(self, text: str) -> None:
        """What is wrong, in lines that say so by themselves."""
        self._log("error", text)

    def fail(self, text: str) -> None:
        self._log("error", visible_lines(text), self.error_style.paint("Error: ", Look.ALARM))

    def log(self, line: str) -> None:
        """A line for stderr as it is, made of what was redacted. That nobody can be told is no reason to stop."""
        with contextlib.suppress(OSError):
            write(sys.stderr, line)

    def _log(self, level: str, text: str, prefix: str = "") -> None:
        if not self.logs_json:
            return self.log(prefix + self.secrets.mask(text))
        from reconcile.report.lines import log_line  # noqa: PLC0415 - most logs are for people

        return self.log(log_line(level, self.secrets.mask(text), self.now()))

    def _style(self, stream: TextIO) -> Style:
        if not stream.isatty():
            return Style()
        from shutil import get_terminal_size  # noqa: PLC0415 - it brings three compressors; pipes do without

        plain = self.no_color or bool(self.environ.get("NO_COLOR")) or self.environ.get("TERM") == "dumb"
        return Style(ansi=not plain, width=get_terminal_size().columns)
