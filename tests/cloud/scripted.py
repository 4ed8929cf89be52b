"""A service whose answers a test writes down: a real server on a real socket, which keeps what it was asked."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str  # as sent
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @property
    def operation(self) -> str:
        """Of the JSON protocol: Service.Operation."""
        return self.headers.get("x-amz-target", "").partition(".")[2]

    @property
    def body(self) -> Any:
        return json.loads(self.content) if self.content else None

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.path.strip("/").split("/")]


@dataclass(frozen=True)
class Reply:
    """`torn` sends the head and half of the body; `dropped` sends nothing at all."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    torn: bool = False
    dropped: bool = False


def error(code: str, status: int = 400, message: str = "", **headers: str) -> Reply:
    """As AWS says it, and as DataArts does."""
    return Reply(
        {"__type": code, "message": message, "error_code": code, "error_msg": message}, status, headers=headers
    )


class Service:
    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.url = ""


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[Service]:
    service = Service(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.close_connection = True
            super().handle_one_request()

        def _answer(self) -> None:
            split = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = Asked(
                self.command,
                split.path,
                dict(parse_qsl(split.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                content,
            )
            service.asked.append(asked)
            self._send(service.answer(asked))

        def _send(self, reply: Reply) -> None:
            if reply.dropped:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = reply.body if isinstance(reply.body, bytes) else b"" if reply.body is None else _json(reply.body)
            self.send_response(reply.status)
            for name, value in {"Connection": "close", **reply.headers}.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if reply.torn else body)
            self.close_connection = True

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        service.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
