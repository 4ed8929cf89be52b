"""What apply and destroy do: plan, ask, carry out, tell."""

import click

from reconcile.applier.workspace import ApplyOptions
from reconcile.applier.workspace import apply as carried_out
from reconcile.cli.shell.approval import Approval, refuse_without_terminal
from reconcile.cli.shell.progress import progress
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.report.result import result_json, result_text


def carry_out(
    session: Session,
    *,
    destroy: bool,
    targets: tuple[str, ...],
    auto_approve: bool,
    wait: bool,
    timeout: float | None,
    parallelism: int,
    lock_timeout: float,
    as_json: bool,
) -> Exit:
    """The exit code comes from the same value as the table that is printed."""
    if timeout is not None and not wait:
        raise click.UsageError("--timeout needs --wait.")
    refuse_without_terminal(session, auto_approve=auto_approve)
    approval = Approval(session, auto=auto_approve, waits=wait, answer_is_json=as_json)
    with progress(session) as on_event:
        result = carried_out(
            opened(session),
            targets=targets,
            destroy=destroy,
            options=ApplyOptions(parallelism, wait, timeout, lock_timeout),
            approve=approval,
            on_event=on_event,
        )
    if approval.declined:
        session.warn("Nothing was applied.")
        return Exit.ERROR
    if as_json:
        session.answer(result_json(result))
    elif result.rows or approval.plan is None or not approval.plan.is_empty:
        session.answer("\n" + result_text(result, session.style))
    return result.exit
