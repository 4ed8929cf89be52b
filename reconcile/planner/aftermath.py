"""The second table: what follows a start that did not succeed. Pure and total, like the decision table.

Some services have one code for a name or token in use and for want of room (Personalize's ResourceInUseException). Such
a refusal alone never brings a person in: that needs a holder that was seen, or a token, whose holder cannot be seen.
"""

from enum import StrEnum
from typing import assert_never

from reconcile.model.phase import Guarantee
from reconcile.model.request import FailureKind


class Next(StrEnum):
    """What the applier does after a start that failed."""

    RESEND = "resend"  # the same request with the same token, its intent written again with its own time
    RETRY = "retry"  # it surely had no effect: the same request again, after a pause
    LOOK = "look"  # only the service can tell what became of it
    CLOSE = "close"  # it surely had no effect: the intent is dropped, its attempt number stays free
    ASK = "ask"  # after a look: something else holds what it is sent with: the intent stays, and is not sent again
    LEAVE = "leave"  # it may have had an effect, and looking cannot help now: the intent stays for the next apply


HELD = frozenset({FailureKind.EXISTS, FailureKind.CONFLICT})  # refusals for a name or token that something may hold


def after_start(failure: FailureKind, guarantee: Guarantee, *, young: bool, in_doubt: bool) -> Next:
    """`young`: the intent is seconds old, so its token is surely remembered, and there is time for another try.
    `in_doubt`: an earlier try of the same intent may have had an effect."""
    match failure:
        case FailureKind.NOT_SENT | FailureKind.THROTTLED:
            if young and in_doubt and guarantee in (Guarantee.SWITCH, Guarantee.LOOK_UP):
                return Next.LOOK  # nothing would tell the second request from the first
            if young:
                return Next.RETRY
            return Next.LEAVE if in_doubt else Next.CLOSE
        case FailureKind.SERVER_ERROR | FailureKind.LOST:
            return Next.RESEND if young and guarantee is Guarantee.TOKEN else Next.LOOK
        case FailureKind.EXISTS | FailureKind.CONFLICT:  # HELD
            return Next.LOOK
        case (
            FailureKind.CAPACITY | FailureKind.MISSING | FailureKind.TERMINAL | FailureKind.DENIED | FailureKind.REFUSED
        ):
            return Next.LEAVE if in_doubt else Next.CLOSE
        case _:
            assert_never(failure)


def after_look(failure: FailureKind, guarantee: Guarantee, *, in_doubt: bool, resumed: bool, held: bool) -> Next:
    """What follows `Next.LOOK` where no job of its own was found.

    `resumed`: the intent is of an earlier apply, so that a start of its own which was under way then is over. `held`:
    something was seen to hold its name.

    With a unique name, what follows from LEAVE is harmless for ever: the next apply sends it once more, which cannot
    make a second job, and tells its failure. So there is no need to stop it before its holder is known.
    """
    if failure not in HELD:
        return Next.LEAVE
    if guarantee is Guarantee.UNIQUE_NAME and not in_doubt:
        return Next.CLOSE  # this one was refused, and no other was sent
    if resumed and (held or (failure is FailureKind.CONFLICT and guarantee is Guarantee.TOKEN)):
        return Next.ASK
    return Next.LEAVE


def may_have_acted(failure: FailureKind) -> bool:
    """Whether a start that ended so may have made a job."""
    return failure in HELD or failure in (FailureKind.SERVER_ERROR, FailureKind.LOST)
