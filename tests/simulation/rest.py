"""Where undisturbed applies come to rest: every goal is met, or there is a reason that a person would accept."""

from reconcile.model.change import Action
from reconcile.model.phase import Goal, Guarantee, OnChange, OnRemove, Phase, Protect
from reconcile.sandbox.dataarts import JOB
from tests.simulation.invariants import is_live


def restless(world, outcome):
    """What it had to do, without the starts that are refused each time and excused."""
    jobs = world.manifests
    return [
        change
        for change in outcome.acts
        if not (change.action is Action.START and _is_excused(world, jobs[change.address], change))
    ]


def unmet(world, outcome):
    """What is not as it shall be, in words."""
    if outcome.plan is None:
        yield f"there is no plan: {outcome.error!r}"
        return
    changes = {change.address: change for change in outcome.plan.changes}
    for address, job in world.manifests.items():
        if not (_is_met(world, job) or _is_excused(world, job, changes.get(address))):
            said = changes[address].reason if address in changes else "nothing to do"
            yield f"{address}: {job.goal} is not met, and the plan says: {said}"
    for address in {birth.address for birth in world.truth.births} - set(world.manifests):
        if _live(world, address) and not _may_run_on(world, address):
            yield f"{address}: is not declared any more, and its job runs on"


def _is_met(world, job):
    if job.sort == "switch":
        phase = _switch(world, job)
        wanted = Phase.RUNNING if job.goal is Goal.RUNNING else Phase.STOPPED
        return phase is wanted or (phase is Phase.MISSING and job.goal is Goal.STOPPED)
    births = world.truth.of(job.address)
    live = _live(world, job.address)
    if job.goal is Goal.STOPPED:
        return not live or not job.kind.can_stop
    if not births:
        return False
    last = births[-1]
    desired = job.desired
    same = (last.digest, last.generation) == (desired.digest, desired.generation)
    if live and job.on_change is not OnChange.REPLACE:
        return True
    if job.goal is Goal.RUNNING:
        return same and bool(live)
    return same and (bool(live) or world.cloud.phase_now(world.truth.job(last)) is Phase.SUCCEEDED)


def _is_excused(world, job, change):
    """Blocked, and a person would see why."""
    births = world.truth.of(job.address)
    if job.kind.guarantee is Guarantee.LOOK_UP and world.has_lost:
        return True  # an older lock file does not know of the runs since, and nothing tells it
    was_done = any(birth.digest == job.desired.digest for birth in births)
    if was_done and (world.has_merged or (world.has_lost and world.has_destroyed)):
        return True  # an older record is believed, where its line was merged in, or what it names was then destroyed
    if change is not None and change.action is Action.WAIT and "it depends on" in change.reason:
        return True
    forgotten = any(not world.cloud.found(world.truth.job(birth)) for birth in births)
    if job.kind.guarantee is Guarantee.UNIQUE_NAME and world.has_lost and forgotten:
        return True  # its start is refused, for the name of the one that nobody remembers
    if change is None or change.action is not Action.BLOCKED:
        return False
    if job.protect:
        return True
    if forgotten:
        return True
    record = change.decision.record
    return record is not None and not record.is_intent and record.tries >= job.max_attempts


def _live(world, address):
    return [birth for birth in world.truth.of(address) if is_live(world, birth)]


def _may_run_on(world, address):
    births = world.truth.of(address)
    left = any(birth.wanted is None or birth.wanted.on_remove is OnRemove.LEAVE for birth in births)
    protected = any(birth.wanted and Protect.STOP in birth.wanted.protect for birth in births)
    return left or protected or world.has_lost or not world.kinds[address.kind].can_stop


def _switch(world, job):
    place = f"{job.desired.scope.removeprefix('dataarts/')}"
    found = world.cloud.memory.table(JOB, place).get((job.desired.spec["jobName"],))
    return world.cloud.phase_now(found) if found else Phase.MISSING
