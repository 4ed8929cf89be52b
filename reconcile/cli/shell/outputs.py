"""Files that the options of one command name: each option has one of its own."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeGuard

import click

from reconcile.model.s3_place import is_in_s3


def refuse_shared(named: Iterable[tuple[str, str | Path | None]]) -> None:
    """Options, each with its file, before anything is done: what one of them wrote, or is to read, would be replaced by
    the other. Raises UsageError."""
    taken: dict[Path, str] = {}
    for option, file in named:
        if not is_local(file):
            continue
        if str(file) in ("", "."):  # which an empty word becomes
            raise click.UsageError(f"{option}: name a file.")
        path = Path(os.path.realpath(file))
        if path.exists() and not path.is_file():
            continue  # a device or a pipe takes more than one
        if path in taken:
            raise click.UsageError(f"{taken[path]} and {option} name one file: give each of them its own.")
        taken[path] = option


def is_local(file: str | Path | None) -> TypeGuard[str | Path]:
    """Whether an option names a file of this machine. One that may name an object in S3 as well gives a text."""
    return file is not None and not (isinstance(file, str) and is_in_s3(file))
