"""DataArts Factory: job definitions with a schedule switch, and their instances, over the same world as the engine.

A definition exists once someone speaks of it, unless its name begins with `missing-`; one whose name begins with `rt-`
is a real-time job, any other a batch job (`define` says otherwise). A schedule that is on makes no instances of its
own here: only run-immediate does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

from reconcile.errors import UsageError
from reconcile.model.phase import Phase
from reconcile.sandbox import events, life
from reconcile.sandbox.job import Job
from reconcile.sandbox.life import Step
from reconcile.sandbox.naming import instance_number
from reconcile.sandbox.rules import (
    BATCH_ONLY,
    NO_INSTANCE,
    NO_WORKSPACE,
    NOT_PUBLISHED,
    Refused,
    rules_of,
    words_of,
)
from reconcile.sandbox.world import World

JOB, RUN = "DataArtsJob", "DataArtsJobRun"
Members = dict[str, Any]
_MANUAL = 2  # the instanceType of a run that was started by hand

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


class Asked(NamedTuple):
    """One request: `place` is projectId/workspace, `params` are the members of path, query and body together."""

    place: str
    params: Mapping[str, Any]
    listed_in: float | None

    @property
    def job(self) -> str:
        return str(self.params.get("jobName", ""))


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
                return {"instanceId": self._run(asked)}
            case "ListJobInstances":
                return self._instances(asked)
            case "ShowJobInstance":
                return {**self._shown(self._instance(asked)), "nodes": []}
            case "StopJobInstance":
                events.stop(self.world, self._instance(asked))
            case "RestoreJobInstance":
                self._restart(asked)
        return None

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
        request = {**job.request, "jobParams": asked.params.get("jobParams", [])}
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
        return {
            "name": job.name,
            "status": step.status,
            "startTime": _ms(job.created),
            "nodes": [],
            "lastUpdateTime": _ms(step.at),
        }

    def _jobs(self, asked: Asked) -> Members:
        wanted = asked.params.get("jobType", JobType.BATCH)
        jobs = [
            job
            for job in self.world.listed(JOB, asked.place)
            if job.request["jobType"] == wanted and asked.job in job.name
        ]
        return {"total": len(jobs), "jobs": [self._summary(asked.place, job) for job in self._page(jobs, asked, 100)]}

    def _summary(self, place: str, job: Job) -> Members:
        step = job.step(self.world.now())
        runs = [run for run in self.world.jobs(RUN, place) if run.name == job.name]
        last = self._shown(runs[-1]) if runs else {}
        return {
            "name": job.name,
            "jobType": job.request["jobType"],
            "owner": "sandbox",
            "status": step.status,
            "createTime": _ms(job.created),
            "lastInstanceStatus": last.get("status", ""),
            "lastInstanceEndTime": last.get("endTime", 0),
        }

    def _run(self, asked: Asked) -> int:
        definition, now = self._definition(asked), self.world.now()
        if definition.request["jobType"] != JobType.BATCH:
            raise Refused(BATCH_ONLY, "Only batch jobs can be run at once.")
        number = self.world.memory.next_number()
        instance = instance_number(self.world.settings.seed, number)
        delay = self.world.duration(self.world.settings.listing_delay)
        self.world.memory.keep(
            Job(
                number=number,
                kind=RUN,
                place=asked.place,
                id={"jobName": asked.job, "instanceId": str(instance)},
                name=asked.job,
                arn="",
                created=now,
                listed=now + (delay if asked.listed_in is None else asked.listed_in),
                described=now + self.world.duration(self.world.settings.describe_delay),
                request={"jobParams": asked.params.get("jobParams", [])},
                steps=self._life(),
            )
        )
        return instance

    def _life(self) -> life.Steps:
        settings, duration = self.world.settings, self.world.duration
        words = words_of(self.world.kinds[RUN], settings, {})
        return life.born(
            words, self.world.now(), pending=duration(settings.pending), running=duration(settings.running)
        )

    def _restart(self, asked: Asked) -> None:
        """Documented: only of a run that has ended; it goes on under its id."""
        run = self._instance(asked)
        if not self.world.phase_now(run).is_terminal:
            refusal = rules_of(self.world.kinds[RUN], self.world.settings).invalid
            raise Refused(refusal, "Only an instance that succeeded, failed or was stopped can be restarted.")
        self.world.memory.keep(replace(run, steps=(*life.past(run.steps, self.world.now()), *self._life())))

    def _instance(self, asked: Asked) -> Job:
        self._definition(asked)
        run = self.world.memory.table(RUN, asked.place).get((str(asked.params.get("instanceId")), asked.job))
        if run is None or not self.world.found(run) or run.described > self.world.now():
            raise Refused(NO_INSTANCE, "The job instance does not exist.")
        return run

    def _instances(self, asked: Asked) -> Members:
        runs = sorted(self._asked_for(asked), key=lambda run: run.number, reverse=True)
        shown = [self._shown(run) for run in self._page(runs, asked, 1000)]
        return {"total": len(runs), "instances": shown}

    def _asked_for(self, asked: Asked) -> Iterator[Job]:
        params, now, window = asked.params, self.world.now(), self.world.settings.dataarts_window
        earliest = now - window if window is not None else 0.0
        earliest = params["minPlanTime"] / 1000 if "minPlanTime" in params else earliest
        latest = params["maxPlanTime"] / 1000 if "maxPlanTime" in params else float("inf")
        for run in self.world.listed(RUN, asked.place):
            named = run.name == asked.job if params.get("preciseQuery") else asked.job in run.name
            if (
                named
                and earliest <= _ms(run.created) / 1000 <= latest
                and params.get("status") in (None, run.step(now).status)
                and params.get("instanceType", _MANUAL) == _MANUAL
            ):
                yield run

    def _page(self, jobs: list[Job], asked: Asked, most: int) -> list[Job]:
        """Documented: `offset` is a page number; others have found that it counts records. A switch."""
        limit = asked.params.get("limit", 10)
        if not 1 <= limit <= most:
            refusal = rules_of(self.world.kinds[JOB], self.world.settings).invalid
            raise Refused(refusal, f"limit is {limit}, not from 1 to {most}.")
        first = asked.params.get("offset", 0) * (limit if self.world.settings.dataarts_offset == "page" else 1)
        return jobs[first : first + limit]

    def _shown(self, run: Job) -> Members:
        now = self.world.now()
        step = run.step(now)
        started = next((past.at for past in life.past(run.steps, now) if past.status == "running"), None)
        over = self.world.phase(run, step.status).is_terminal
        times = {"startTime": started, "endTime": step.at if over else None}
        return {
            "instanceId": int(run.id["instanceId"]),
            "jobName": run.name,
            "status": step.status,
            "planTime": _ms(run.created),
            "submitTime": _ms(run.created),
            **{name: _ms(time) for name, time in times.items() if time is not None},
            "executeTime": _ms((step.at if over else now) - started) if started else 0,
            "lastUpdateTime": _ms(step.at),
            "instanceType": _MANUAL,
            "forceSuccess": False,
            "ignoreSuccess": False,
        }


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
