import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import orjson
import pytest

from reconcile import __version__
from reconcile.cli import main
from reconcile.cli.shell import root as root_module
from reconcile.cli.shell.root import root
from reconcile.errors import Exit, ReconcileError

COMMANDS = root.list_commands(None)

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")


def every_command(group=root):
    """Every command that runs something, with the words that lead to it."""
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in every_command(command))
        else:
            yield name, command


def failing(monkeypatch, error):
    @click.command()
    def command():
        raise error

    monkeypatch.setitem(root.summaries, "boom", "Fails.")
    monkeypatch.setattr(root, "get_command", lambda *_: command)


def test_the_version_costs_click_and_nothing_else():
    script = (
        "import sys; from reconcile.cli import main; code = main(['--version']);"
        "heavy = {'pydantic', 'pydantic_core', 'botocore', 'boto3', 'rich', 'deepdiff', 'orjson', 'yaml', 'asyncio',"
        "'reconcile.model', 'reconcile.applier'};"
        "print(sorted(heavy & set(sys.modules))); sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [f"reconcile {__version__}", "[]"]


def test_as_a_module_it_is_the_same_program(reconcile):
    assert reconcile("--version").stdout == f"reconcile {__version__}\n"


def test_an_unknown_command_is_answered_with_the_nearest_word(capsys):
    assert main(["plna"]) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "There is no command 'plna'; did you mean plan?" in captured.err


@pytest.mark.parametrize(
    "arguments",
    [["--nonsense"], ["plan", "--nonsense"], ["explain"], ["apply", "--parallelism", "0", "--auto-approve"],
     ["apply", "--lock-timeout", "soon", "--auto-approve"], ["apply", "--timeout", "5m", "--auto-approve"],
     ["explain", "EMRServerlessJobRn"], ["explain", "EMRServerlessJobRun.mod"], ["schema", "Nothing"], []],
)  # fmt: skip
def test_wrong_usage_ends_with_64_and_says_why_on_stderr(arguments, capsys):
    assert main(arguments) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err


def test_apply_without_a_terminal_has_to_be_approved_beforehand(capsys):
    assert main(["apply"]) == Exit.USAGE
    assert "--auto-approve" in capsys.readouterr().err


def test_every_option_of_every_command_has_its_variable():
    for words, command in every_command():
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                longest = max(option.opts, key=len)
                named = "RECONCILE_" + longest.lstrip("-").replace("-", "_").upper()
                own = () if longest == "--var" else named  # RECONCILE_VAR_<name> gives a value
                assert option.envvar in (own, "RECONCILE_SANDBOX"), words


def test_a_variable_is_as_good_as_its_option(monkeypatch, capsys):
    monkeypatch.setenv("RECONCILE_JSON", "1")
    assert main(["kinds"]) == Exit.DONE
    assert capsys.readouterr().out.startswith("{")


def test_every_command_says_what_it_does_with_an_example_and_its_exit_codes(capsys):
    for words, command in every_command():
        if words.startswith("sandbox"):
            continue
        assert main([*words.split(), "--help"]) == Exit.DONE
        text = capsys.readouterr().out
        assert "Example" in text, words
        assert "Exit codes:" in text, words
        assert command.help


def test_help_fits_a_terminal_of_80_columns_with_no_summary_cut_off(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    commands = [words for words, _ in every_command()]
    for words in ["", *commands, *{each.split()[0] for each in commands}]:
        assert main([*words.split(), "--help"]) == Exit.DONE
        lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("Usage:")]
        assert [line for line in lines if len(line) > 80 or line.endswith("...")] == [], words


@pytest.mark.parametrize("arguments", [["-C", "there", "validate"], ["validate", "-C", "there"]])
def test_global_options_are_understood_on_either_side_of_the_command(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == Exit.ERROR
    assert "there" in capsys.readouterr().err


def test_an_error_says_what_where_and_how_to_fix_it(monkeypatch, capsys):
    failing(monkeypatch, ReconcileError("It is\x1b[2J wrong.", where="here", fix="Do that."))
    assert main(["boom"]) == Exit.ERROR
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Error: It is\\x1b[2J wrong.\n  at: here\n  fix: Do that.\n"


@pytest.mark.parametrize("code", list(Exit))
def test_an_error_ends_with_its_own_exit_code(code, monkeypatch):
    error = ReconcileError("no")
    error.exit = code
    failing(monkeypatch, error)
    assert main(["boom"]) == code


def test_a_defect_shows_its_place_only_when_asked(monkeypatch, capsys):
    failing(monkeypatch, ZeroDivisionError("by zero"))
    assert main(["boom"]) == Exit.ERROR
    assert "Traceback" not in (quiet := capsys.readouterr().err)
    assert "Unexpected ZeroDivisionError: by zero" in quiet
    assert "--debug" in quiet
    assert main(["--debug", "boom"]) == Exit.ERROR
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_130(monkeypatch):
    failing(monkeypatch, KeyboardInterrupt())
    assert main(["boom"]) == Exit.INTERRUPTED


def test_a_reader_that_went_away_is_no_error(reconcile):
    """As in `reconcile schema | head -1`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reconcile", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == Exit.DONE


@needs_full
def test_an_answer_that_cannot_be_written_is_an_error_of_ours(reconcile):
    with FULL.open("w") as full:
        ran = reconcile("kinds", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert ran.returncode == Exit.ERROR
    assert ran.stderr.splitlines() == [
        "Error: The answer cannot be written: No space left on device.",
        "  at: stdout",
        "  fix: Free some space, or write it elsewhere, and run the command again.",
    ]


@needs_full
def test_nothing_but_the_answer_depends_on_stderr(reconcile):
    with FULL.open("w") as full:
        ran = reconcile("explain", "Nonsense", stderr=full, stdout=subprocess.PIPE, capture_output=False)
    assert (ran.returncode, ran.stdout) == (Exit.USAGE, "")


@needs_full
@pytest.mark.parametrize(("raised", "code"), [("KeyboardInterrupt", 130), ("click.UsageError('no')", 64)])
def test_a_code_does_not_depend_on_stderr(raised, code):
    script = (
        "import click, sys; from reconcile.cli import main; from reconcile.cli.shell.root import root\n"
        "@click.command()\n"
        f"def command(): raise {raised}\n"
        "root.summaries['boom'], root.get_command = 'Fails.', lambda *_: command\n"
        "print(main(['boom']))"
    )
    with FULL.open("w") as full:
        ran = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=full, check=False)
    assert ran.stdout == b"%d\n" % code


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_the_caller_closed_is_like_one_that_leads_nowhere(reconcile, closed):
    ran = reconcile("kinds", preexec_fn=lambda: os.close(closed))
    assert (ran.returncode, ran.stderr) == (Exit.DONE, "")


def test_no_file_takes_the_number_of_a_stream_that_the_caller_closed(reconcile, tmp_path):
    """Or what is written to stderr would be in the lock file."""
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, os\n"
        "atexit.register(lambda: print([os.path.realpath(f'/proc/self/fd/{fd}') for fd in range(3)], "
        "file=open('streams', 'w')))\n"
    )
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    reconcile("kinds", env=environ, preexec_fn=lambda: os.closerange(0, 3))
    assert (tmp_path / "streams").read_text() == f"{['/dev/null'] * 3}\n"


def test_what_a_stream_cannot_encode_is_spelled_out(reconcile):
    ran = reconcile("explain", "PersonalizeBatchSegmentJob", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert ran.returncode == Exit.DONE, ran.stderr


def test_help_lists_every_command_without_importing_one(capsys):
    assert main(["--help"]) == Exit.DONE
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in COMMANDS)
    assert root_module.root is root


def test_an_interrupt_before_the_program_is_read_shows_no_traceback():
    script = (
        "import os, runpy, signal, sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'reconcile.cli.shell.main': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "runpy.run_module('reconcile', run_name='__main__', alter_sys=True)"
    )
    ran = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (Exit.INTERRUPTED, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_when_all_is_done_shows_no_traceback(number):
    script = (
        "import atexit, os, sys\n"
        "from reconcile.__main__ import run\n"
        f"atexit.register(os.kill, os.getpid(), {number.value})\n"
        "run()"
    )
    ran = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (-number, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "--targt", "x"),  # wrong usage
        ("-C", "nowhere", "plan"),  # an error of ours
        ("-C", ".", "apply", "--auto-approve"),  # problems of manifests
    ],
)
def test_a_log_in_json_holds_nothing_else(reconcile, tmp_path, arguments):
    (tmp_path / "reconcile.yaml").write_text("apiVersion: reconcile/v1\nkind: Project\nmetadata: {name: a}\n")
    (tmp_path / "job.yaml").write_text("apiVersion: reconcile/v1\nkind: Nothing\nmetadata: {name: a}\nspec: {}\n")
    ran = reconcile("--log-format", "json", *arguments)
    assert ran.returncode in (Exit.ERROR, Exit.USAGE)
    lines = [orjson.loads(line) for line in ran.stderr.splitlines()]
    assert lines
    assert all(line["type"] == "log" and line["level"] == "error" and line["text"] for line in lines)
