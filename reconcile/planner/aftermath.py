"""The second table: what follows a start that did not succeed. Pure and total, like the decision table."""

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
    LEAVE = "leave"  # it may have had an effect, and looking cannot help now: the intent stays for the next apply


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
        case FailureKind.EXISTS | FailureKind.CONFLICT:
            return Next.LOOK
        case (
            FailureKind.CAPACITY | FailureKind.MISSING | FailureKind.TERMINAL | FailureKind.DENIED | FailureKind.REFUSED
        ):
            return Next.LEAVE if in_doubt else Next.CLOSE
        case _:
            assert_never(failure)


def may_have_acted(failure: FailureKind) -> bool:
    """Whether a start that ended so may have made a job."""
    return failure in (FailureKind.SERVER_ERROR, FailureKind.LOST, FailureKind.EXISTS, FailureKind.CONFLICT)
