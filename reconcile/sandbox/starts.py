"""How a job of an AWS kind is born, or why it is not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from reconcile.kinds.descriptor import Descriptor
from reconcile.model.phase import Goal, Phase
from reconcile.sandbox import life, tags
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Steps
from reconcile.sandbox.naming import name_job
from reconcile.sandbox.rules import Refused, Rules, words_of
from reconcile.sandbox.world import World

_EMR_TIMEOUT_MINUTES = 720  # documented; 0 means none
_EMR_TIMEOUT_REASON = "The job run was cancelled because it ran longer than its execution timeout."


@dataclass(frozen=True, slots=True)
class Start:
    """One start request. `listed_in`: a job that it makes is listed so many seconds later; None: the usual delay."""

    kind: Descriptor
    rules: Rules
    place: str
    params: Mapping[str, Any]
    listed_in: float | None = None

    @property
    def token(self) -> str:
        return str(self.params.get(self.kind.start.token) or "") if self.kind.start.token else ""

    @property
    def body(self) -> dict[str, Any]:
        """What the service compares when it sees a token again."""
        return {name: value for name, value in self.params.items() if name != self.kind.start.token}

    @property
    def digest(self) -> str:
        return hashlib.sha256(orjson.dumps(self.body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def start(world: World, request: Start) -> Job:
    """The job, new or (for a token that was used with this body) the original, whatever has become of it."""
    original = _original(world, request)
    if original:
        return world.memory.replayed(original)
    _check_application(request)
    _check_name(world, request)
    _check_capacity(world, request)
    check_tags(request.kind, request.rules, tags.read(request.params.get(request.kind.start.tags)))
    job = world.memory.keep(_born(world, request))
    if request.token:
        world.memory.use(request.kind.start.operation, request.token, request.digest, job, world.now())
    return job


def check_tags(kind: Descriptor, rules: Rules, held: Mapping[str, str]) -> None:
    if len(held) > tags.MOST:
        refusal = (
            rules.invalid._replace(code="TooManyTagsException") if kind.service != "emr-serverless" else rules.invalid
        )
        raise Refused(refusal, f"A resource may have {tags.MOST} tags, not {len(held)}.")


def _original(world: World, request: Start) -> Job | None:
    """The job of an earlier start with this token. Raises Refused if that start had another body."""
    if not request.token:
        return None
    use = world.memory.used(request.kind.start.operation, request.place, request.token)
    if use is None or use.at + world.settings.token_lifetime <= world.now():
        return None
    if use.body != request.digest and world.settings.token_mismatch == "refuse":
        raise Refused(request.rules.conflict, f"{request.kind.start.token} was used with other parameters.")
    if use.body == request.digest and world.settings.token_repeat == "refuse":
        raise Refused(request.rules.conflict, f"{request.kind.start.token} was used before.")
    return world.memory.table(use.kind, use.place)[use.key]


def _check_application(request: Start) -> None:
    """EMR Serverless runs live in an application. Here each exists, unless its id begins with `missing`."""
    application = str(request.params.get("applicationId", ""))
    if application.startswith("missing"):
        raise Refused(request.rules.missing, f"Application {application} does not exist.")


def _check_name(world: World, request: Start) -> None:
    """A unique name is taken for ever: by a job in its account and region, whatever became of it."""
    if not request.kind.start.unique_name:
        return
    name = request.params.get(request.kind.start.name)
    for job in world.memory.table(request.kind.kind, request.place).values():
        free = world.settings.personalize_failed_name == "free" and world.phase_now(job) is Phase.FAILED
        if job.name == name and not free:
            raise Refused(request.rules.exists, f"Another resource with the name {name} exists: {job.arn}")


def _check_capacity(world: World, request: Start) -> None:
    most = request.kind.limits.active
    if most is None or not world.settings.capacity:
        return
    live = sum(world.phase_now(job).is_live for job in world.jobs(request.kind.kind, request.place))
    if live >= most:
        raise Refused(request.rules.capacity, f"{live} jobs are active, and no more than {most} may be.")


def _born(world: World, request: Start) -> Job:
    kind, now = request.kind, world.now()
    number = world.memory.next_number()
    external_id, arn = name_job(kind, request.place, request.params, world.settings.seed, number)
    late = world.duration(world.settings.listing_delay) if request.listed_in is None else request.listed_in
    return Job(
        number=number,
        kind=kind.kind,
        place=request.place,
        id=external_id,
        name=str(request.params.get(kind.start.name) or "") if kind.start.name else "",
        arn=arn,
        created=now,
        listed=now + late,
        described=now + world.duration(world.settings.describe_delay),
        request={name: value for name, value in request.body.items() if name != kind.start.tags},
        steps=_life(world, request, now),
        token=request.token,
        tags=tags.read(request.params.get(kind.start.tags)),
    )


def _life(world: World, request: Start, now: float) -> Steps:
    words = words_of(request.kind, world.settings, request.params)
    pending, running, stopping = (
        world.duration(seconds) for seconds in (world.settings.pending, world.settings.running, world.settings.stopping)
    )
    steps = life.born(words, now, pending=pending, running=None if _endless(request) else running)
    minutes = request.params.get("executionTimeoutMinutes", _EMR_TIMEOUT_MINUTES)
    if request.kind.service != "emr-serverless" or not minutes or _endless(request):
        return steps
    limit = world.duration(60.0 * minutes)
    return life.cut_short(steps, words, now + pending, limit, stopping, _EMR_TIMEOUT_REASON)


def _endless(request: Start) -> bool:
    """Whether the job runs until it is stopped: a goal `running` says for which members of its spec."""
    return any(
        rule.goal is Goal.RUNNING
        and rule.when
        and all(request.params.get(name) == wanted for name, wanted in rule.when.items())
        for rule in request.kind.goals
    )
