"""Instances of DataArts jobs: the runs that run-immediate makes, and how they are listed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from reconcile.sandbox import life
from reconcile.sandbox.job import Job
from reconcile.sandbox.naming import instance_number
from reconcile.sandbox.rules import NO_INSTANCE, Refused, rules_of, words_of
from reconcile.sandbox.world import World

RUN = "DataArtsJobRun"
Members = dict[str, Any]
_MANUAL = 2  # the instanceType of a run that was started by hand


class Asked(NamedTuple):
    """One request: `place` is projectId/workspace, `params` are the members of path, query and body together."""

    place: str
    params: Mapping[str, Any]
    listed_in: float | None

    @property
    def job(self) -> str:
        return str(self.params.get("jobName", ""))


def run(world: World, asked: Asked) -> int:
    """A new instance of a batch job; its id."""
    now = world.now()
    number = world.memory.next_number()
    instance = instance_number(world.settings.seed, number)
    delay = world.duration(world.settings.listing_delay)
    world.memory.keep(
        Job(
            number=number,
            kind=RUN,
            place=asked.place,
            id={"jobName": asked.job, "instanceId": str(instance)},
            name=asked.job,
            arn="",
            created=now,
            listed=now + (delay if asked.listed_in is None else asked.listed_in),
            described=now + world.duration(world.settings.describe_delay),
            request={"jobParams": asked.params.get("jobParams", [])},
            steps=_life(world, now),
        )
    )
    return instance


def restart(world: World, run: Job) -> None:
    """Documented: only of a run that has ended; it goes on under its id."""
    if not world.phase_now(run).is_terminal:
        raise _invalid(world, "Only an instance that succeeded, failed or was stopped can be restarted.")
    now = world.now()
    world.memory.keep(replace(run, steps=(*life.past(run.steps, now), *_life(world, now))))


def found(world: World, asked: Asked) -> Job:
    """Raises Refused where there is no such instance of the job."""
    run = world.memory.table(RUN, asked.place).get((str(asked.params.get("instanceId")), asked.job))
    if run is None or not world.found(run) or run.described > world.now():
        raise Refused(NO_INSTANCE, "The job instance does not exist.")
    return run


def listed(world: World, asked: Asked) -> Members:
    """One page, the newest first (a guess), and how many there are in all."""
    runs = sorted(_asked_for(world, asked), key=lambda run: run.number, reverse=True)
    return {"total": len(runs), "instances": [shown(world, run) for run in page(world, runs, asked, 1000)]}


def page(world: World, jobs: list[Job], asked: Asked, most: int) -> list[Job]:
    """Documented: `offset` is a page number; others have found that it counts records. A switch."""
    limit = asked.params.get("limit", 10)
    if not 1 <= limit <= most:
        raise _invalid(world, f"limit is {limit}, not from 1 to {most}.")
    first = asked.params.get("offset", 0) * (limit if world.settings.dataarts_offset == "page" else 1)
    return jobs[first : first + limit]


def shown(world: World, run: Job) -> Members:
    """An instance as list and describe show it; times are milliseconds since the epoch."""
    now = world.now()
    step = run.step(now)
    started = next((past.at for past in life.past(run.steps, now) if past.status == "running"), None)
    over = world.phase(run, step.status).is_terminal
    times = {"startTime": started, "endTime": step.at if over else None}
    return {
        "instanceId": int(run.id["instanceId"]),
        "jobName": run.name,
        "status": step.status,
        "planTime": milliseconds(run.created),
        "submitTime": milliseconds(run.created),
        **{name: milliseconds(time) for name, time in times.items() if time is not None},
        "executeTime": milliseconds((step.at if over else now) - started) if started else 0,
        "lastUpdateTime": milliseconds(step.at),
        "instanceType": _MANUAL,
        "forceSuccess": False,
        "ignoreSuccess": False,
    }


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _life(world: World, now: float) -> life.Steps:
    words = words_of(world.kinds[RUN], world.settings, {})
    pending, running = (world.duration(seconds) for seconds in (world.settings.pending, world.settings.running))
    return life.born(words, now, pending=pending, running=running)


def _asked_for(world: World, asked: Asked) -> Iterator[Job]:
    params, now, window = asked.params, world.now(), world.settings.dataarts_window
    recent = milliseconds(now - window) if window is not None else 0
    earliest, latest = params.get("minPlanTime", recent), params.get("maxPlanTime", float("inf"))
    for run in world.listed(RUN, asked.place):
        named = run.name == asked.job if params.get("preciseQuery") else asked.job in run.name
        if (
            named
            and earliest <= milliseconds(run.created) <= latest
            and params.get("status") in (None, run.step(now).status)
            and params.get("instanceType", _MANUAL) == _MANUAL
        ):
            yield run


def _invalid(world: World, message: str) -> Refused:
    return Refused(rules_of(world.kinds[RUN], world.settings).invalid, message)
