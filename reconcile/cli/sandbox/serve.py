"""`reconcile sandbox serve` and `run`"""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from reconcile.cli.sandbox.options import pairs
from reconcile.cli.shell.session import Session
from reconcile.sandbox.run import DEFAULT_PORT, environment, run, serve
from reconcile.sandbox.settings import DEFAULTS, Settings


def _behaviour(command: Any) -> Any:
    for option in (
        click.option("--speed", default=1.0, show_default=True, help="How many times as fast the jobs live."),
        click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="A file to keep the jobs in."),
        click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A setting; may be given again."),
    ):
        command = option(command)
    return command


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@_behaviour
@click.pass_obj
def serve_command(session: Session, /, port: int, speed: float, state: Path | None, changes: Sequence[str]) -> None:
    """Serve until Ctrl-C."""
    serve(port, state, _settings(speed, changes), partial(_announce, session))


@click.command("run")
@_behaviour
@click.argument("command", nargs=-1, required=True)
@click.pass_context
def run_command(
    context: click.Context, speed: float, state: Path | None, changes: Sequence[str], command: tuple[str, ...]
) -> None:
    """Run a COMMAND beside a sandbox of its own, which ends with it.

    The environment points it there. Write -- before the command if it has options.
    """
    context.exit(run(command, state=state, settings=_settings(speed, changes)))


def _settings(speed: float, changes: Sequence[str]) -> Settings:
    return DEFAULTS.changed({"speed": speed, **pairs(changes)})


def _announce(session: Session, endpoint: str) -> None:
    exports = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in environment(endpoint).items())
    session.answer(f"# The sandbox is at {endpoint}. To point AWS SDKs, the AWS CLI and reconcile at it:\n{exports}")
    session.note("Ctrl-C ends it.")
