"""The commands about a sandbox's jobs: what it holds, and what happens to them behind everyone's back."""

from typing import Any

import click

from reconcile.cli.sandbox import options
from reconcile.cli.shell.session import Session
from reconcile.report.encode import json_text
from reconcile.report.layout import plain_table
from reconcile.sandbox.client import Control


@click.command("jobs")
@options.endpoint
@click.option("--json", "as_json", is_flag=True, help="All that is known of them.")
@click.pass_obj
def jobs_command(session: Session, /, endpoint: str, *, as_json: bool) -> None:
    """List the jobs that the sandbox holds."""
    jobs = Control(endpoint).jobs()
    if as_json:
        session.answer(json_text(jobs))
        return
    rows = [(job["kind"], job["name"], job["status"], list(job["id"].values())[-1]) for job in jobs]
    session.answer(plain_table(("KIND", "NAME", "STATUS", "ID"), rows, session.style))


@click.command("stop")
@options.endpoint
@click.argument("job")
@click.pass_obj
def stop_command(session: Session, /, endpoint: str, job: str) -> None:
    """Stop a JOB behind everyone's back, by its id, name or ARN."""
    _tell(session, Control(endpoint).stop(job))


@click.command("fail")
@options.endpoint
@click.option("--reason", default="Failed on request.", show_default=True)
@click.argument("job")
@click.pass_obj
def fail_command(session: Session, /, endpoint: str, reason: str, job: str) -> None:
    """Let a JOB fail now."""
    _tell(session, Control(endpoint).fail(job, reason))


@click.command("complete")
@options.endpoint
@click.argument("job")
@click.pass_obj
def complete_command(session: Session, /, endpoint: str, job: str) -> None:
    """Let a JOB succeed now."""
    _tell(session, Control(endpoint).complete(job))


@click.command("forget")
@options.endpoint
@click.argument("job")
@click.pass_obj
def forget_command(session: Session, /, endpoint: str, job: str) -> None:
    """Let the service forget a JOB, as services do with old ones."""
    _tell(session, Control(endpoint).forget(job))


@click.command("define")
@options.endpoint
@click.option("--project", required=True)
@click.option("--workspace", default="default", show_default=True)
@click.option("--type", "job_type", type=click.Choice(["BATCH", "REAL_TIME"]), default="BATCH", show_default=True)
@click.argument("name")
@click.pass_obj
def define_command(session: Session, /, endpoint: str, project: str, workspace: str, job_type: str, name: str) -> None:
    """Define a DataArts job, switched off."""
    _tell(session, Control(endpoint).define(project, name, job_type, workspace))


def _tell(session: Session, job: dict[str, Any]) -> None:
    session.answer(f"{job['kind']} {job['name']}: {job['status']}")
