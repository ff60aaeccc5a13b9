"""Which connections carry another exchange, and what becomes of one that has ended in the meantime."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
import trustme

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.idle import MAX_IDLE
from tests.serving.http import read_request
from tests.serving.loopback import DEADLINE
from tests.serving.scripted import Script, ScriptedServer, responding
from tests.serving.tls import server_context, trust
from tests.wire.sending import http_request, read

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
Answers = Sequence[HTTPResponse | TransportFailure]


def ask_all(requests: Sequence[HTTPRequest], *, keep_alive: float = 60, timeout: float = DEADLINE) -> Answers:
    """Ask one after the other over one transport."""

    async def ask() -> Answers:
        transport = DirectTransport(timeout=timeout, verify=True, keep_alive=keep_alive)
        async with contextlib.aclosing(transport):
            return [read(await transport.exchange(request), request) for request in requests]

    return asyncio.run(ask())


def statuses(given: Answers) -> list[int]:
    return [answer.status for answer in given if isinstance(answer, HTTPResponse)]


KEPT: Final = {
    "length": b"Content-Length: 2\r\n\r\n[]",
    "no body": b"Content-Length: 0\r\n\r\n",
    "chunks": b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    "a body of some size": b"Content-Length: 60000\r\n\r\n" + bytes(60_000),
    "keep-alive": b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\n[]",
}
NOT_KEPT: Final = {
    "close": b"Connection: close\r\nContent-Length: 2\r\n\r\n[]",
    "close among others": b"Connection: Keep-Alive, Close\r\nContent-Length: 2\r\n\r\n[]",
    "a large body": b"Content-Length: 100000\r\n\r\n" + bytes(100_000),
    "a body that does not come": b"Content-Length: 3\r\n\r\n[]",
    "a body without end": b"\r\n[]",
    "more than the body": b"Content-Length: 2\r\n\r\n[]HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
    "faulty chunks": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize(
    ("lines", "connections"),
    [*((lines, 1) for lines in KEPT.values()), *((lines, 3) for lines in NOT_KEPT.values())],
    ids=[*KEPT, *NOT_KEPT],
)
def test_which_responses_leave_the_connection_open(lines: bytes, connections: int) -> None:
    with ScriptedServer(responding(b"HTTP/1.1 200 OK\r\n" + lines)) as server:
        given = ask_all([http_request(server.url)] * 3)

    assert statuses(given) == [200, 200, 200]
    assert server.connections == connections


@pytest.mark.parametrize(
    ("method", "answer", "connections"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\n\r\n", 1),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 2),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 2),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 1),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 1),
        ("GET", b"HTTP/1.1 304 Not Modified\r\n\r\n", 1),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", 2),
        ("OPTIONS", b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", 1),
        ("GET", b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK, 1),
        ("GET", b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n[]", 2),
        ("GET", b"HTTP/1 200 OK\r\nContent-Length: 2\r\n\r\n[]", 2),
        ("GET", b"\r\n" + OK, 2),
        ("GET", b"HTTP/1.1 421 Misdirected Request\r\nContent-Length: 2\r\n\r\n[]", 2),
        ("OPTIONS", OK, 1),
        ("DELETE", OK, 1),
        ("POST", OK, 2),
        ("PATCH", OK, 2),
        ("frob", OK, 2),
    ],
)
def test_which_exchanges_share_a_connection(method: str, answer: bytes, connections: int) -> None:
    with ScriptedServer(responding(answer)) as server:
        given = ask_all([http_request(server.url, method=method)] * 2)

    assert len(statuses(given)) == 2
    assert server.connections == connections


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", b"200 OK"), ("GET", b"204 No Content"), ("GET", b"304 Not Modified")]
)
def test_a_body_that_must_not_be_is_not_the_next_head(method: str, status: bytes) -> None:
    """As http.server has it with `do_HEAD = do_GET`, and the body comes when the next request is under way."""

    def script(_number: int, connection: socket.socket) -> None:
        late = b""
        while read_request(connection):
            connection.sendall(late + b"HTTP/1.1 %b\r\nContent-Length: 10\r\n\r\n" % status)
            late = b"0123456789"

    with ScriptedServer(script) as server:
        given = ask_all([http_request(server.url, method=method)] * 3)

    assert statuses(given) == [int(status[:3])] * 3


def test_a_connection_is_to_one_name() -> None:
    with ScriptedServer(responding(OK)) as server:
        urls = [f"http://{host}:{server.port}/" for host in ("127.0.0.1", "a.localhost", "localhost", "a.localhost")]
        given = ask_all([http_request(url) for url in urls])

    assert statuses(given) == [200] * 4
    assert server.connections == 3


def test_a_server_that_serves_one_connection_at_a_time() -> None:
    """A POST over a connection of its own must not wait for the end of an idle one."""

    def one_after_the_other() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                responding(OK)(0, connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = threading.Thread(target=one_after_the_other, daemon=True)
        serving.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        given = ask_all([http_request(url), http_request(url, method="POST", body=b"a")], timeout=5)
        listener.shutdown(socket.SHUT_RDWR)
        serving.join(DEADLINE)

    assert statuses(given) == [200, 200]


def test_a_connection_stays_idle_only_for_a_while() -> None:
    with ScriptedServer(responding(OK)) as server:
        ask_all([http_request(server.url)] * 3, keep_alive=0)

    assert server.connections == 3


def test_few_connections_wait() -> None:
    """Hosts without end take no sockets without end; the server sees which connections are ended."""
    ended: list[int] = []
    kept = threading.Event()

    def script(number: int, connection: socket.socket) -> None:
        responding(OK)(number, connection)
        ended.append(number)
        if len(ended) == 10:
            kept.set()

    async def ask(port: int) -> bool:
        transport = DirectTransport(timeout=DEADLINE, verify=True)
        async with contextlib.aclosing(transport):
            for number in range(MAX_IDLE + 10):
                await transport.exchange(http_request(f"http://host-{number}.localhost:{port}/"))
            return await asyncio.to_thread(kept.wait, DEADLINE) and len(ended) == 10

    with ScriptedServer(script) as server:
        assert asyncio.run(ask(server.port))


def test_it_is_over_when_the_transport_is_closed() -> None:
    farewells: list[bytes] = []
    over = threading.Event()

    def script(_number: int, connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)
        farewells.append(connection.recv(1))
        over.set()

    with ScriptedServer(script) as server:
        ask_all([http_request(server.url)])
        assert over.wait(DEADLINE)

    assert farewells == [b""]


# --- connections that have ended --------------------------------------------------------------------------


def ends_behind(count: int, *, last_words: bytes = b"", noted: list[bytes]) -> Script:
    """The first connection reads a request more than the `count` it answers, and ends; later ones answer all."""

    def script(number: int, connection: socket.socket) -> None:
        while request := read_request(connection):
            noted.append(request)
            if number == 0 and len(noted) > count:
                connection.sendall(last_words)
                return
            connection.sendall(OK)

    return script


def test_a_request_over_a_closed_reused_connection_is_sent_again() -> None:
    noted: list[bytes] = []
    with ScriptedServer(ends_behind(1, noted=noted)) as server:
        given = ask_all([http_request(server.url)] * 2)

    assert statuses(given) == [200, 200]
    assert (server.connections, len(noted)) == (2, 3)


def test_a_connection_that_ended_while_it_waited_is_replaced() -> None:
    def script(_number: int, connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)

    with ScriptedServer(script) as server:
        given = ask_all([http_request(server.url)] * 3)

    assert statuses(given) == [200, 200, 200]
    assert server.connections == 3


def test_a_request_whose_response_has_begun_is_not_sent_again() -> None:
    noted: list[bytes] = []
    with ScriptedServer(ends_behind(1, last_words=b"SPQR", noted=noted)) as server:
        given = ask_all([http_request(server.url)] * 2)

    assert isinstance(given[1], TransportFailure)
    assert given[1].failure is Failure.INVALID_HTTP
    assert len(noted) == 2


def test_a_fresh_connection_is_not_replaced() -> None:
    noted: list[bytes] = []
    with ScriptedServer(ends_behind(0, noted=noted)) as server:
        given = ask_all([http_request(server.url)])

    assert isinstance(given[0], TransportFailure)
    assert given[0].failure is Failure.EMPTY_REPLY
    assert len(noted) == 1


def test_an_unsolicited_response_is_not_used() -> None:
    """A server that goes on talking behind its answer ends the connection's use."""
    talked = threading.Event()

    def script(number: int, connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)
        if number == 0:
            connection.sendall(b"HTTP/1.1 500 Unasked\r\nContent-Length: 0\r\n\r\n")
            talked.set()
            connection.recv(1)

    async def ask(url: str) -> Answers:
        transport = DirectTransport(timeout=DEADLINE, verify=True)
        async with contextlib.aclosing(transport):
            request = http_request(url)
            first = await transport.exchange(request)
            await asyncio.to_thread(talked.wait, DEADLINE)
            return [read(answer, request) for answer in (first, await transport.exchange(request))]

    with ScriptedServer(script) as server:
        assert statuses(asyncio.run(ask(server.url))) == [200, 200]

    assert server.connections == 2


# --- TLS, and time ----------------------------------------------------------------------------------------


def test_one_handshake_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    tls = server_context("127.0.0.1", authority=authority)
    with ScriptedServer(responding(OK), tls=tls) as server:
        given = ask_all([http_request(server.url)] * 3)

    assert statuses(given) == [200, 200, 200]
    assert server.connections == 1


@pytest.mark.skipif(not hasattr(socket, "TCP_QUICKACK"), reason="this system acknowledges when it likes")
def test_a_head_is_acknowledged_before_the_body_is_in() -> None:
    """A server that writes head and body apart waits for that, 40 ms long, unless it has TCP_NODELAY."""

    arrivals: list[float] = []

    def script(_number: int, connection: socket.socket) -> None:
        while read_request(connection):
            arrivals.append(time.monotonic())
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
            connection.sendall(b"[]")

    with ScriptedServer(script) as server:
        given = ask_all([http_request(server.url)] * 50)

    assert statuses(given) == [200] * 50
    assert statistics.median(later - sooner for sooner, later in itertools.pairwise(arrivals)) < 0.03
