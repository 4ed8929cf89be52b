"""Completion, in the shells themselves where they are installed."""

import os
import shutil
import subprocess
import sys

import pytest

from reconcile.cli import main
from reconcile.errors import Exit
from tests.cli.conftest import EXAMPLES

IN_BASH = """source "$1"; COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); _reconcile_completion reconcile
             printf '%s\\n' "${COMPREPLY[@]}" """


@pytest.fixture
def environ(tmp_path):
    """With `reconcile` on the PATH."""
    program = tmp_path / "reconcile"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m reconcile "$@"\n')
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTHONPATH": str(EXAMPLES.parent), "HOME": str(tmp_path)}


def offered(environ, *words, shell="bash_complete"):
    """As the program tells a shell, one a line."""
    asked = environ | {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "_RECONCILE_COMPLETE": shell}
    done = subprocess.run(["reconcile"], env=asked, capture_output=True, text=True, check=False, timeout=30)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands_options_kinds_and_addresses_are_offered(environ, tmp_path):
    examples = ["reconcile", "-C", str(EXAMPLES)]
    assert offered(environ, "reconcile", "pl") == ["plan"]
    assert offered(environ, "reconcile", "sandbox", "fau") == ["fault", "faults"]
    assert "--detailed-exitcode" in offered(environ, "reconcile", "plan", "--de")
    assert offered(environ, "reconcile", "explain", "EMR") == ["EMRServerlessJobRun"]
    assert "EMRServerlessJobRun/nightly" in offered(environ, *examples, "plan", "--target", "EMR")
    assert offered(environ, *examples, "show", "DataArtsJob/") == ["DataArtsJob/my-job"]
    assert offered(environ, "reconcile", "-C", str(tmp_path), "show", "E") == [], (
        "there is no project, and no word of it"
    )


def test_bash_itself_completes(environ, tmp_path):
    assert in_shell("bash", environ, tmp_path, "--noprofile", "--norc", "-c", IN_BASH, "bash") == ["status", "state"]


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_fish_itself_completes(environ, tmp_path):
    script = 'source $argv[1]; complete --do-complete "reconcile sta"'
    told = in_shell("fish", environ, tmp_path, "--no-config", "-c", script)
    assert [line.partition("\t")[0] for line in told] == ["state", "status"]


@pytest.mark.skipif(not shutil.which("zsh"), reason="zsh is not installed")
def test_zsh_itself_takes_the_script(environ, tmp_path):
    """Its line editor needs a terminal; what it would be given is caught in place of it."""
    script = """compdef() { print -r -- "compdef $*" }; source $1
                _describe() { print -rl -- "${completions_with_descriptions[@]%%:*}" }
                words=(reconcile sta); CURRENT=2; _reconcile_completion"""
    told = in_shell("zsh", environ, tmp_path, "-f", "-c", script, "zsh")
    assert told == ["compdef _reconcile_completion reconcile", "status", "state"]


def in_shell(shell, environ, folder, *command):
    script = folder / "script"
    with script.open("w") as file:
        subprocess.run(["reconcile", "completion", shell], env=environ, stdout=file, check=True, timeout=30)
    done = subprocess.run(
        [shell, *command, str(script), "reconcile", "sta"],
        env=environ, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_there_is_no_other_shell(capsys):
    assert main(["completion", "tcsh"]) == Exit.USAGE
