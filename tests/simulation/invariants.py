"""What must hold in every world, at every moment.

Where nothing guards a start (DataArtsJobRun), these are waived, because no design can keep them:

- *at most one live job*, *not run again* and *attempts*: once the lock file was lost or replaced by an older one. Its
  runs carry no marks, so nothing tells that one of them is ours.
- *recorded or findable*: from then on too.

- Its runs are not made alike by others in these worlds (`others`): one that somebody starts between an interrupted
  start and the next look may be taken for ours.
- A request is sent within seconds of the check that allowed it. A process that is stopped just between the two, for
  longer than the settle time, sends it when another has looked for it in vain and started it again.

For every kind:

- An older lock file in a clone that has seen no newer one, or none at all there, is used once lists show all that was
  started. Until then nothing tells of what another clone has just started in another content.
- Watches differ by two seconds from the right time, no more. Where they differ by more than the settle time less the
  delay of lists, a runner may think that the start of another is long past when it is not listed yet.
- Where names are the only marks, nobody else uses names of our form: one of them would be ours. A name tells the
  content of a job only to one who wants the same: with the lock file lost, contents a, b, then a again may run a twice.
- Where two lock files were merged, a whole line of the older one is believed, and what it says is done is not done
  again (`rest`). It starts nothing twice: before a start, its marks are looked for.
- A job that its service has forgotten does not count as live, and may run again with `onMissing: restart` (the user
  said so), with the lock file lost as well, and where the apply that started it died before it had the answer: nobody
  remembers that there was such a job.
"""

from itertools import pairwise

from reconcile.cloud.marks import marks_in_name, marks_of
from reconcile.errors import ReconcileError
from reconcile.model.phase import Goal, Guarantee, OnMissing, Phase
from reconcile.model.tokens import client_token


def check_invariants(world):
    """What is violated now, in words; nothing where all is well, or where a merge waits to be resolved."""
    if world.has_conflict:
        return []
    return [
        *_lock_file_loads(world),
        *_one_live_job(world),
        *_recorded_or_findable(world),
        *_done_is_recorded(world),
        *_tokens_are_of_one_attempt(world),
        *_not_run_again(world),
        *_attempts_are_bounded(world),
        *_attempts_rise(world),
        *_hands_off(world),
        *world.truth.violations,
    ]


def _lock_file_loads(world):
    try:
        lockfile = world.place.read()
        for address in lockfile:
            lockfile.get(address)
    except ReconcileError as error:
        yield f"the lock file cannot be read: {error}"


def _one_live_job(world):
    for address, births in _by_address(world):
        live = [birth for birth in births if is_live(world, birth)]
        if len(live) > 1 and not _is_unknowable(world, births[0]):
            yield f"{address}: {len(live)} live jobs (attempts {', '.join(str(birth.attempt) for birth in live)})"


def _recorded_or_findable(world):
    lockfile = world.readable()
    if lockfile is None:
        return
    for address, births in _by_address(world):
        record = lockfile.get(address)
        for birth in births:
            if not is_live(world, birth) or _is_unknowable(world, birth):
                continue
            job = world.truth.job(birth)
            if not (_records(record, job) or _is_findable(world, birth, job)):
                yield f"{address}: attempt {birth.attempt} lives, is not recorded and cannot be found"


def _done_is_recorded(world):
    """What an apply that came to its end says to have started needs no finding out."""
    lockfile = world.readable()
    for row in world.done if lockfile is not None else ():
        record = lockfile.get(row.address)
        if row.action.starts and (record is None or record.is_intent):
            yield f"{row.address}: its start is said to be done, and its record does not say so"


def _tokens_are_of_one_attempt(world):
    for token, uses in world.truth.uses.items():
        if len(uses) > 1:
            attempts = sorted((str(use[0]), use[2], use[3]) for use in uses)
            yield f"token {token} was sent with {len(uses)} contents or attempts: {attempts}"


