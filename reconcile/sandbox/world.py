"""What the parts of the engine share: kinds, settings, memory and the clock, and what follows from them for a job."""

import threading
from collections.abc import Callable, Iterable

from reconcile.errors import UsageError
from reconcile.kinds.descriptor import Descriptor, Rate
from reconcile.model.phase import Guarantee, Phase
from reconcile.sandbox.buckets import Buckets
from reconcile.sandbox.job import Job
from reconcile.sandbox.memory import Memory
from reconcile.sandbox.rules import Refusal, Refused
from reconcile.sandbox.settings import Settings


class World:
    """`clock` gives seconds since the epoch; `lock` is held by whoever reads or changes the memory."""

    def __init__(
        self, catalog: Iterable[Descriptor], clock: Callable[[], float], settings: Settings, memory: Memory
    ) -> None:
        self.kinds = {kind.kind: kind for kind in catalog}
        self.settings = settings
        self.memory = memory
        self.lock = threading.RLock()
        self._buckets = Buckets()
        self._clock = clock

    def now(self) -> float:
        """In whole milliseconds, as the services tell time: a time that was shown can be asked for again."""
        return round(self._clock() + self.memory.offset, 3)

    def duration(self, seconds: float) -> float:
        """Seconds of the clock for seconds of the services' time."""
        return seconds / self.settings.speed

    def spend(self, place: str, operation: str, rate: Rate | None, throttled: Refusal, message: str) -> None:
        """Counts a request. Raises Refused when it is one too many."""
        if rate and self.settings.rates and not self._buckets.take(place, operation, rate, self.now()):
            raise Refused(throttled, message)

    def phase(self, job: Job, status: str) -> Phase:
        return self.kinds[job.kind].phases.get(status, Phase.UNKNOWN)

    def phase_now(self, job: Job) -> Phase:
        return self.phase(job, job.step(self.now()).status)

    def found(self, job: Job) -> bool:
        """Whether the service still knows the job."""
        kept = self.settings.retention
        is_definition = self.kinds[job.kind].guarantee is Guarantee.SWITCH  # switched off, it has not ended
        if kept is None or job.forgotten or is_definition:
            return not job.forgotten
        last = job.steps[-1]
        return not (self.phase(job, last.status).is_terminal and last.at + kept <= self.now())

    def jobs(self, kind: str, place: str) -> list[Job]:
        """In the order of their creation, those that nobody can see any more left out."""
        return [job for job in self.memory.table(kind, place).values() if self.found(job)]

    def listed(self, kind: str, place: str) -> list[Job]:
        """Those that lists show by now."""
        now = self.now()
        return [job for job in self.jobs(kind, place) if job.listed <= now]

    def job_called(self, text: str) -> Job:
        """The job that people mean by this id, name or ARN. Raises UsageError unless it is exactly one."""
        called = [job for job in self.memory.jobs() if not job.forgotten and job.called(text)]
        if len(called) != 1:
            raise UsageError(
                f"{len(called) or 'No'} jobs are called {text!r}.",
                fix="Give the id or the ARN of one job, as `reconcile sandbox jobs` shows it.",
            )
        return called[0]
