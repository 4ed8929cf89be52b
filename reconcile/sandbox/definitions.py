"""Definitions of DataArts jobs: made when someone first speaks of them, each with a switch for its schedule."""

from dataclasses import replace
from enum import StrEnum

from reconcile.errors import UsageError
from reconcile.model.phase import Phase
from reconcile.sandbox import instances, life
from reconcile.sandbox.instances import RUN, Asked, Members, milliseconds
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Step
from reconcile.sandbox.rules import Refused, rules_of, words_of
from reconcile.sandbox.world import World

JOB = "DataArtsJob"


class JobType(StrEnum):
    REAL_TIME = "REAL_TIME"
    BATCH = "BATCH"

    @classmethod
    def of(cls, text: str) -> "JobType":
        """Raises UsageError."""
        if text not in set(cls):
            raise UsageError(f"The type of a DataArts job is {text!r}, neither BATCH nor REAL_TIME.")
        return cls(text)

    @classmethod
    def by_name(cls, name: str) -> "JobType":
        return cls.REAL_TIME if name.startswith("rt-") else cls.BATCH


def define(world: World, place: str, name: str, job_type: JobType) -> Job:
    """A definition that exists from now on, switched off."""
    now = world.now()
    number = world.memory.next_number()
    request = {"jobType": job_type}
    steps = (Step(now, "STOPPED"),)
    return world.memory.keep(Job(number, JOB, place, {"jobName": name}, name, "", now, now, now, request, steps))


def found(world: World, asked: Asked) -> Job:
    """The definition that a request is about, made now if it is the first. Raises Refused where there shall be none."""
    known = world.memory.table(JOB, asked.place).get((asked.job,))
    if asked.job.startswith("missing-") or (known and not world.found(known)):
        raise Refused(rules_of(world.kinds[JOB], world.settings).missing, "The job does not exist.")
    return known or define(world, asked.place, asked.job, JobType.by_name(asked.job))


def switch_on(world: World, asked: Asked) -> None:
    job, now = found(world, asked), world.now()
    if world.phase_now(job) in (Phase.PENDING, Phase.RUNNING):
        _check_repeated(world, job)
        return
    words = _words(world, job)
    pending = world.duration(world.settings.pending) if words.pending else 0.0
    on = life.born(words, now, pending=pending, running=None)
    request = {**job.request, "jobParams": asked.params.get("jobParams", []), "since": now}
    world.memory.keep(replace(job, request=request, steps=(*life.past(job.steps, now), *on)))


def switch_off(world: World, asked: Asked) -> None:
    """A real-time job in trouble (EXCEPTION) is on, and is switched off like any other."""
    job = found(world, asked)
    if world.phase_now(job) in (Phase.STOPPING, Phase.STOPPED):
        _check_repeated(world, job)
        return
    words = _words(world, job)
    after = world.duration(world.settings.stopping) if words.stopping else 0.0
    world.memory.keep(replace(job, steps=life.stopped(job.steps, words, world.now(), after)))


def status(world: World, asked: Asked) -> Members:
    job = found(world, asked)
    step = job.step(world.now())
    since = job.request.get("since")
    off = world.phase(job, step.status) is Phase.STOPPED
    times = {"startTime": since, "endTime": step.at if since and off else None, "lastUpdateTime": step.at}
    shown = {name: milliseconds(time) for name, time in times.items() if time is not None}
    return {"name": job.name, "status": step.status, **shown, "nodes": []}


def listed(world: World, asked: Asked) -> Members:
    wanted = asked.params.get("jobType", JobType.BATCH)
    jobs = [job for job in world.listed(JOB, asked.place) if job.request["jobType"] == wanted and asked.job in job.name]
    return {
        "total": len(jobs),
        "jobs": [_summary(world, asked.place, job) for job in instances.page(world, jobs, asked, 100)],
    }


def _summary(world: World, place: str, job: Job) -> Members:
    step = job.step(world.now())
    runs = [run for run in world.jobs(RUN, place) if run.name == job.name]
    last = instances.shown(world, runs[-1]) if runs else {}
    return {
        "name": job.name,
        "jobType": job.request["jobType"],
        "owner": "sandbox",
        "status": step.status,
        "createTime": milliseconds(job.created),
        "lastInstanceStatus": last.get("status", ""),
        "lastInstanceEndTime": last.get("endTime", 0),
    }


def _words(world: World, job: Job) -> life.Words:
    return words_of(world.kinds[job.kind], world.settings, job.request)


def _check_repeated(world: World, job: Job) -> None:
    """A start of what is on, a stop of what is off: what they answer is not documented."""
    if world.settings.dataarts_start_started == "refuse":
        refusal = rules_of(world.kinds[JOB], world.settings).invalid
        raise Refused(refusal, f"The job is {job.step(world.now()).status}.")
