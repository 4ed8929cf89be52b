"""A plan in a file: made now, applied once and later, and only if it would still be the same.

Nothing in it is ever carried out as it is written: an apply decides anew, under its lease, and does so only if it comes
to the same. A file that somebody edited can therefore not make it do anything else.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconcile.applier.surveyed import Survey
from reconcile.applier.workspace import Workspace
from reconcile.errors import Exit, ReconcileError
from reconcile.lockfile.protocol import Head
from reconcile.manifest.fingerprint import fingerprint
from reconcile.model.address import Address
from reconcile.model.change import Action, Plan
from reconcile.report.encode import json_compact, json_time

AGAIN = "Make a new one with `reconcile plan -o FILE`, and look at it."


class StalePlan(ReconcileError):
    """What was approved is not what would be done now."""

    code = "stale-plan"
    exit = Exit.STALE_PLAN


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """`nonce` is random, of this one file. `observed` is a digest of what the services said of what changes."""

    project: str
    made_at: str
    nonce: str
    lineage: str
    serial: int
    manifests: str
    observed: str
    plan: Plan
    targets: tuple[str, ...] = ()
    destroy: bool = False
    path: str = field(default="", compare=False)  # of the file, for messages

    def refuse_other_files(self, workspace: Workspace) -> None:
        """Raises StalePlan where it was made from other files than those that are here now."""
        if self.project != workspace.project.id:
            raise StalePlan(f"This plan is of project {self.project}.", where=self.path, fix=AGAIN)
        if (shard := self.plan.shard) != workspace.project.shard:
            fix = f"Apply it with --shard {shard}." if shard else "Apply it without --shard."
            raise StalePlan(
                f"This plan is of {f'shard {shard}' if shard else 'the whole project'}.", where=self.path, fix=fix
            )
        if self.manifests != fingerprint(workspace.project):
            raise StalePlan("The manifests changed since this plan was made.", where=self.path, fix=AGAIN)

    def refuse_other_base(self, head: Head) -> None:
        """`head` is that of the lock file, under the lease. Raises StalePlan."""
        if head.plan == self.nonce:
            raise StalePlan("This plan was applied already.", where=self.path, fix=AGAIN)
        if (head.lineage, head.serial) != (self.lineage, self.serial):
            raise StalePlan(
                f"Something was applied since this plan was made: the lock file has serial {head.serial}, the plan was "
                f"made from {self.serial}.",
                where=self.path,
                fix=AGAIN,
            )

    def refuse_other_plan(self, survey: Survey) -> None:
        """Raises StalePlan where something else would be done now."""
        if acts(survey.plan) != acts(self.plan):
            why = "" if observed_digest(survey) == self.observed else ": the services report something else"
            raise StalePlan(f"What would be done changed since this plan was made{why}.", where=self.path, fix=AGAIN)


def acts(plan: Plan) -> list[tuple[Address, Action, Action | None, str]]:
    """All that would be done, and with which tokens."""
    return [
        (change.address, change.action, change.then, change.client_token)
        for change in plan.changes
        if change.action.is_act
    ]


def saved(
    workspace: Workspace, survey: Survey, *, targets: tuple[str, ...], destroy: bool, now: datetime, nonce: str
) -> SavedPlan:
    base = workspace.lockfile.base
    return SavedPlan(
        workspace.project.id,
        json_time(now) or "",
        nonce,
        base.lineage,
        base.serial,
        fingerprint(workspace.project),
        observed_digest(survey),
        survey.plan,
        targets,
        destroy,
    )


def observed_digest(survey: Survey) -> str:
    """Of what the services said of the jobs that change."""
    told = [
        (str(change.address), str(seen.phase), seen.status)
        for change in survey.plan.changes
        if (seen := survey.observed.get(change.address)) is not None
    ]
    return digest_of(told)


def digest_of(value: Any) -> str:
    """Of JSON, whatever the order of its members."""
    return f"sha256:{hashlib.sha256(json_compact(value, in_order=True).encode()).hexdigest()}"
