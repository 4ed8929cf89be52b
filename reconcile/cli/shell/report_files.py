"""`--report FORMAT=FILE`: read, and found possible, before anything is done."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from reconcile.errors import nearest
from reconcile.manifest.walk import would_be_read
from reconcile.report.formats import FORMATS


class ReportFile(NamedTuple):
    """One report to be written."""

    format: str  # one of FORMATS
    path: Path

    @property
    def option(self) -> str:
        """As it was given, more or less."""
        return f"--report {self.format}={self.path}"


def report_file(text: str) -> ReportFile:
    """`markdown=plan.md`: a format that exists, and a file in a folder that can be written to. Raises BadParameter."""
    form, equals, file = text.partition("=")
    if not (equals and file):
        raise click.BadParameter(f"{text!r} is not of the form FORMAT=FILE, like markdown=plan.md.")
    if form not in FORMATS:
        hint = nearest(form, FORMATS) or f"; there are {', '.join(FORMATS)}."
        raise click.BadParameter(f"there is no format {form!r}{hint}")
    if file == "-":
        raise click.BadParameter("stdout is for the answer: name a file.")
    if problem := _problem(Path(file)):
        raise click.BadParameter(f"{file}: {problem}")
    return ReportFile(form, Path(file))


def check_report_files(files: Sequence[ReportFile], folder: Path) -> None:
    """What only the project's folder tells. Raises UsageError."""
    for file in files:
        if would_be_read(file.path, folder):
            raise click.UsageError(
                f"--report: {file.path} would be read as a manifest; "
                f"write it to another folder than the project's, or call it .{file.path.name}"
            )


def _problem(path: Path) -> str:
    folder = path.parent
    if path.is_dir():
        return "this is a folder; name a file in it."
    if not folder.is_dir():
        return "there is no such folder; create it first."
    return "" if os.access(folder, os.W_OK | os.X_OK) else "you may not write to its folder."
