"""Writes the files of a new project: all of them or none, and never over one that is there."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from reconcile.cli.starter.files import File
from reconcile.errors import ReconcileError


class InTheWay(ReconcileError):
    """A file that would be written is there already."""

    code = "in-the-way"


def write_all(files: Sequence[File], *, nor: Iterable[Path] = ()) -> list[Path]:
    """Neither these files nor those that are named with `nor` may be there. Raises InTheWay, which names every one that
    is, or what the system refuses. Returns what was written."""
    paths = dict.fromkeys([*(file.path for file in files), *nor])
    if there := [os.path.relpath(path) for path in paths if path.exists() or path.is_symlink()]:
        raise InTheWay(
            f"Nothing was written: {', '.join(there)} {'is' if len(there) == 1 else 'are'} there already.",
            fix="Move away what is in the way, or choose another folder.",
        )
    written: list[Path] = []
    try:
        for file in files:
            _write(file)
            written.append(file.path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise ReconcileError(
            f"Nothing was written: {error.strerror}.", where=str(error.filename), fix="See to that folder."
        ) from error
    return written


def add_lines(path: Path, lines: Iterable[str]) -> bool:
    """Those that the file does not have yet go to its end. Whether there were any."""
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    known = before.splitlines()
    new = [line for line in lines if line not in known]
    if new:
        start = "" if before.endswith("\n") or not before else "\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(start + "".join(f"{line}\n" for line in new))
    return bool(new)


def _write(file: File) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    with file.path.open("x", encoding="utf-8", newline="\n") as out:
        out.write(file.text)
    if file.is_program:
        file.path.chmod(file.path.stat().st_mode | 0o111)
