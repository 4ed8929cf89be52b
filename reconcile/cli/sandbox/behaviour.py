"""The commands about a sandbox as a whole: what goes wrong, its clock, its settings and what it was asked."""

from collections.abc import Sequence
from typing import Any

import click

from reconcile.cli.sandbox import options
from reconcile.cli.shell.session import Session
from reconcile.report.encode import json_text
from reconcile.report.layout import plain_table
from reconcile.sandbox.client import Control
from reconcile.sandbox.faults import Wrong


@click.command("fault")
@options.endpoint
@click.argument("wrong", type=click.Choice([wrong.value for wrong in Wrong]))
@click.option("--operation", default="", help="Of requests for this operation; wildcards are allowed.")
@click.option("--kind", default="", help="Of requests about this kind.")
@click.option("--service", default="", help="Of requests to this service.")
@click.option("--count", default=1, show_default=True, help="How many requests it meets.")
@click.option("--skip", default=0, show_default=True, help="How many go well before.")
@click.option("--seconds", default=0.0, help="For delay and late.")
@click.option("--after", is_flag=True, help="A 500 or 503 that comes after the request had its effect.")
def fault_command(endpoint: str, wrong: str, **about: Any) -> None:
    """Let the next requests go WRONG.

    \b
    reset, throttle, 500, 503, expired, clock   before it has any effect
    drop, half, delay                           after it: no reply, half, or late
    late                                        its job is listed late
    """
    Control(endpoint).fault(wrong, **about)


@click.command("faults")
@options.endpoint
@click.option("--clear", is_flag=True, help="Take them all back.")
@click.pass_obj
def faults_command(session: Session, /, endpoint: str, *, clear: bool) -> None:
    """Show the faults that still wait for a request."""
    control = Control(endpoint)
    if clear:
        control.clear_faults()
    session.answer(json_text(control.faults()))


@click.command("advance")
@options.endpoint
@click.argument("seconds", type=click.FloatRange(0))
def advance_command(endpoint: str, seconds: float) -> None:
    """Move the sandbox's clock on."""
    Control(endpoint).advance(seconds)


@click.command("log")
@options.endpoint
@click.pass_obj
def log_command(session: Session, /, endpoint: str) -> None:
    """Show the requests that the sandbox has seen."""
    heads = ("NUMBER", "SERVICE", "OPERATION", "STATUS", "CODE", "FAULT")
    rows = [tuple(str(entry[head.lower()]) for head in heads) for entry in Control(endpoint).log()]
    session.answer(plain_table(heads, rows, session.style))


@click.command("settings")
@options.endpoint
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
@click.pass_obj
def settings_command(session: Session, /, endpoint: str, changes: Sequence[str]) -> None:
    """Show the settings, after changing some."""
    session.answer(json_text(Control(endpoint).settings(**options.pairs(changes))))
