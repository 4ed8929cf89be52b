"""`reconcile fmt`"""

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

import click

from reconcile.cli.shell.files import write_whole
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.kinds.content import Flaw, read_content
from reconcile.manifest.formatting import formatted, passed_over
from reconcile.manifest.project_file import find_project, load_project
from reconcile.manifest.walk import find_manifests
from reconcile.report.style import Look, Style
from reconcile.report.visible import visible


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; end with 2 where something would be written.")
@click.option("--diff", is_flag=True, help="Show what changes.")
@click.pass_obj
def fmt(session: Session, *, files: tuple[Path, ...], check: bool, diff: bool) -> Exit:
    """Write manifests in the usual way: the project's own ones, or each FILE.

    Two columns a level, apiVersion, kind and metadata first and spec last, no spaces at the ends of lines. Comments,
    quotes and values stay as they are. JSON, and what does not begin with our apiVersion, is left alone; a file
    that holds manifests as well is named. The names of the files that were not so are printed.

    \b
    Examples:
      reconcile -C manifests fmt
      reconcile fmt --check --diff manifests/nightly.yaml

    Exit codes: 0 done, 1 a file cannot be formatted, 2 with --check: there is something to write.
    """
    changed = failed = False
    for name, path in [(str(path), path) for path in files] or list(_of_project(session)):
        try:
            change = _change(path)
        except (Flaw, OSError) as error:
            session.fail(_told(name, error))
            failed = True
            continue
        if change.others:
            lines = ", ".join(map(str, change.others))
            session.warn_all([f"{name} is left as it is: what begins in line {lines} is no manifest of ours."])
        if change.after == change.before:
            continue
        changed = True
        session.answer(_diff(name, change, session.style) if diff else visible(name))
        if not check:
            write_whole(path, change.after.decode())
    return Exit.ERROR if failed else Exit.CHANGES if changed and check else Exit.DONE


class _Change(NamedTuple):
    before: bytes
    after: bytes
    others: tuple[int, ...]  # the lines of documents for whose sake nothing changes


def _of_project(session: Session) -> Iterator[tuple[str, Path]]:
    project = load_project(session.folder, session.environ)
    found, _ = find_manifests(project)  # what cannot be looked into is for `validate` to tell
    for file in (find_project(session.folder).file, *found):
        yield os.path.relpath(file.path), Path(file.path)


def _change(path: Path) -> _Change:
    before = read_content(str(path))
    return _Change(before, formatted(path.name, before), passed_over(path.name, before))


def _diff(name: str, change: _Change, style: Style) -> str:
    lines = unified_diff(
        change.before.decode("utf-8-sig").splitlines(), change.after.decode().splitlines(), name, name, lineterm=""
    )
    looks = {"+": Look.GREEN, "-": Look.RED}
    return "\n".join(
        style.paint(visible(line), looks[line[0]]) if line[0] in looks else visible(line) for line in lines
    )


def _told(name: str, error: Flaw | OSError) -> str:
    if not isinstance(error, Flaw):
        return f"{name}: {error.strerror}"
    place = f"{name}:{error.line}:{error.column}" if error.line else name
    return f"{place}: {error.message}"
