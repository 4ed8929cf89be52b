"""Showing a plan and asking whether it shall be carried out."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from reconcile.cli.shell.answers import Form
from reconcile.cli.shell.ci import folded
from reconcile.cli.shell.session import Session
from reconcile.model.change import Action, Plan
from reconcile.report.plan_text import plan_text


def refuse_without_terminal(session: Session, *, auto_approve: bool, destroy: bool) -> None:
    """Said before anything is read: who cannot be asked has to say yes beforehand."""
    if not (auto_approve or session.can_ask):
        plan = "reconcile plan --destroy" if destroy else "reconcile plan"
        raise click.UsageError(f"There is no terminal to ask on: look at `{plan}`, then give --auto-approve.")


@dataclass
class Approval:
    """Called with the plan that apply is about to carry out: shows it, and says whether it may be."""

    session: Session
    auto: bool
    waits: bool  # what waits now is to be started on the way
    form: Form
    on_plan: Callable[[Plan], None]
    saw_nothing_to_do: bool = False

    def __call__(self, plan: Plan) -> bool:
        self.saw_nothing_to_do = plan.is_empty
        shown = self.session.redacted(plan)
        self.on_plan(shown)
        self._show(shown)
        self.session.warn_all(plan.warnings)
        return not plan.refused and (self.auto or self._is_idle(plan) or self._asked())

    def _show(self, plan: Plan) -> None:
        plan = replace(plan, refused=None)  # as an error it is told anyway
        if self.form is Form.TEXT:
            with folded(self.session, "reconcile_plan", "Plan"):
                self.session.answer(plan_text(plan, self.session.style))
        else:
            self.session.note(plan_text(plan, self.session.error_style))

    def _is_idle(self, plan: Plan) -> bool:
        return not (plan.acts or (self.waits and plan.counts[Action.WAIT]))

    def _asked(self) -> bool:
        with _interruptible():  # before the question can be seen
            sys.stderr.write("\nDo you want to apply this plan? Only 'yes' is taken as yes: ")
            sys.stderr.flush()
            return sys.stdin.readline().strip() == "yes"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the question, though an event loop would take it as a wish to be told later."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
