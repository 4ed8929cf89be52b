"""Why a read could not be answered, in words for people, with what to do about it."""

from reconcile.cloud.protocol import ReadFailed
from reconcile.model.request import Failure, FailureKind

_TO_DO = {
    FailureKind.DENIED: "check the credentials, and that they may call it",
    FailureKind.NOT_SENT: "check the network and the endpoint",
    FailureKind.THROTTLED: "try again later, or lower the limits of this kind in the project file",
    FailureKind.SERVER_ERROR: "try again later",
    FailureKind.LOST: "try again later",
}


def read_failed(operation: str, failure: Failure) -> ReadFailed:
    to_do = _TO_DO.get(failure.kind, "check the manifest and the project file")
    return ReadFailed(f"{operation} could not be answered ({failure}); {to_do}")
