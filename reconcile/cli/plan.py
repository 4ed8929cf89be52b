"""`reconcile plan`"""

import click

from reconcile.cli.shell import options
from reconcile.cli.shell.project import opened, surveyed
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.planner.guard import check_guards
from reconcile.report.plan_json import plan_json
from reconcile.report.plan_text import plan_text


@click.command()
@options.targets
@options.variables
@click.option("--destroy", is_flag=True, help="What `reconcile destroy` would do.")
@click.option(
    "--detailed-exitcode", is_flag=True, help="End with 2 where there are changes, blocked and waiting ones too."
)
@options.parallelism
@options.as_json
@click.pass_obj
def plan(
    session: Session,
    *,
    targets: tuple[str, ...],
    destroy: bool,
    detailed_exitcode: bool,
    parallelism: int,
    as_json: bool,
) -> Exit:
    """Show what apply would do. Nothing is changed, and no lease is taken.

    \b
    Examples:
      reconcile -C manifests plan
      reconcile plan --target 'EMRServerlessJobRun/*' --target team=documents
      reconcile plan --json --detailed-exitcode

    Exit codes: 0 done (with --detailed-exitcode: and nothing to change), 1 error,
    2 changes pending (with --detailed-exitcode), 5 a guard would refuse to apply it.
    """
    workspace = opened(session)
    survey = surveyed(session, workspace, parallelism=parallelism, targets=targets, destroy=destroy)
    session.warn_all(survey.plan.warnings)
    session.answer(plan_json(survey.plan) if as_json else plan_text(survey.plan, session.style))
    check_guards(survey.plan, workspace.project.guards, live=survey.live)
    return Exit.CHANGES if detailed_exitcode and not survey.plan.is_empty else Exit.DONE
