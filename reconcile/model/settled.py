"""When a job is settled: nothing can change any more, so it costs neither a call nor a decision."""

from typing import NamedTuple, assert_never

from reconcile.model.job import DesiredJob
from reconcile.model.phase import Goal, Guarantee, Phase

ANY_ENDING = "*"


def ending_of(digest: str, generation: int, phase: Phase) -> str:
    """See `Record.ending`."""
    return f"{digest}/{generation}/{phase}"


def digest_in(ending: str) -> str:
    """The digest that an ending names; ANY_ENDING and "" as they are."""
    return ending.partition("/")[0]


class Wanted(NamedTuple):
    """What a manifest wants, as far as what settles its job tells it."""

    goal: Goal
    digest: str
    generation: int


def wanted_by(settling: str) -> Wanted | None:
    """What the job is that this settles (see `settled_by`); None where that does not tell."""
    digest, _, rest = settling.partition("/")
    generation, _, phase = rest.partition("/")
    return Wanted(Goal.COMPLETED, digest, int(generation)) if phase else None


def settled_by(desired: DesiredJob, guarantee: Guarantee) -> str:
    """The ending of its record that settles the job: one, ANY_ENDING, or "" for none. A switch never settles."""
    if guarantee is Guarantee.SWITCH:
        return ""
    match desired.goal:
        case Goal.COMPLETED:
            return ending_of(desired.digest, desired.generation, Phase.SUCCEEDED)
        case Goal.STOPPED:
            return ANY_ENDING
        case Goal.RUNNING:
            return ""
        case _:
            assert_never(desired.goal)


def is_settled(settling: str, ending: str) -> bool:
    """`settling` is what settles the job, `ending` how the recorded one ended, "" where it did not."""
    return ending != "" and settling in (ending, ANY_ENDING)
