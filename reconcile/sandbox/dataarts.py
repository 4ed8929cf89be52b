"""DataArts Factory: job definitions with a schedule switch, and their instances, over the same world as the engine.

A definition exists once someone speaks of it, unless its name begins with `missing-`; one whose name begins with `rt-`
is a real-time job, any other a batch job (`define` says otherwise). A schedule that is on makes no instances of its
own here: only run-immediate does.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from reconcile.errors import UsageError
from reconcile.model.phase import Phase
from reconcile.sandbox import events, instances, life
from reconcile.sandbox.instances import RUN, Asked, Members, milliseconds
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Step
from reconcile.sandbox.rules import BATCH_ONLY, NO_WORKSPACE, NOT_PUBLISHED, Refused, rules_of, words_of
from reconcile.sandbox.world import World

JOB = "DataArtsJob"

# The operation, and the kind and the limit that it counts against.
OPERATIONS: Mapping[str, tuple[str, str]] = {
    "StartJob": (JOB, "start"),
    "StopJob": (JOB, "stop"),
    "ShowJobStatus": (JOB, "read"),
    "ListJobs": (JOB, "list"),
    "RunOnce": (RUN, "start"),
    "ListJobInstances": (RUN, "list"),
    "ShowJobInstance": (RUN, "read"),
    "StopJobInstance": (RUN, "stop"),
    "RestoreJobInstance": (RUN, "start"),
}


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


class DataArts:
    """Safe for threads."""

    def __init__(self, world: World) -> None:
        self.world = world

    def call(
        self, operation: str, place: str, params: Mapping[str, Any], *, listed_in: float | None = None
    ) -> Members | None:
        """The reply's members; None for one without a body. Raises Refused as the service would."""
        kind_name, limit = OPERATIONS[operation]
        kind = self.world.kinds[kind_name]
        asked = Asked(place, params, listed_in)
        with self.world.lock:
            throttled = rules_of(kind, self.world.settings).throttled
            message = "The throttling threshold has been reached: policy user over ratelimit,limit:30,time:1 second"
            self.world.spend(place, operation, getattr(kind.limits, limit), throttled, message)
            if not self.world.settings.dataarts_published and operation in ("StartJob", "RunOnce"):
                raise Refused(NOT_PUBLISHED, "The API does not exist or has not been published in the environment")
            if place.partition("/")[2].startswith("missing-"):
                raise Refused(NO_WORKSPACE, "The workspace does not exist.")
            return self._answer(operation, asked)

    def define(self, place: str, name: str, job_type: JobType) -> Job:
        """A definition that exists from now on, switched off."""
        with self.world.lock:
            now = self.world.now()
            number = self.world.memory.next_number()
            request = {"jobType": job_type}
            job_id = {"jobName": name}
            steps = (Step(now, "STOPPED"),)
            return self.world.memory.keep(Job(number, JOB, place, job_id, name, "", now, now, now, request, steps))

    def _answer(self, operation: str, asked: Asked) -> Members | None:
        match operation:
            case "StartJob":
                self._switch_on(asked)
            case "StopJob":
                self._switch_off(asked)
            case "ShowJobStatus":
                return self._status(asked)
            case "ListJobs":
                return self._jobs(asked)
            case "RunOnce":
                if self._definition(asked).request["jobType"] != JobType.BATCH:
                    raise Refused(BATCH_ONLY, "Only batch jobs can be run at once.")
                return {"instanceId": instances.run(self.world, asked)}
            case "ListJobInstances":
                return instances.listed(self.world, asked)
            case "ShowJobInstance":
                return {**instances.shown(self.world, self._instance(asked)), "nodes": []}
            case "StopJobInstance":
                events.stop(self.world, self._instance(asked))
            case "RestoreJobInstance":
                instances.restart(self.world, self._instance(asked))
        return None

    def _instance(self, asked: Asked) -> Job:
        self._definition(asked)
        return instances.found(self.world, asked)

    def _definition(self, asked: Asked) -> Job:
        known = self.world.memory.table(JOB, asked.place).get((asked.job,))
        if asked.job.startswith("missing-") or (known and not self.world.found(known)):
            raise Refused(rules_of(self.world.kinds[JOB], self.world.settings).missing, "The job does not exist.")
        return known or self.define(asked.place, asked.job, JobType.by_name(asked.job))

    def _switch_on(self, asked: Asked) -> None:
        job, now = self._definition(asked), self.world.now()
        if self.world.phase_now(job) in (Phase.PENDING, Phase.RUNNING):
            self._check_repeated(job)
            return
        words = self._words(job)
        pending = self.world.duration(self.world.settings.pending) if words.pending else 0.0
        on = life.born(words, now, pending=pending, running=None)
        request = {**job.request, "jobParams": asked.params.get("jobParams", []), "since": now}
        self.world.memory.keep(replace(job, request=request, steps=(*life.past(job.steps, now), *on)))

    def _switch_off(self, asked: Asked) -> None:
        """A real-time job in trouble (EXCEPTION) is on, and is switched off like any other."""
        job = self._definition(asked)
        if self.world.phase_now(job) in (Phase.STOPPING, Phase.STOPPED):
            self._check_repeated(job)
            return
        words = self._words(job)
        after = self.world.duration(self.world.settings.stopping) if words.stopping else 0.0
        self.world.memory.keep(replace(job, steps=life.stopped(job.steps, words, self.world.now(), after)))

    def _words(self, job: Job) -> life.Words:
        return words_of(self.world.kinds[job.kind], self.world.settings, job.request)

    def _check_repeated(self, job: Job) -> None:
        """A start of what is on, a stop of what is off: what they answer is not documented."""
        if self.world.settings.dataarts_start_started == "refuse":
            refusal = rules_of(self.world.kinds[JOB], self.world.settings).invalid
            raise Refused(refusal, f"The job is {job.step(self.world.now()).status}.")

    def _status(self, asked: Asked) -> Members:
        job = self._definition(asked)
        step = job.step(self.world.now())
        since = job.request.get("since")
        off = self.world.phase(job, step.status) is Phase.STOPPED
        times = {"startTime": since, "endTime": step.at if since and off else None, "lastUpdateTime": step.at}
        shown = {name: milliseconds(time) for name, time in times.items() if time is not None}
        return {"name": job.name, "status": step.status, **shown, "nodes": []}

    def _jobs(self, asked: Asked) -> Members:
        wanted = asked.params.get("jobType", JobType.BATCH)
        jobs = [
            job
            for job in self.world.listed(JOB, asked.place)
            if job.request["jobType"] == wanted and asked.job in job.name
        ]
        return {
            "total": len(jobs),
            "jobs": [self._summary(asked.place, job) for job in instances.page(self.world, jobs, asked, 100)],
        }

    def _summary(self, place: str, job: Job) -> Members:
        step = job.step(self.world.now())
        runs = [run for run in self.world.jobs(RUN, place) if run.name == job.name]
        last = instances.shown(self.world, runs[-1]) if runs else {}
        return {
            "name": job.name,
            "jobType": job.request["jobType"],
            "owner": "sandbox",
            "status": step.status,
            "createTime": milliseconds(job.created),
            "lastInstanceStatus": last.get("status", ""),
            "lastInstanceEndTime": last.get("endTime", 0),
        }
