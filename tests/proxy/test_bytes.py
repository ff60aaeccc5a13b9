"""Bytes in are bytes out, in both directions, whatever the two sides speak."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from tests.proxy.serving import proxy_of, read_to_end, request
from tests.serving.loopback import LoopbackServer

GET: Final = request("GET", "/items")
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"


@dataclass(frozen=True, kw_only=True)
class Case:
    """Bytes of one connection in turns, the client's first; `judged` is how many of its requests are routes."""

    name: str
    turns: tuple[bytes, ...]
    judged: int = 1
    unfollowed: bool = False


CHUNKED: Final = b"5;ext=1\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n"
UPGRADE: Final = b"GET /chat HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"

CASES: Final = (
    Case(name="length", turns=(GET, OK)),
    Case(name="kept alive", turns=(GET, OK, GET, OK, GET, OK)),
    Case(
        name="chunked with extensions and a trailer",
        turns=(GET, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED, GET, OK),
    ),
    Case(
        name="an upload that waits for 100",
        turns=(
            request("POST", "/", "Expect: 100-continue", "Content-Length: 3"),
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"abc",
            b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
            GET,
            OK,
        ),
        judged=2,
    ),
    Case(
        name="a chunked upload, and a line behind it",
        turns=(request("POST", "/", "Transfer-Encoding: chunked") + CHUNKED, OK, b"\r\n" + GET, OK),
        judged=2,
    ),
    Case(name="early hints", turns=(GET, b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, GET, OK)),
    Case(
        name="HEAD, whose response has a length and no body",
        turns=(request("HEAD", "/items"), b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", GET, OK),
        judged=2,
    ),
    Case(name="204", turns=(GET, b"HTTP/1.1 204 No Content\r\n\r\n", request("GET", "/b"), OK), judged=2),
    Case(name="304", turns=(GET, b"HTTP/1.1 304 Not Modified\r\nETag: 1\r\n\r\n", GET, OK), judged=1),
    Case(name="until the end", turns=(GET, b"HTTP/1.0 200 OK\r\n\r\nall that comes")),
    Case(name="pipelined", turns=(GET + request("GET", "/b"), OK + OK), judged=2),
    Case(
        name="a WebSocket",
        turns=(
            UPGRADE,
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
            b"\x81\x02hi",
            b"\x82\x00\xff",
        ),
        judged=0,
    ),
    Case(
        name="an event stream",
        turns=(
            GET,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
            b"",
            b"data: 1\n\n",
            b"",
            b"data: 2\n\n",
        ),
    ),
    Case(name="odd bytes in a head", turns=(GET, b"HTTP/1.1 200\nX-\xff: \x80\xfe\nno colon\nX-B: 1\n\nab")),
    Case(name="not HTTP", turns=(b"\x16\x03\x01\x00\x05hello", b"\x15\x03\x01"), judged=0, unfollowed=True),
    Case(
        name="HTTP/2 with prior knowledge",
        turns=(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\4\0\0\0\0\0"),
        judged=0,
        unfollowed=True,
    ),
    Case(
        name="two lengths",
        turns=(request("POST", "/", "Content-Length: 1", "Content-Length: 2") + b"ab", OK),
        judged=0,
        unfollowed=True,
    ),
    Case(name="a response to no request", turns=(GET, OK + OK), unfollowed=True),
    Case(
        name="a broken chunk",
        turns=(GET, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab"),
        unfollowed=True,
    ),
)


class Script(LoopbackServer):
    """Plays the service's turns, and notes what came: it waits for each of the client's turns to be complete."""

    def __init__(self, turns: tuple[bytes, ...]) -> None:
        super().__init__()
        self._turns = turns
        self.received = b""
        self.rest = b""
        self.ended = threading.Event()

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        for client, service in zip(self._turns[::2], self._turns[1::2], strict=True):
            self.received += _read(connection, len(client))
            connection.sendall(service)
        connection.shutdown(socket.SHUT_WR)
        self.rest = read_to_end(connection)
        self.ended.set()


def _read(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        data = connection.recv(size - len(received))
        assert data, received
        received += data
    return received


def _whole(data: bytes) -> list[bytes]:
    return [data] if data else []


def _bytewise(data: bytes) -> list[bytes]:
    return [data[place : place + 1] for place in range(len(data))]


@pytest.mark.parametrize("portions", [_whole, _bytewise])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bytes_pass_unchanged(case: Case, portions: Callable[[bytes], list[bytes]]) -> None:
    with Script(case.turns) as service, proxy_of(service.origin) as proxied:
        with proxied.connect() as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            received = b""
            for sent, awaited in zip(case.turns[::2], case.turns[1::2], strict=True):
                for portion in portions(sent):
                    client.sendall(portion)
                received += _read(client, len(awaited))
            rest = read_to_end(client)
        assert service.ended.wait(10)
        report = proxied.report()

    assert service.received + service.rest == b"".join(case.turns[::2])
    assert received + rest == b"".join(case.turns[1::2])
    assert len(report.routes) == case.judged
    assert any(limit.startswith("1 connection") for limit in report.services[0].limits) is case.unfollowed
