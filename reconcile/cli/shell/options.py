"""Options that several commands share, each with the name that Terraform gives it."""

import functools
import re
from collections.abc import Callable
from typing import Any

import click

from reconcile.cli.shell import words
from reconcile.cli.shell.outputs import refuse_shared
from reconcile.cli.shell.report_files import ReportFile, check_report_files, report_file
from reconcile.model.duration import PATTERN, seconds_of
from reconcile.report.formats import FORMATS


def duration(text: str) -> float:
    """`90s`, `5m`, `1h`, as in manifests: in seconds."""
    if not re.fullmatch(PATTERN, text):
        raise click.BadParameter(f"{text!r} is not a duration; write it like 90s, 5m or 1h.")
    return seconds_of(text)


targets = click.option(
    "--target", "targets", multiple=True, metavar="WHICH", shell_complete=words.addresses,
    help="Only these: an address, a glob ('EMR*/night*') or a label (team=documents). Can be repeated.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
json_lines = click.option("--json-lines", is_flag=True, help="Print one JSON object a line, while it is at work.")
auto_approve = click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
parallelism = click.option(
    "--parallelism", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
    help="How many requests to services may be under way at once.",
)  # fmt: skip
lock_timeout = click.option(
    "--lock-timeout", type=duration, metavar="DURATION", default="0s", show_default=True,
    help="How long to wait while another apply holds the lease.",
)  # fmt: skip
wait = click.option("--wait", is_flag=True, help="Stay until every goal is met, and start what waits on the way.")
timeout = click.option(
    "--timeout", type=duration, metavar="DURATION", help="With --wait: give up after this long.  [default: never]"
)

commit = click.option(
    "--commit", is_flag=True, help="Then commit the lock file, and nothing else, and push it to the branch's upstream."
)


def _keep(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> None:
    if option.name:
        setattr(context.obj, option.name, value)


_VARIABLES = (
    click.option(
        "--var", "variables", multiple=True, metavar="NAME=VALUE", envvar=(), expose_value=False, callback=_keep,
        help="The value of a variable of the project. Can be repeated; RECONCILE_VAR_<name> gives one as well.",
    ),
    click.option(
        "--var-file", "variable_files", multiple=True, metavar="FILE", expose_value=False, callback=_keep,
        help="A YAML or JSON file with values of variables. Can be repeated; --var wins.",
    ),
)  # fmt: skip


def variables(function: Callable[..., Any]) -> Callable[..., Any]:
    """For every command that opens the manifests; the session keeps what they give."""
    for option in reversed(_VARIABLES):
        function = option(function)
    return function


# The other files that are named to commands with reports: parameter and option.
_FILES = {"plan_file": "PLAN", "out": "--out", "history": "--history", "prometheus": "--prometheus"}


def reports(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--report`, for commands that end with reports.write_reports; the function is given `report_files`. What cannot
    be written, and a file that two options name, is refused before anything is done."""

    @functools.wraps(function)
    def checked(*args: Any, **given: Any) -> Any:
        files: tuple[ReportFile, ...] = given["report_files"]
        check_report_files(files, click.get_current_context().obj.folder)
        others = [(option, given.get(name)) for name, option in _FILES.items()]
        refuse_shared([*others, *((file.option, file.path) for file in files)])
        return function(*args, **given)

    return click.option(
        "--report", "report_files", multiple=True, type=report_file, metavar="FORMAT=FILE",
        help=f"Write a report as well: {', '.join(FORMATS)}. Can be repeated.",
    )(checked)  # fmt: skip


def applying(function: Callable[..., Any]) -> Callable[..., Any]:
    """All that apply and destroy have in common."""
    given = (targets, variables, auto_approve, wait, timeout, parallelism, lock_timeout, as_json, json_lines, commit)
    for option in reversed(given):
        function = option(function)
    return reports(function)
