"""What went wrong with a call of DataArts Studio, as a fact."""

import ssl
from collections.abc import Mapping
from typing import Any

import orjson
from urllib3 import exceptions as urllib3_errors

from reconcile.kinds.descriptor import Errors
from reconcile.model.request import Failure, FailureKind

_DENIED = frozenset({"APIGW.0301", "APIGW.0302", "APIGW.0303", "DLF.6888"})
_NOT_SERVED = frozenset({"APIGW.0101", "DLF.3051"})
_NOT_SERVED_HINT = "this region does not serve this route; look at the endpoint (dayu-dlf.<region>…)"

_NOT_REACHED = (
    urllib3_errors.ConnectTimeoutError,  # refused, or the name is not known, are such
    urllib3_errors.ProxyError,
    urllib3_errors.LocationValueError,
)


def answered(status: int, headers: Mapping[str, str], content: bytes, errors: Errors) -> Mapping[str, Any] | Failure:
    """The reply as a JSON object, or what was refused, by the service's own codes."""
    try:
        reply = orjson.loads(content) if content.strip() else {}
    except orjson.JSONDecodeError:
        reply = None
    if 200 <= status < 300:
        return reply if isinstance(reply, dict) else Failure(FailureKind.LOST, message="the reply is not JSON")
    said = reply if isinstance(reply, dict) else {}
    code, message = str(said.get("error_code") or ""), str(said.get("error_msg") or "")
    if code in _NOT_SERVED:
        message = f"{message}: {_NOT_SERVED_HINT}" if message else _NOT_SERVED_HINT
    return Failure(
        _kind_of(code, status, errors), code or f"HTTP {status}", message, _seconds(headers.get("Retry-After"))
    )


def failure_of(error: Exception) -> Failure:
    """Careful: what is not known to have been kept back may have had its effect."""
    cause = error.reason if isinstance(error, urllib3_errors.MaxRetryError) else error
    unsent = isinstance(cause, _NOT_REACHED) or _is_untrusted(cause)
    return Failure(FailureKind.NOT_SENT if unsent else FailureKind.LOST, type(cause).__name__, str(cause))


def _kind_of(code: str, status: int, errors: Errors) -> FailureKind:
    for found, codes in (
        (FailureKind.MISSING, errors.missing),
        (FailureKind.TERMINAL, errors.terminal),
        (FailureKind.CONFLICT, errors.conflict),
        (FailureKind.CAPACITY, errors.capacity),
        (FailureKind.THROTTLED, errors.throttled),
        (FailureKind.DENIED, _DENIED),
    ):
        if code in codes:
            return found
    if status == 429:
        return FailureKind.THROTTLED
    if status >= 500:
        return FailureKind.SERVER_ERROR
    return FailureKind.REFUSED if code else FailureKind.LOST


def _is_untrusted(cause: BaseException | None) -> bool:
    """A certificate that was not accepted: the connection was given up before the request."""
    if not isinstance(cause, urllib3_errors.SSLError):
        return False
    return any(isinstance(inner, ssl.SSLCertVerificationError) for inner in (*cause.args, cause.__cause__))


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
