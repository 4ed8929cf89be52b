"""DataArts Factory: job definitions with a schedule switch, and their instances, over the same world as the engine.

A definition exists once someone speaks of it, unless its name begins with `missing-`; one whose name begins with `rt-`
is a real-time job, any other a batch job (`define` says otherwise). A schedule that is on makes no instances of its
own here: only run-immediate does.
"""

from collections.abc import Mapping
from typing import Any

from reconcile.sandbox import definitions, events, instances
from reconcile.sandbox.definitions import JOB, JobType
from reconcile.sandbox.instances import RUN, Asked, Members
from reconcile.sandbox.job import Job
from reconcile.sandbox.rules import BATCH_ONLY, NO_WORKSPACE, NOT_PUBLISHED, Refused, rules_of
from reconcile.sandbox.world import World

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
            return definitions.define(self.world, place, name, job_type)

    def _answer(self, operation: str, asked: Asked) -> Members | None:
        match operation:
            case "StartJob":
                definitions.switch_on(self.world, asked)
            case "StopJob":
                definitions.switch_off(self.world, asked)
            case "ShowJobStatus":
                return definitions.status(self.world, asked)
            case "ListJobs":
                return definitions.listed(self.world, asked)
            case "RunOnce":
                if definitions.found(self.world, asked).request["jobType"] != JobType.BATCH:
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
        definitions.found(self.world, asked)
        return instances.found(self.world, asked)
