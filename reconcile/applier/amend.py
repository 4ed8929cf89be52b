"""Changes to what is recorded that no plan makes: a person knows better, or brings back what a store had lost."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reconcile.applier.doubt import doubts, entries_of
from reconcile.applier.workspace import Workspace
from reconcile.errors import LockFileError, ReconcileError, UsageError
from reconcile.kinds.descriptor import Descriptor
from reconcile.lockfile.protocol import Entry, EntryKind, Holder, Lease
from reconcile.lockfile.rescue import load
from reconcile.model.address import Address
from reconcile.model.job import ExternalId
from reconcile.model.observed import Sighting
from reconcile.model.phase import Phase, Stage
from reconcile.model.record import Record
from reconcile.planner.adopt import started
from reconcile.planner.decide import undone
from reconcile.planner.doubt import taken_for


def settle(workspace: Workspace, address: Address, job: str | None, *, holder: Holder, timeout: float) -> Record:
    """Closes the open intent of an address: it started this job (the id as its service writes it), or, with None, it
    started none. Returns the record that stands now."""

    def entry(record: Record) -> Entry:
        if record.doubted_at is not None and not (record.is_intent or record.phase.is_live):
            return _cleared(workspace, record, job)
        if not record.is_intent:
            raise UsageError(
                f"{address} has no interrupted start: attempt {record.attempt} is {record.phase}.",
                fix="Only a start whose outcome is not known can be settled; reconcile plan names it.",
            )
        if job is None:
            return Entry(EntryKind.DROPPED, address, undone(record), record.attempt)
        external_id = _external_id(workspace.catalog[address.kind], record, job)
        return Entry(EntryKind.OUTCOME, address, started(record, Sighting(external_id, Phase.PENDING, "")))

    return _amend(workspace, address, entry, holder, timeout)


def forget(workspace: Workspace, address: Address, *, holder: Holder, timeout: float) -> Record:
    """Makes a tombstone of the record; its job is left as it is."""

    def entry(record: Record) -> Entry:
        if record.is_tombstone:
            raise UsageError(f"{address} was forgotten before.")
        if record.is_intent:
            raise ReconcileError(
                f"{address} has an interrupted start, which must not be forgotten.",
                fix="Run reconcile apply, which finds out what became of it, or reconcile state settle.",
            )
        return Entry(EntryKind.OUTCOME, address, replace(record, stage=Stage.REMOVED))

    return _amend(workspace, address, entry, holder, timeout)


def recover(workspace: Workspace, file: Path, *, holder: Holder, timeout: float) -> tuple[Entry, ...]:
    """Takes the records of a rescue file in. Taking them in twice does nothing."""
    journal = load(file)
    theirs = journal.head
    with _held(workspace, holder, timeout) as lease:
        ours = lease.snapshot().head
        if theirs is None or theirs.project != ours.project or len({ours.lineage, theirs.lineage} - {""}) > 1:
            raise LockFileError(
                f"This rescue file is of another lock file (project {theirs.project if theirs else '?'}).",
                where=str(file),
                fix="Give the file that the failed apply of this project named.",
            )
        lease.append([*entries_of(_unsure(workspace, lease)), *journal.entries], durable=True)
        lease.fold(validated_with=workspace.lockfile.head.validated_with)
    return journal.entries


def _amend(
    workspace: Workspace, address: Address, entry: Callable[[Record], Entry], holder: Holder, timeout: float
) -> Record:
    with _held(workspace, holder, timeout) as lease:
        unsure = _unsure(workspace, lease)
        record = unsure.get(address) or lease.snapshot().get(address)
        if record is None:
            raise UsageError(f"Nothing is recorded of {address}.", fix="reconcile state list shows what is.")
        made = entry(record)
        assert made.record is not None
        lease.append([*entries_of(unsure), made], durable=True)
        lease.fold(validated_with=workspace.lockfile.head.validated_with)
        return made.record


def _cleared(workspace: Workspace, record: Record, job: str | None) -> Entry:
    """A start that may have been lost was this job, or there was none."""
    desired = workspace.jobs.get(record.address)
    if job is None or desired is None:
        return Entry(EntryKind.OUTCOME, record.address, replace(record, doubted_at=None))
    intent = taken_for(desired, record)
    external_id = _external_id(workspace.catalog[record.address.kind], intent, job)
    return Entry(EntryKind.OUTCOME, record.address, started(intent, Sighting(external_id, Phase.PENDING, "")))


def _unsure(workspace: Workspace, lease: Lease) -> Mapping[Address, Record]:
    """What is written makes a lock file that is as good as any: it has to keep what is not sure."""
    return doubts(lease.snapshot(), workspace.jobs, workspace.catalog, at=lease.holder.since)


@contextmanager
def _held(workspace: Workspace, holder: Holder, timeout: float) -> Iterator[Lease]:
    lease = workspace.store.acquire(holder, timeout=timeout)
    try:
        yield lease
    finally:
        lease.release()


def _external_id(kind: Descriptor, intent: Record, job: str) -> ExternalId:
    """The parts that the reply would have told come from `job`, the others from the spec."""
    told = [part for part, source in kind.id.items() if source.startswith("output.")]
    given = job.split("/") if len(told) > 1 else [job]
    if len(told) != len(given) or not all(given):
        parts = "/".join(sorted(told)) or "no id: it is named by its spec"
        raise UsageError(f"{job!r} is no id of a {kind.kind}.", fix=f"Give {parts}.")
    members = {part: source.removeprefix("input.") for part, source in kind.id.items() if part not in told}
    return {part: str(intent.spec[member]) for part, member in members.items()} | dict(
        zip(sorted(told), given, strict=True)
    )
