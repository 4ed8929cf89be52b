"""When one look is not enough, because what was started a moment ago may not be listed yet."""

from collections.abc import Mapping

from reconcile.applier.ledger import Ledger
from reconcile.applier.surveyed import Survey
from reconcile.kinds.descriptor import Descriptor
from reconcile.model.address import Address
from reconcile.model.observed import IntentAge
from reconcile.model.phase import Guarantee, Phase


def may_be_late(survey: Survey, ledger: Ledger, *, wait: bool) -> str:
    """Where a lock file was lost, or there is none and yet jobs of ours: what is about to start, or with `wait` may
    start later in this apply, may be started and not listed yet. Says so, or ""."""
    if ledger.existed or ledger.stale:
        return "the lock file is lost, or has lost something" if ledger.stale else ""
    starts = any(change.starts for change in survey.plan.changes)
    may_start = starts or (wait and not survey.plan.is_empty)
    found = any(seen.marked or seen.candidates for seen in survey.observed.values())
    return "the lock file is lost" if may_start and found else ""


def given_up(survey: Survey, ledger: Ledger, catalog: Mapping[str, Descriptor]) -> set[Address]:
    """Where an open intent would be dropped, by the clock's word alone that lists had the time to show its run."""
    return {
        address
        for address, seen in survey.observed.items()
        if seen.phase is not Phase.UNKNOWN and seen.age is IntentAge.SETTLED and not seen.candidates
        if (record := ledger.get(address)) is not None and record.is_intent
        if catalog[address.kind].guarantee is Guarantee.LOOK_UP
    }