def _not_run_again(world):
    for address, births in _by_address(world):
        for before, birth in pairwise(births):
            completed = birth.wanted is not None and birth.wanted.goal is Goal.COMPLETED
            again = birth.same_content(before) and birth.after is Phase.SUCCEEDED
            if completed and again and not (_is_unknowable(world, before) or _is_told_by_name(world)):
                yield f"{address}: attempt {birth.attempt} runs what attempt {before.attempt} had completed"


def _attempts_are_bounded(world):
    for address, births in _by_address(world):
        count = 0
        for place, birth in enumerate(births):
            before = births[place - 1] if place else None
            goes_on = before is not None and birth.same_content(before) and before.number not in world.truth.stopped
            count = count + 1 if goes_on else 1
            most = birth.wanted.max_attempts if birth.wanted else count
            if count > most and not (_is_unknowable(world, birth) or _is_told_by_name(world)):
                yield f"{address}: {count} attempts of one content, {most} were allowed"


def _attempts_rise(world):
    for address, births in _by_address(world):
        for before, birth in pairwise(births):
            if birth.attempt <= before.attempt and not _is_unknowable(world, before):
                yield f"{address}: attempt {birth.attempt} began after attempt {before.attempt}"


def _hands_off(world):
    """No job of others is taken for ours."""
    lockfile = world.readable()
    theirs = [job for job in world.cloud.memory.jobs() if job.number in world.truth.foreign]
    for address in lockfile if lockfile is not None and theirs else ():
        record = lockfile.get(address)
        if any(address.kind == job.kind and record.external_id == job.id for job in theirs):
            yield f"{address}: a job of others is recorded as its own"


def is_live(world, birth):
    job = world.truth.job(birth)
    return world.cloud.found(job) and world.cloud.phase_now(job).is_live


def _by_address(world):
    births = world.truth.births
    return [(address, world.truth.of(address)) for address in sorted({birth.address for birth in births})]


def _is_unknowable(world, birth):
    """See above: what nobody remembers any more, and what the user said may run again."""
    kind, births = world.kinds[birth.address.kind], world.truth.of(birth.address)
    forgotten = [each for each in births if not world.cloud.found(world.truth.job(each))]
    if world.has_lost and (kind.guarantee is Guarantee.LOOK_UP or forgotten):
        return True
    if forgotten and any(each.wanted and each.wanted.on_missing is OnMissing.RESTART for each in births):
        return True
    lockfile = world.readable()
    record = lockfile.get(birth.address) if lockfile else None
    return any(not _records(record, world.truth.job(each)) for each in forgotten)


def _is_told_by_name(world):
    """See above: what a job is of, its name does not tell."""
    return world.has_lost and world.project.providers["aws"].marks == "name"


def _records(record, job):
    if record is None:
        return False
    known = [record, *([record.previous] if record.previous else []), *record.history]
    return any(each.external_id == job.id for each in known)


def _is_findable(world, birth, job):
    kind = world.kinds[birth.address.kind]
    if kind.guarantee is Guarantee.LOOK_UP:  # an open intent of that time names it
        record = world.readable().get(birth.address)
        return record is not None and record.is_intent and record.intent_at.timestamp() - 5 <= job.created
    if world.project.providers["aws"].marks == "name":
        told = marks_in_name(world.project.id, world.project.environment, birth.address, job.name)
        return told is not None and told.attempt == birth.attempt and birth.token.startswith(told.client_token)
    marks = marks_of(_tags(kind, job), kind.start.tag_style)
    if marks is None or marks.address != birth.address:
        return False
    token = client_token(marks.project, marks.environment, marks.address, marks.digest, marks.generation, marks.attempt)
    return marks.client_token == token == birth.token


def _tags(kind, job):
    if kind.start.tag_style == "map":
        return dict(job.tags)
    key, value = kind.start.tag_style.split("/")
    return [{key: name, value: text} for name, text in job.tags.items()]
