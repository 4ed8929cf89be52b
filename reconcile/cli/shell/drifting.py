"""What becomes of a drift report beside being shown: it is remembered, measured and announced, where that is wanted."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reconcile.applier.history import History, open_history
from reconcile.applier.history_lines import line_of, remembered
from reconcile.applier.webhook import Webhook, post
from reconcile.applier.workspace import Workspace
from reconcile.cli.shell.files import write_whole
from reconcile.cli.shell.session import Session
from reconcile.errors import Exit, ReconcileError
from reconcile.model.drift import Drift
from reconcile.model.drift_history import Look, key_of
from reconcile.planner.recurrence import with_history
from reconcile.report.drift_message import drift_message
from reconcile.report.drift_prometheus import drift_prometheus


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where a report goes; None where it does not."""

    history: str | None = None
    prometheus: Path | None = None
    webhook: Webhook | None = None


@dataclass
class Delivery:
    """Of one run. What cannot be delivered is a warning: the report is shown, and drift that was found stays found."""

    session: Session
    workspace: Workspace
    outlets: Outlets
    failed: bool = False

    def recall(self, drift: Drift) -> Drift:
        """With what the history knows of its findings."""
        history = self._history()
        if history is None:
            return drift
        project = self.workspace.project
        read: list[Drift] = []

        def look_back() -> None:
            known = remembered(history.read(), project.id, project.environment, self._shard)
            self.session.warn_all(known.warnings)
            read.append(with_history(drift, known.looks))

        self._try(look_back)
        return read[0] if read else drift

    def send(self, drift: Drift, *, about: frozenset[str] | None, unmanaged: bool) -> None:
        """To all outlets, as it is: redacted. `failed` tells whether one of them did not take it."""
        project, outlets = self.workspace.project, self.outlets
        history = self._history()
        if history is not None and not self.failed:
            line = line_of(self._look(drift, about, unmanaged=unmanaged))
            self._try(lambda: history.append(line, month=f"{drift.at:%Y-%m}"))
        if (path := outlets.prometheus) is not None:
            kinds = {address.kind for address in self.workspace.jobs}
            text = drift_prometheus(drift, project=project.name, environment=project.environment, kinds=kinds)
            self._try(lambda: write_whole(path, text))
        if (hook := outlets.webhook) is not None and drift.exit is Exit.CHANGES:
            message = drift_message(drift, project=project.name, environment=project.environment)
            self._try(lambda: post(hook, message.encode()))

    @property
    def _shard(self) -> str:
        """As histories name it: "" where the project is not divided."""
        return str(self.workspace.project.shard or "")

    def _history(self) -> History | None:
        place = self.outlets.history
        return open_history(place, self.workspace.project.lock_file_options) if place is not None else None

    def _look(self, drift: Drift, about: frozenset[str] | None, *, unmanaged: bool) -> Look:
        project = self.workspace.project
        found = {key_of(finding): finding.drift for finding in drift.findings}
        return Look(
            run=str(uuid.uuid4()),
            project=project.id,
            environment=project.environment,
            at=drift.at,
            found=found,
            counts=drift.counts,
            about=about,
            unmanaged=unmanaged,
            shard=self._shard,
        )

    def _try(self, deliver: Callable[[], None]) -> None:
        try:
            deliver()
        except ReconcileError as error:
            self.failed = True
            self.session.warn_all([str(error)])
