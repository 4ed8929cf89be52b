"""What really happened at the services, as nobody in a real world would know it."""

from dataclasses import dataclass
from typing import Any

import orjson

from reconcile.model.address import Address
from reconcile.model.phase import Goal, Phase, Protect
from reconcile.sandbox.dataarts import JOB


@dataclass(frozen=True)
class Birth:
    """A job that a start made. `wanted` is the manifest that the start's apply went by, `after` the phase that the
    address's job before it was in when the start was sent."""

    number: int
    address: Address
    digest: str
    generation: int
    attempt: int
    token: str
    wanted: Any
    after: Phase

    def same_content(self, other):
        return (self.digest, self.generation) == (other.digest, other.generation)


class Truth:
    def __init__(self, world):
        self._world = world
        self.births = []  # in their order
        self._born = {}  # by number
        self.uses = {}  # of each token: what it was sent with
        self.stopped = set()  # numbers of jobs whose service took the stop that an apply asked for
        self.foreign = set()  # numbers of jobs of others
        self.requests = {}  # by address, its last start: kind, region and members
        self.violations = []

    def of(self, address):
        return [birth for birth in self.births if birth.address == address]

    def job(self, birth):
        """As it is now; as it was born, where another has taken its name."""
        there = (job for job in self._world.cloud.memory.jobs() if job.number == birth.number)
        return next(there, self._born[birth.number])

    def watching(self, request, act):
        """The act of a start, seen when it has its effect, which may be later."""
        wanted = self._world.manifests.get(request.address)
        earlier = self.of(request.address)
        after = self._world.cloud.phase_now(self.job(earlier[-1])) if earlier else Phase.MISSING

        def watched(listed_in):
            marks = request.marks
            if request.client_token:
                body = orjson.dumps(dict(request.spec), option=orjson.OPT_SORT_KEYS)
                use = (request.address, marks.digest, marks.generation, marks.attempt, body)
                self.uses.setdefault(request.client_token, set()).add(use)
            before = self._world.cloud.memory.counter
            reply = act(listed_in)
            for job in list(self._world.cloud.memory.jobs()):
                if job.number > before and job.kind != JOB:
                    self._born[job.number] = job
                    self.births.append(
                        Birth(
                            job.number,
                            request.address,
                            marks.digest,
                            marks.generation,
                            marks.attempt,
                            request.client_token,
                            wanted,
                            after,
                        )
                    )
                    self._world.check()
            return reply

        return watched

    def watching_stop(self, kind, external_id, act):
        """The act of a stop, which an apply sends: where its service takes it, the job's end is our doing."""
        key = tuple(external_id[part] for part in sorted(external_id))
        jobs = self._world.cloud.memory.jobs()
        numbers = {job.number for job in jobs if job.kind == kind.kind and job.key == key}
        if numbers & self.foreign:
            self.violations.append(f"a {kind.kind} of others was asked to end")
        for birth in self.births:
            if birth.number in numbers and birth.wanted and Protect.STOP in birth.wanted.protect:
                self.violations.append(f"{birth.address}: attempt {birth.attempt} is protected and was asked to end")

        def watched(listed_in):
            reply = act(listed_in)
            self.stopped |= numbers
            return reply

        return watched

    def note_dependencies(self, wanted, desired):
        """A start is sent: what it depends on has come to where it shall be, in its present content."""
        for other in wanted.depends_on if wanted is not None else ():
            job = desired.get(other)
            births = [birth for birth in self.of(other) if job and birth.same_content(job)]
            phases = {self._world.cloud.phase_now(self.job(birth)) for birth in births}
            if (job is None or job.goal is Goal.COMPLETED) and Phase.SUCCEEDED not in phases:
                self.violations.append(f"{wanted.address} was started before {other} had succeeded")
