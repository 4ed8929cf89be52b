"""What S3 answers instead of doing what was asked: what it means, and in words for people what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import exceptions

from reconcile.errors import LockFileError

_CREDENTIALS = (
    "Renew the credentials of this environment, or name others by lockFileOptions.profile; then run it again."
)
_RIGHTS = (
    "Allow these credentials s3:GetObject, s3:PutObject and s3:DeleteObject on the lock file's name and all that "
    "begins with it, s3:ListBucket on its bucket, and the use of the KMS key if there is one."
)
_LATER = "Try again later: what was written is kept, and the next command takes it in."
_NETWORK = "Check the network and the endpoint (AWS_ENDPOINT_URL_S3, lockFileOptions.endpointUrl); then run it again."
_REGION = "Give the bucket's region: lockFileOptions.region, or AWS_REGION."
_CLOCK = "Set the clock of this machine right."

_FIX = {
    "NoSuchBucket": "Create the bucket, or name another one in lockFile.",
    "AccessDenied": _RIGHTS,
    "AllAccessDisabled": _RIGHTS,
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "InvalidToken": _CREDENTIALS,
    "TokenRefreshRequired": _CREDENTIALS,
    "RequestTimeTooSkewed": _CLOCK,
    "PermanentRedirect": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "NotImplemented": "This store lacks what a lease needs: name one with conditional writes in lockFile.",
}
_TAKEN = frozenset({"PreconditionFailed", "NoSuchKey"})
_BUSY = frozenset({"ConditionalRequestConflict", "OperationAborted"})


def is_taken(error: Exception) -> bool:
    """The condition of a write did not hold."""
    return code_of(error) in _TAKEN or _status(error) == 412


def is_busy(error: Exception) -> bool:
    """Another write of the same object was under way; nobody knows yet which of them will be."""
    return code_of(error) in _BUSY


def is_unclear(error: Exception) -> bool:
    """The request may have had its effect, or may have it later."""
    return is_busy(error) or _status(error) >= 500 or _status(error) == 0


def code_of(error: Exception) -> str:
    """S3's word, "" where it gave none."""
    return str(_response(error).get("Error", {}).get("Code", ""))


@contextmanager
def told(doing: str, where: str) -> Iterator[None]:
    """Turns what botocore raises into an error for people."""
    try:
        yield
    except (exceptions.BotoCoreError, exceptions.ClientError) as error:
        raise LockFileError(f"Cannot {doing}: {_said(error)}.", where=where, fix=_fix(error)) from error


def _said(error: Exception) -> str:
    code, message = code_of(error), _response(error).get("Error", {}).get("Message", "")
    text = f"{code}: {message}" if code else str(error)
    return text.strip().rstrip(".:")


def _fix(error: Exception) -> str:
    code, status = code_of(error), _status(error)
    if code in _FIX:
        return _FIX[code]
    if status == 403:
        return _RIGHTS
    if status:
        return _LATER if status >= 500 or status == 429 else "Check lockFile and lockFileOptions in the project file."
    lost = isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError))
    return _NETWORK if lost else _CREDENTIALS


def _response(error: Exception) -> dict[str, Any]:
    return getattr(error, "response", None) or {}


def _status(error: Exception) -> int:
    """0 where there was no answer."""
    return int(_response(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
