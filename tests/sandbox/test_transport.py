"""What comes over the wire that no SDK sends, and what is not installed."""

import socket
import sys

import pytest
import urllib3


@pytest.fixture
def say(sandbox):
    """Sends bytes and gives what comes back until the connection ends."""
    host, _, port = sandbox.endpoint.removeprefix("http://").partition(":")

    def exchange(text):
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    return exchange


@pytest.mark.parametrize(
    "text",
    [
        b"\x16\x03\x01 no http at all\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nshort",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_ends_its_connection_and_nothing_else(sandbox, say, text):
    answer = say(text)
    assert b" 400 " in answer or b" 414 " in answer
    assert sandbox.control.jobs() == []


def test_a_body_in_chunks_is_one_body(sandbox):
    pool = urllib3.PoolManager(retries=False)
    reply = pool.request("POST", f"{sandbox.endpoint}/_sandbox/advance", body=iter([b'{"sec', b'onds": 5}']))
    assert reply.status == 200
    pool.clear()


def test_without_moto_a_request_for_another_service_says_what_to_install(sandbox, monkeypatch):
    monkeypatch.setitem(sys.modules, "moto.moto_server.werkzeug_app", None)
    pool = urllib3.PoolManager(retries=False)
    reply = pool.request("GET", f"{sandbox.endpoint}/some-bucket")
    assert reply.status == 501
    assert "reconcile[sandbox]" in reply.json()["message"]
    pool.clear()
