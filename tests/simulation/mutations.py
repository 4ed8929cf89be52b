"""Ways in which the code could be wrong, each as a patch of it. A simulation that finds none of them proves nothing."""

import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

from reconcile.applier import start
from reconcile.applier.ledger import Ledger
from reconcile.lockfile.draft import Draft
from reconcile.lockfile.journal import Journal
from reconcile.lockfile.local_lease import LocalLease
from reconcile.lockfile.s3_held import HeldObject
from reconcile.lockfile.s3_journal import Pen
from reconcile.lockfile.s3_lease import S3Lease
from reconcile.model.change import Action, Decision
from reconcile.model.phase import Phase
from reconcile.planner import decide, plan, recorded


def journal_never_written():
    """Records reach the lock file at the end of an apply, and nothing before."""
    return _all(
        patch.object(Journal, "write", lambda self, entries: 0), patch.object(Pen, "write", lambda self, entries: True)
    )


def random_tokens():
    return patch.object(plan, "client_token", lambda *_: str(uuid.uuid4()))


def no_adoption_search():
    """Jobs with our marks that the record does not name are never looked for."""
    return patch.object(decide, "_marked_elsewhere", lambda *_: None)


def resume_that_never_looks():
    """An interrupted start is sent again whatever the service shows."""
    really = decide._open_intent

    def unseeing(desired, intent, seen, can):
        return really(desired, intent, replace(seen, job=None, marked=(), candidates=()), can)

    return patch.object(decide, "_open_intent", unseeing)


def removed_record_deleted():
    """Instead of kept as a tombstone: its attempt number and its job are forgotten."""
    keep, add = Ledger.keep, Draft.add

    def keep_no_tombstone(self, record):
        keep(self, record)
        if record.is_tombstone:
            self._changed[record.address] = None

    def add_no_tombstone(self, entries):
        add(self, entries)
        for address, record in list(self._changes.items()):
            if record is not None and record.is_tombstone:
                self._changes[address] = None

    return _all(patch.object(Ledger, "keep", keep_no_tombstone), patch.object(Draft, "add", add_no_tombstone))


def attempt_left_out_of_the_token():
    token = plan.client_token
    return patch.object(
        plan,
        "client_token",
        lambda project, environment, address, content, generation, attempt: token(
            project, environment, address, content, generation, 1
        ),
    )


def intent_written_after_the_call():
    really = Ledger.intend

    async def intend(self, intent):
        self._changed[intent.address] = intent

    send = start._send

    async def send_then_write(work, intent):
        reply = await send(work, intent)
        await really(work.ledger, intent)
        return reply

    return _all(patch.object(Ledger, "intend", intend), patch.object(start, "_send", send_then_write))


def interrupted_start_replanned():
    """With the manifest's new content, at once, rather than once the old start is known not to have taken place."""
    real = decide._open_intent

    def replanned(desired, intent, seen, can):
        found = real(desired, intent, seen, can)
        changed = desired is not None and not intent.same_content(desired.digest, desired.generation)
        if found.action is Action.WAIT and changed and decide.wants_job(desired):
            return Decision(Action.START, "replanned", decide.undone(intent), tries=1)
        return found

    return patch.object(decide, "_open_intent", replanned)


def lease_not_checked():
    return _all(
        patch.object(LocalLease, "still_ours", lambda self: True),
        patch.object(LocalLease, "_refuse_if_released", lambda self: None),
        patch.object(HeldObject, "is_sure", True),
        patch.object(HeldObject, "refuse_if_over", lambda self: None),
        patch.object(S3Lease, "append", _append_come_what_may),
    )


def _append_come_what_may(lease, entries, *, durable):
    """Whether the chapter is closed or not."""
    lease._draft.add(entries)
    lease._pen.write(entries)


def outcome_dropped():
    """What a start came to is not written down."""

    def nothing_kept(work, change, intent, reply):
        work.end(change, start.Ended.DONE, record=intent)

    return patch.object(start, "_has_started", nothing_kept)


def replace_that_does_not_wait():
    """The new attempt starts before the end of the old job is seen."""
    real = recorded.decide_recorded

    def impatient(desired, record, seen, can):
        decision = real(desired, record, seen, can)
        stopping = record.phase is Phase.STOPPING and desired is not None and decide.wants_job(desired)
        if stopping and not record.same_content(desired.digest, desired.generation):
            return Decision(Action.START, "its spec changed", record, tries=1)
        return decision

    return _all(patch.object(decide, "decide_recorded", impatient))


@contextmanager
def _all(*patches):
    with ExitStack() as stack:
        for each in patches:
            stack.enter_context(each)
        yield
