"""`reconcile sandbox`: a local cloud to try things on, and the control calls of a running one."""

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from reconcile.errors import UsageError
from reconcile.sandbox.client import Control
from reconcile.sandbox.faults import Wrong
from reconcile.sandbox.run import DEFAULT_PORT, environment, run, serve
from reconcile.sandbox.settings import DEFAULTS, Settings
from reconcile.sandbox.transport import HOST


@click.group()
def sandbox() -> None:
    """A local cloud that speaks the services' real protocols.

    It answers for the jobs of the catalog itself, and leaves S3, STS and the like to moto. What no documentation says
    about a service is a setting: see `reconcile sandbox settings`.
    """


def _behaviour(command: Any) -> Any:
    for option in (
        click.option("--speed", default=1.0, show_default=True, help="How many times as fast the jobs live."),
        click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="A file to keep the jobs in."),
        click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="A setting; may be given again."),
    ):
        command = option(command)
    return command


_ENDPOINT = click.option(
    "--endpoint",
    envvar="RECONCILE_SANDBOX",
    default=f"http://{HOST}:{DEFAULT_PORT}",
    show_default=True,
    help="The sandbox that is meant. [env: RECONCILE_SANDBOX]",
)


@sandbox.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: a free one.")
@_behaviour
def serve_command(port: int, speed: float, state: Path | None, changes: Sequence[str]) -> None:
    """Serve until Ctrl-C."""
    serve(port, state, _settings(speed, changes), _announce)


@sandbox.command("run")
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


@sandbox.command("jobs")
@_ENDPOINT
@click.option("--json", "as_json", is_flag=True, help="All that is known of them.")
def jobs_command(endpoint: str, *, as_json: bool) -> None:
    """List the jobs that the sandbox holds."""
    jobs = Control(endpoint).jobs()
    if as_json:
        click.echo(json.dumps(jobs, indent=2))
        return
    heads = ("KIND", "NAME", "STATUS", "ID")
    rows = [(job["kind"], job["name"], job["status"], list(job["id"].values())[-1]) for job in jobs]
    for line in _table([heads, *rows]):
        click.echo(line)


@sandbox.command("stop")
@_ENDPOINT
@click.argument("job")
def stop_command(endpoint: str, job: str) -> None:
    """Stop a JOB behind everyone's back, by its id, name or ARN."""
    _tell(Control(endpoint).stop(job))


@sandbox.command("fail")
@_ENDPOINT
@click.option("--reason", default="Failed on request.", show_default=True)
@click.argument("job")
def fail_command(endpoint: str, reason: str, job: str) -> None:
    """Let a JOB fail now."""
    _tell(Control(endpoint).fail(job, reason))


@sandbox.command("complete")
@_ENDPOINT
@click.argument("job")
def complete_command(endpoint: str, job: str) -> None:
    """Let a JOB succeed now."""
    _tell(Control(endpoint).complete(job))


@sandbox.command("forget")
@_ENDPOINT
@click.argument("job")
def forget_command(endpoint: str, job: str) -> None:
    """Let the service forget a JOB, as services do with old ones."""
    _tell(Control(endpoint).forget(job))


@sandbox.command("fault")
@_ENDPOINT
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
    reset, throttle, 500, 503, expired   before the request has any effect
    drop, half, delay                    after it: the reply is lost, cut or late
    late                                 the job that it starts is listed late
    """
    Control(endpoint).fault(wrong, **about)


@sandbox.command("faults")
@_ENDPOINT
@click.option("--clear", is_flag=True, help="Take them all back.")
def faults_command(endpoint: str, *, clear: bool) -> None:
    """Show the faults that still wait for a request."""
    control = Control(endpoint)
    if clear:
        control.clear_faults()
    click.echo(json.dumps(control.faults(), indent=2))


@sandbox.command("advance")
@_ENDPOINT
@click.argument("seconds", type=click.FloatRange(0))
def advance_command(endpoint: str, seconds: float) -> None:
    """Move the sandbox's clock on."""
    Control(endpoint).advance(seconds)


@sandbox.command("define")
@_ENDPOINT
@click.option("--project", required=True)
@click.option("--workspace", default="default", show_default=True)
@click.option("--type", "job_type", type=click.Choice(["BATCH", "REAL_TIME"]), default="BATCH", show_default=True)
@click.argument("name")
def define_command(endpoint: str, project: str, workspace: str, job_type: str, name: str) -> None:
    """Define a DataArts job, switched off."""
    _tell(Control(endpoint).define(project, name, job_type, workspace))


@sandbox.command("log")
@_ENDPOINT
def log_command(endpoint: str) -> None:
    """Show the requests that the sandbox has seen."""
    heads = ("NUMBER", "SERVICE", "OPERATION", "STATUS", "CODE", "FAULT")
    rows = [tuple(str(entry[head.lower()]) for head in heads) for entry in Control(endpoint).log()]
    for line in _table([heads, *rows]):
        click.echo(line)


@sandbox.command("settings")
@_ENDPOINT
@click.argument("changes", nargs=-1, metavar="[NAME=VALUE]...")
def settings_command(endpoint: str, changes: Sequence[str]) -> None:
    """Show the settings, after changing some."""
    click.echo(json.dumps(Control(endpoint).settings(**_pairs(changes)), indent=2))


def _settings(speed: float, changes: Sequence[str]) -> Settings:
    return DEFAULTS.changed({"speed": speed, **_pairs(changes)})


def _pairs(changes: Sequence[str]) -> dict[str, str]:
    for change in changes:
        if "=" not in change:
            raise UsageError(f"{change!r} is not of the form NAME=VALUE.")
    return {name: value for name, _, value in (change.partition("=") for change in changes)}


def _announce(endpoint: str) -> None:
    click.echo(f"# The sandbox is at {endpoint}. To point AWS SDKs, the AWS CLI and reconcile at it:")
    for name, value in environment(endpoint).items():
        click.echo(f"export {name}={shlex.quote(value)}")
    sys.stdout.flush()
    click.echo("Ctrl-C ends it.", err=True)


def _tell(job: dict[str, Any]) -> None:
    click.echo(f"{job['kind']} {job['name']}: {job['status']}")


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
