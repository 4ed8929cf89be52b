"""What apply and destroy do: plan, ask, carry out, tell."""

import click

from reconcile.applier.apply import ApplyOptions
from reconcile.applier.session import apply
from reconcile.cli.shell.approval import Approval, refuse_without_terminal
from reconcile.cli.shell.holder import holder
from reconcile.cli.shell.keeping import committable, keep
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
    commit: bool,
) -> Exit:
    """The exit code comes from the same value as the table that is printed."""
    if timeout is not None and not wait:
        raise click.UsageError("--timeout needs --wait.")
    refuse_without_terminal(session, auto_approve=auto_approve, destroy=destroy)
    approval = Approval(session, auto=auto_approve, waits=wait, answer_is_json=as_json)
    workspace = opened(session)
    kept = committable(workspace.project, session.environ) if commit else None
    with progress(session) as on_event:
        result = apply(
            workspace,
            holder=holder(session),
            options=ApplyOptions(parallelism, wait, timeout, lock_timeout),
            approve=approval,
            on_event=on_event,
            targets=targets,
            destroy=destroy,
        )
    unpushed = keep(kept, result, workspace.project) if kept else None
    if as_json:
        session.answer(result_json(result))
    elif not approval.saw_nothing_to_do:
        session.answer("\n" + result_text(result, session.style))
    if result.error:
        session.fail(str(result.error))
    if unpushed:
        session.fail(str(unpushed))
    return result.exit or (unpushed.exit if unpushed else Exit.DONE)
