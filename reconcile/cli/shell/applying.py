"""What apply and destroy do: plan, ask, carry out, tell."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import click

from reconcile.applier.apply import ApplyOptions
from reconcile.applier.saved_plan import SavedPlan
from reconcile.applier.session import apply
from reconcile.applier.workspace import Workspace
from reconcile.cli.shell.answers import Form, Lines, form_of
from reconcile.cli.shell.approval import Approval, refuse_without_terminal
from reconcile.cli.shell.holder import holder
from reconcile.cli.shell.keeping import committable, keep
from reconcile.cli.shell.own_files import refuse_own_files
from reconcile.cli.shell.plan_file import refuse_options_beside
from reconcile.cli.shell.progress import progress
from reconcile.cli.shell.project import opened
from reconcile.cli.shell.report_files import ReportFile
from reconcile.cli.shell.reports import write_reports
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit
from reconcile.lockfile.in_git import NotPushed
from reconcile.model.change import Plan
from reconcile.model.result import Event, Result
from reconcile.report.lines import apply_end_line, change_line, event_line
from reconcile.report.result import result_json, result_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says, by the names of its options. `saved`: a plan that was approved before."""

    destroy: bool
    saved: SavedPlan | None = None
    targets: tuple[str, ...]
    auto_approve: bool
    wait: bool
    timeout: float | None
    parallelism: int
    lock_timeout: float
    as_json: bool
    json_lines: bool
    commit: bool
    report_files: tuple[ReportFile, ...]

    def checked(self) -> "Asked":
        """With what the saved plan is of, where there is one. Raises UsageError where options do not go together."""
        if self.timeout is not None and not self.wait:
            raise click.UsageError("--timeout needs --wait.")
        refuse_options_beside(self.saved, self.targets)
        if self.saved is None:
            return self
        return replace(self, targets=self.saved.targets, destroy=self.saved.destroy, auto_approve=True)

    @property
    def options(self) -> ApplyOptions:
        return ApplyOptions(
            targets=self.targets,
            destroy=self.destroy,
            parallelism=self.parallelism,
            wait=self.wait,
            wait_timeout=self.timeout,
            lock_timeout=self.lock_timeout,
            saved=self.saved,
        )


def carry_out(session: Session, asked: Asked) -> Exit:
    """The exit code comes from the same value as all that is told and written."""
    asked = asked.checked()
    teller = _Teller(session, form_of(as_json=asked.as_json, json_lines=asked.json_lines), asked.report_files)
    refuse_without_terminal(session, auto_approve=asked.auto_approve, destroy=asked.destroy)
    approval = Approval(session, auto=asked.auto_approve, waits=asked.wait, form=teller.form, on_plan=teller.planned)
    workspace = opened(session)
    refuse_own_files(workspace.project, [file.path for file in asked.report_files])
    kept = committable(workspace.project, session.environ) if asked.commit else None
    if asked.saved:
        asked.saved.refuse_other_files(workspace)
    own = holder(session)
    with progress(session, teller.happened) as on_event:
        result = apply(workspace, holder=own, options=asked.options, approve=approval, on_event=on_event)
    unpushed = keep(kept, result, workspace.project) if kept else None
    code = teller.ended(result, workspace, in_words=not approval.saw_nothing_to_do, unpushed=unpushed)
    for error in filter(None, (result.error, unpushed)):
        session.fail(str(error))
    return code


class _Teller:
    """Tells of one apply on stdout and in reports. `happened` is None where events are not for stdout."""

    def __init__(self, session: Session, form: Form, files: tuple[ReportFile, ...]) -> None:
        self.form = form
        self._session = session
        self._files = files
        self._lines = Lines(session)
        self.happened: Callable[[Event], None] | None = self._happened if form is Form.LINES else None

    def planned(self, plan: Plan) -> None:
        if self.form is Form.LINES:
            for change in plan.changes:
                self._lines.write(change_line(change, self._session.now()))

    def ended(self, result: Result, workspace: Workspace, *, in_words: bool, unpushed: NotPushed | None = None) -> Exit:
        """Reports first: they are written even where stdout is lost. Raises OutputLost."""
        session = self._session
        result = replace(session.redacted(result), shard=workspace.project.shard)
        code = unpushed.exit if unpushed and result.exit is Exit.DONE else result.exit
        code = write_reports(session, result, self._files, project=workspace.project, code=code)
        match self.form:
            case Form.JSON:
                session.answer_data(result_json(result))
            case Form.LINES:
                self._lines.write(apply_end_line(result, session.now(), code))
                self._lines.close()
            case Form.TEXT if in_words:
                session.answer("\n" + result_text(result, session.style))
        return code

    def _happened(self, event: Event) -> None:
        self._lines.write(event_line(event))
