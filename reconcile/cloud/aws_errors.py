"""What went wrong, as a fact: the error codes and exceptions of botocore, by what is known of the request's effect."""

import re
import ssl
from typing import Any

from botocore import exceptions as boto
from botocore.exceptions import ClientError

from reconcile.cloud.aws_client import NotARead
from reconcile.cloud.limits import Group
from reconcile.kinds.descriptor import Errors
from reconcile.model.request import Failure, FailureKind

_THROTTLED = frozenset({
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
    "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "EC2ThrottledException",
})  # fmt: skip
_DENIED = frozenset({
    "AccessDenied", "AccessDeniedException", "AuthFailure", "ExpiredToken", "ExpiredTokenException",
    "IncompleteSignature", "IncompleteSignatureException", "InvalidAccessKeyId", "InvalidClientTokenId",
    "InvalidSignatureException", "InvalidToken", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "NotAuthorized", "OptInRequired", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    "SubscriptionRequiredException", "UnauthorizedOperation", "UnrecognizedClientException",
})  # fmt: skip
_MISSING = frozenset({"ResourceNotFoundException", "NotFoundException", "EntityNotFoundException"})
_SERVER_ERROR = frozenset({
    "InternalError", "InternalFailure", "InternalServerError", "InternalServerException", "InternalServiceException",
    "ServiceUnavailable", "ServiceUnavailableException",
})  # fmt: skip
_LOST = frozenset({"RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"})

_NOT_REACHED = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
    boto.NoRegionError,
    boto.InvalidRegionError,
    boto.EndpointProviderError,
    boto.InvalidEndpointConfigurationError,
)
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.NoAuthTokenError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.ProfileNotFound,
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.InvalidConfigError,
    boto.UnknownCredentialError,
)
_NEVER_SENT = (NotARead, boto.ParamValidationError, boto.ValidationError, boto.DataNotFoundError)

_VALUE = re.compile(r",? value: .*?(?=, (?:type|valid))", re.DOTALL)


def failure_of(error: Exception, own: Errors, call: Group) -> Failure:
    """Total, and careful: what is not known to have been refused may have had its effect."""
    match error:
        case ClientError():
            return _answered(error, own, call)
        case _ if isinstance(error, _NEVER_SENT):
            return _failure(FailureKind.REFUSED, error, _VALUE.sub("", str(error)))  # a value may be a secret
        case _ if isinstance(error, _NO_CREDENTIALS):
            return _failure(FailureKind.DENIED, error)
        case _ if isinstance(error, _NOT_REACHED) or _is_untrusted(error):
            return _failure(FailureKind.NOT_SENT, error)
        case _:
            return _failure(FailureKind.LOST, error)


def _answered(error: ClientError, own: Errors, call: Group) -> Failure:
    given: Any = error.response
    code = str(given.get("Error", {}).get("Code", ""))
    metadata = given.get("ResponseMetadata", {})
    return Failure(
        _kind_of(code, metadata.get("HTTPStatusCode", 0), own, call),
        code,
        str(given.get("Error", {}).get("Message", "")),
        _retry_after(metadata.get("HTTPHeaders", {})),
    )


def _kind_of(code: str, status: int, own: Errors, call: Group) -> FailureKind:
    """The descriptor's word first, then AWS's common codes; of HTTP's own numbers only 5xx tells anything."""
    for found, codes in (
        (FailureKind.TERMINAL, own.terminal if call == "stop" else ()),
        (FailureKind.EXISTS, own.exists if call == "start" else ()),
        (FailureKind.CAPACITY, own.capacity if call == "start" else ()),
        (FailureKind.CONFLICT, own.conflict if call in ("start", "stop") else ()),
        (FailureKind.THROTTLED, own.throttled),
        (FailureKind.MISSING, own.missing),
        (FailureKind.THROTTLED, _THROTTLED),
        (FailureKind.DENIED, _DENIED),
        (FailureKind.MISSING, _MISSING),
        (FailureKind.SERVER_ERROR, _SERVER_ERROR),
        (FailureKind.LOST, _LOST),
    ):
        if code in codes:
            return found
    if status >= 500:
        return FailureKind.SERVER_ERROR
    is_the_services = bool(code) and not code.isdigit()  # botocore fills in the HTTP status where no code was sent
    return FailureKind.REFUSED if is_the_services else FailureKind.LOST


def _failure(kind: FailureKind, error: Exception, message: str = "") -> Failure:
    return Failure(kind, type(error).__name__, message or str(error))


def _is_untrusted(error: Exception) -> bool:
    """A certificate that was not accepted: the connection was given up before the request."""
    inner: Any = error.kwargs.get("error") if isinstance(error, boto.SSLError) else None
    while isinstance(inner, BaseException):
        if isinstance(inner, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(inner):
            return True
        inner = inner.__cause__
    return False


def _retry_after(headers: Any) -> float | None:
    try:
        return float(headers["retry-after"])
    except (KeyError, ValueError):
        return None
