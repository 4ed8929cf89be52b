"""What an apply says when its store fails after it has acted: nothing that was started may be forgotten."""

import tempfile
from pathlib import Path

import orjson

from reconcile.applier.ledger import Ledger
from reconcile.errors import ReconcileError, Unrecorded
from reconcile.lockfile.protocol import Lease
from reconcile.lockfile.rescue import save
from reconcile.model.project import Project
from reconcile.model.record import Record


def unwritten(error: ReconcileError, ledger: Ledger, lease: Lease, project: Project) -> Unrecorded:
    """The last words about what the lock file does not have: a rescue file, and enough to find the jobs by hand."""
    records = ledger.changed
    name = f"{Path(project.own_lock_file).name}.rescue-{lease.holder.id[:8]}"
    places = [Path(folder) / name for folder in (project.folder, tempfile.gettempdir())]
    saved = save(records, lease.snapshot().head, places) if records else None
    told = [orjson.dumps(_last_words(record)).decode() for record in records]
    return Unrecorded(
        "\n".join([error.what, "What this apply did is not in the lock file:", *(told or ["nothing."])]),
        where=error.where,
        fix=f"{error.fix} Then: reconcile state recover {saved}" if saved else error.fix,
    )


def _last_words(record: Record) -> dict[str, object]:
    return {
        "address": str(record.address),
        "attempt": record.attempt,
        "clientToken": record.client_token,
        "externalId": record.external_id,
        "stage": record.stage,
    }
