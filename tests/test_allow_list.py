"""What the checks are told to overlook, counted: one more or one less is a decision, and is made here."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

OVERLOOKED = {
    "reconcile": {
        "noqa: PTH113": 1,  # as botocore asks for its files, which takes what it may not see for not there
        "noqa: PTH116": 1,  # the same question as a path, twice as fast: asked for each manifest
        "noqa: PLC0415": 64,  # heavy, imported where it is used: most commands do without
        "noqa: ARG001": 1,  # formats of reports that need nothing of `about`
        "noqa: ARG002": 4,  # no marks; one file for all months; an object is durable anyway; shutdown as Python has it
        "noqa: SIM115": 3,  # what stands for a stream that was closed stays open as long as the process
        "noqa: FBT001": 1,  # the same shutdown
        "noqa: FBT002": 1,
        "noqa: N815": 1,  # do_GET and its like, as the standard library calls them
        "noqa: S603": 2,  # the command that a sandbox runs; git
        "fmt: skip": 16,  # tables of words
    },
    "manifests": {"noqa: S603": 3},
    "tests": {"noqa: N815": 1, "fmt: skip": 23},
}
MARK = re.compile(
    r"#\s*(noqa|type: ?ignore|pragma: ?no cover|fmt: ?(?:skip|off))(?:: ?([A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*))?"
)


@pytest.mark.parametrize("folder", OVERLOOKED)
def test_what_is_overlooked_is_counted(folder):
    found = Counter(mark for path in files(folder) for mark in marks(path.read_text(encoding="utf-8")))
    assert dict(found) == OVERLOOKED[folder]


def test_nothing_prints_but_the_command_line_and_the_lint_of_kinds():
    printing = re.compile(r"(?<![\w.])print\(|\bsys\.std(?:out|err)\.write|\bclick\.echo\(")
    found = {name(path): len(printing.findall(path.read_text(encoding="utf-8"))) for path in files("reconcile")}
    assert {path: count for path, count in found.items() if count} == {
        "reconcile/cli/shell/approval.py": 1,  # the question
        "reconcile/kinds/lint.py": 4,  # a command of its own, for `make lint-kinds`
    }


def files(folder):
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if path != Path(__file__)]


def marks(text):
    for mark, codes in MARK.findall(text):
        yield from (f"{mark}: {code}" for code in re.findall(r"\w+", codes)) if codes else (mark,)


def name(path):
    return path.relative_to(ROOT).as_posix()
