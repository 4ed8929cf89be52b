"""All that is not a job of the catalog (S3, STS, IAM …) is answered by moto's server application, which is loaded when
the first such request comes."""

import io
import threading
from functools import cached_property
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from reconcile.sandbox.http import Reply, Request, json_reply
from reconcile.sandbox.rules import Refusal, Refused, Rules

_MISSING = (
    "This request is for a service that the sandbox leaves to moto, which is not installed: "
    "pip install 'reconcile[sandbox]'"
)
_PER_CONNECTION = {"connection", "transfer-encoding", "content-length", "date", "server"}

_INVALID = Refusal("InvalidRequest")
RULES = Rules(  # S3's codes; only those that a fault asks for are ever used
    invalid=_INVALID,
    missing=_INVALID,
    throttled=Refusal("SlowDown", 503),
    capacity=_INVALID,
    conflict=_INVALID,
    exists=_INVALID,
    ended=None,
    stale_page=_INVALID,
    no_resource=_INVALID,
    filters=_INVALID,
    expired=Refusal("ExpiredToken", 400),
    broken=Refusal("InternalError", 500),
    unavailable=Refusal("ServiceUnavailable", 503),
)


class Elsewhere:
    """moto, called as the WSGI application that it is, by one at a time. Its state is its own: one for the whole
    process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            application = self._application
        if application is None:
            return json_reply({"__type": "NotInstalled", "message": _MISSING}, 501)
        begun: list[Any] = []
        with self._lock:  # moto checks the condition of a write and then writes: two at once would both be let in
            parts = application(_environ(request), lambda status, headers, _=None: begun.extend((status, headers)))
            try:
                body = b"".join(parts)
            finally:
                getattr(parts, "close", lambda: None)()
        status, headers = begun
        kept = {name: value for name, value in headers if name.lower() not in _PER_CONNECTION}
        if request.method == "HEAD":  # the length of what GET would answer
            kept |= {name: value for name, value in headers if name.lower() == "content-length"}
        return Reply(int(status.split()[0]), body, kept)

    @cached_property
    def _application(self) -> Any:
        try:  # moto is an extra, and slow to import
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
        except ImportError:
            return None
        return DomainDispatcherApplication(create_backend_app)


def refusal(service: str, refused: Refused) -> Reply:
    """A fault's refusal, for services of which the sandbox knows nothing but how S3 says it."""
    if service != "s3":
        return json_reply({"__type": refused.code, "message": refused.message}, refused.status)
    text = f"<Error><Code>{escape(refused.code)}</Code><Message>{escape(refused.message)}</Message></Error>"
    return Reply(refused.status, text.encode(), {"Content-Type": "application/xml"})


def _environ(request: Request) -> dict[str, Any]:
    host = request.headers.get("host", "127.0.0.1")
    name, _, port = host.partition(":")
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path, "latin-1"),
        "RAW_URI": request.path + (f"?{request.query}" if request.query else ""),
        "REQUEST_URI": request.path + (f"?{request.query}" if request.query else ""),
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **headers,
        "HTTP_HOST": host,
    }
