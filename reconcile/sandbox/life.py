"""A job's life as a timeline: which status it has from when on. Pure; what happens to a job replaces its future."""

from dataclasses import dataclass
from typing import NamedTuple

from reconcile.kinds.descriptor import Descriptor
from reconcile.model.phase import Phase


class Step(NamedTuple):
    """From `at` (seconds since the epoch) on the job has this status."""

    at: float
    status: str
    reason: str = ""


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A service's own words for the steps of a life; "" where it has none."""

    pending: tuple[str, ...]
    running: str
    stopping: str
    stopped: str
    succeeded: str
    failed: str

    @classmethod
    def of(cls, kind: Descriptor) -> "Words":
        """From the descriptor: the first status of each phase, and all the pending ones, in its order."""

        def said(phase: Phase) -> tuple[str, ...]:
            return tuple(status for status, means in kind.phases.items() if means is phase)

        def first(phase: Phase) -> str:
            return next(iter(said(phase)), "")

        return cls(
            said(Phase.PENDING),
            first(Phase.RUNNING),
            first(Phase.STOPPING),
            first(Phase.STOPPED),
            first(Phase.SUCCEEDED),
            first(Phase.FAILED),
        )


def born(words: Words, now: float, *, pending: float, running: float | None) -> Steps:
    """The life of a new job if nothing happens to it; `running` None: until it is stopped."""
    waits = words.pending or (words.running,)
    steps = [Step(now + pending * place / len(waits), status) for place, status in enumerate(waits)]
    steps.append(Step(now + pending, words.running))
    if running is not None:
        steps.append(Step(now + pending + running, words.succeeded))
    return tuple(steps)


def at(steps: Steps, now: float) -> Step:
    """The step that a job is in. Of a job from the future, its first."""
    return next((step for step in reversed(steps) if step.at <= now), steps[0])


def past(steps: Steps, now: float) -> Steps:
    return tuple(step for step in steps if step.at <= now) or steps[:1]


def ended(steps: Steps, now: float, status: str, reason: str = "") -> Steps:
    """The job ends now."""
    return (*past(steps, now), Step(now, status, reason))


def stopped(steps: Steps, words: Words, now: float, after: float, *, may_finish: bool = False) -> Steps:
    """Someone asked for the job's end, which takes `after` seconds. `may_finish`: unless it finishes before."""
    ways = [*past(steps, now)]
    if words.stopping:
        ways.append(Step(now, words.stopping))
    finish = steps[-1]
    if may_finish and finish.status == words.succeeded and now < finish.at <= now + after:
        return (*ways, finish)
    return (*ways, Step(now + after, words.stopped))


def cut_short(steps: Steps, words: Words, start: float, limit: float, after: float, reason: str) -> Steps:
    """A run that may last `limit` seconds from `start` on is stopped by its service if it lasts longer."""
    due = start + limit
    if steps[-1].at <= due and steps[-1].status == words.succeeded:
        return steps
    ways = stopped(steps, words, due, after)
    return tuple(step._replace(reason=reason) if step.at >= due else step for step in ways)
