"""Signed JSON over HTTP for DataArts Studio: one request in, a reply or a failure out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import urllib3
from urllib3.util import Retry, Timeout

from reconcile import __version__
from reconcile.cloud.dataarts_errors import answered, failure_of
from reconcile.cloud.proxies import pool
from reconcile.cloud.signature import Keys, Query, path_of, query_of, signed
from reconcile.kinds.descriptor import Errors
from reconcile.model.project import Provider
from reconcile.model.request import Failure, FailureKind

ACCESS_KEY = "HUAWEICLOUD_SDK_AK"
SECRET_KEY = "HUAWEICLOUD_SDK_SK"
SECURITY_TOKEN = "HUAWEICLOUD_SDK_SECURITY_TOKEN"
AUTH_TOKEN = "HUAWEICLOUD_SDK_AUTH_TOKEN"  # of IAM, sent as X-Auth-Token; wins over keys, as the more particular

_CONNECT, _REPLY = 10, 30  # seconds
_CONNECTIONS = 50
_AGAIN = Retry(
    total=2,
    redirect=0,
    status_forcelist=(429, 500, 502, 503, 504),
    backoff_factor=0.2,
    raise_on_status=False,
    respect_retry_after_header=False,  # it may say a minute; a plan rather says that it does not know
)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    segments: tuple[str, ...]  # of the path, below /v1/{project}
    query: Query = ()
    body: Mapping[str, Any] | None = None


class Gateway:
    """Sends requests of one provider; safe for threads. A GET is tried again, a POST is sent at most once, and not
    at all where `writable` is false. Each POST has a connection of its own: one that was kept may have been closed by
    the other side, and a start that met that would be in doubt, which for a kind without a token takes long to clear.
    """

    def __init__(
        self, provider: Provider, environ: Mapping[str, str], *, writable: bool, now: Callable[[], datetime] = _now
    ) -> None:
        self._project = provider.project_id
        self._workspace = "" if provider.workspace == "default" else provider.workspace
        self._endpoint = _with_scheme(provider.endpoint_url)
        self._environ = environ
        self._writable = writable
        self._now = now
        self._pool = _pool(self._endpoint)

    def send(self, request: Request, errors: Errors) -> Mapping[str, Any] | Failure:
        """The JSON object of the reply; {} of an empty one."""
        if request.method != "GET" and not self._writable:
            return Failure(FailureKind.REFUSED, "NotARead", "this is a client that may only read")
        if not (self._endpoint and self._project):
            to_give = "give `endpoint` and `projectId` in the project file, or DATAARTS_ENDPOINT"
            return Failure(FailureKind.NOT_SENT, "NoEndpoint", to_give)
        body = b"" if request.body is None else orjson.dumps(request.body)
        path, query = path_of(("v1", self._project, *request.segments)), query_of(request.query)
        headers = self._headers(request.method, path, query, body)
        if headers is None:
            to_set = f"set {ACCESS_KEY} and {SECRET_KEY}, or {AUTH_TOKEN}"
            return Failure(FailureKind.DENIED, "NoCredentials", to_set)
        url = f"{self._endpoint}{path}" + (f"?{query}" if query else "")
        try:
            if request.method == "GET":
                reply = self._pool.request("GET", url, headers=headers, redirect=False, retries=_AGAIN)
            else:
                with _pool(self._endpoint) as fresh:
                    reply = fresh.request(
                        request.method, url, body=body or None, headers=headers, redirect=False, retries=False
                    )
            return answered(reply.status, reply.headers, reply.data, errors)
        except Exception as error:  # whatever it is, after a start it is a fact and no crash
            return failure_of(error)

    def _headers(self, method: str, path: str, query: str, body: bytes) -> dict[str, str] | None:
        """None without credentials."""
        headers = {"Host": urlsplit(self._endpoint).netloc, "User-Agent": f"reconcile/{__version__}"}
        if method != "GET":
            headers["Content-Type"] = "application/json"
        if self._workspace:
            headers["workspace"] = self._workspace
        token = self._environ.get(AUTH_TOKEN, "")
        if token:
            return {**headers, "X-Auth-Token": token}
        keys = Keys(*(self._environ.get(name, "") for name in (ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN)))
        if not (keys.access and keys.secret):
            return None
        return signed(keys, method, path, query, headers, body, at=self._now())


def _pool(endpoint: str) -> urllib3.PoolManager:
    return pool(endpoint, maxsize=_CONNECTIONS, timeout=Timeout(connect=_CONNECT, read=_REPLY))


def _with_scheme(endpoint: str) -> str:
    return (endpoint if "://" in endpoint or not endpoint else f"https://{endpoint}").rstrip("/")
