"""Options that several commands share, each with the name that Terraform gives it."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from reconcile.cli.shell import words
from reconcile.model.duration import PATTERN, seconds_of

_Function = TypeVar("_Function", bound=Callable[..., Any])


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
auto_approve = click.option("--auto-approve", is_flag=True, help="Do not ask; needed where there is no terminal.")
parallelism = click.option(
    "--parallelism", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
    help="How many changes may be under way at once.",
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


def applying(function: _Function) -> _Function:
    """All that apply and destroy have in common."""
    for option in reversed((targets, auto_approve, wait, timeout, parallelism, lock_timeout, as_json, commit)):
        function = option(function)
    return function
