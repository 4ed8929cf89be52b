"""What happens to jobs: a stop by way of their service, an end of their own, and being forgotten."""

from dataclasses import replace

from reconcile.errors import UsageError
from reconcile.model.phase import Guarantee, Phase
from reconcile.sandbox import life
from reconcile.sandbox.job import Job
from reconcile.sandbox.rules import Refused, rules_of, words_of
from reconcile.sandbox.world import World


def stop(world: World, job: Job, *, after: float | None = None) -> Job:
    """Someone asks for the job's end, which takes `after` seconds of service time. Raises Refused as its service would.

    Documented of Comprehend: a stopped job answers STOPPED again, one that completed or failed is refused, one that
    completes while it stops has completed. Not documented: a stop before it runs (a switch), and that a second stop
    changes nothing.
    """
    kind, now = world.kinds[job.kind], world.now()
    rules, words = rules_of(kind, world.settings), words_of(kind, world.settings, job.request)
    status = job.step(now).status
    comprehend = kind.service == "comprehend"
    match world.phase(job, status):
        case Phase.STOPPING:
            return job
        case Phase.STOPPED if comprehend:
            return job
        case phase if phase.is_terminal:
            if rules.ended is None:
                return job
            raise Refused(rules.ended, f"The job is {status} and cannot be stopped.")
        case Phase.PENDING if comprehend and world.settings.comprehend_stop_submitted == "refuse":
            raise Refused(rules.invalid, f"The job is {status} and cannot be stopped.")
    at_once = kind.guarantee is Guarantee.SWITCH and not words.stopping
    lasts = 0.0 if at_once else world.duration(world.settings.stopping if after is None else after)
    return world.memory.keep(replace(job, steps=life.stopped(job.steps, words, now, lasts, may_finish=comprehend)))


def end(world: World, job: Job, phase: Phase, reason: str = "") -> Job:
    """The job ends now, by its own: SUCCEEDED or FAILED. Raises UsageError if it had ended."""
    words, now = words_of(world.kinds[job.kind], world.settings, job.request), world.now()
    status = job.step(now).status
    if world.phase(job, status).is_terminal:
        raise UsageError(f"{job.kind} {job.name or '/'.join(job.key)} has ended: it is {status}.")
    becomes = words.succeeded if phase is Phase.SUCCEEDED else words.failed
    if not becomes:
        raise UsageError(f"{job.kind} {job.name} cannot end like this: its service has no word for it.")
    return world.memory.keep(replace(job, steps=life.ended(job.steps, now, becomes, reason)))


def forget(world: World, job: Job) -> None:
    """As if the service had dropped the job: no list and no reply shows it any more. Its token and its name are still
    in use."""
    world.memory.keep(replace(job, forgotten=True))
