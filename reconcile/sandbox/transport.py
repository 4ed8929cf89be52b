"""HTTP over sockets on 127.0.0.1: requests in, replies out, and the ways in which a reply gets lost."""

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from reconcile.sandbox.http import Cut, Reply, Request, json_reply

HOST = "127.0.0.1"
_LONGEST_BODY = 64 * 1024 * 1024
_log = logging.getLogger(__name__)


class Server(ThreadingHTTPServer):
    """Answers in one thread a connection, from `begin` to `close`."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(self, port: int, answer: Callable[[Request], Reply]) -> None:
        self.answer = answer
        self.ending = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((HOST, port), _Connection)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), name="sandbox", daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    @property
    def connections(self) -> int:
        """How many are open. One whose client is gone is closed once all that it had sent was answered."""
        with self._guard:
            return len(self._open)

    def begin(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Ends every connection and the listening."""
        self.ending.set()
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._guard:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, _: Any, client_address: Any) -> None:
        """A client that went away is no error of ours."""
        _log.debug("connection of %s ended", client_address, exc_info=True)


class _Connection(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "reconcile-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1

    def _turn(self) -> None:
        try:
            body = self._body()
        except ValueError as error:
            self.close_connection = True
            return self._send(json_reply({"message": str(error)}, 400))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            reply = self.server.answer(Request(self.command, path, query, headers, body))
        except Exception as error:
            _log.exception("%s %s", self.command, self.path)
            reply = json_reply({"__type": "InternalFailure", "message": f"The sandbox failed: {error!r}"}, 500)
        if reply.delay:
            self.server.ending.wait(reply.delay)
        return self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _turn  # noqa: N815

    def handle_expect_100(self) -> bool:
        """A client that asks before it sends a body would wait a second for what stays in the buffer."""
        asked = super().handle_expect_100()
        self.wfile.flush()
        return asked

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > _LONGEST_BODY:
            raise ValueError("Content-Length is not a number that can be served.")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ValueError("The body ended early.")
        return body

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := int(self.rfile.readline(32).partition(b";")[0], 16):
            if size < 0 or len(body) + size > _LONGEST_BODY:
                raise ValueError("A chunk has a length that cannot be served.")
            body += self.rfile.read(size)
            self.rfile.readline(8)
        while self.rfile.readline(1024).strip():
            pass
        return bytes(body)

    def _send(self, reply: Reply) -> None:
        if reply.cut in (Cut.DROPPED, Cut.RESET):
            return self._hang_up(reset=reply.cut is Cut.RESET)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        bodiless = self.command == "HEAD" or reply.status in (204, 304)
        if not bodiless:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut is Cut.HALF else reply.body)
        self.wfile.flush()
        if reply.cut is Cut.HALF:
            self._hang_up(reset=False)
        return None

    def _hang_up(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:  # without lingering, closing resets
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, *_: Any) -> None:
        """Requests are in the application's log."""
