"""What happens to connections: ends, resets, floods, TLS; nothing is lost, and nothing grows."""

from __future__ import annotations

import random
import re
import socket
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import pytest
import trustme

from hdrcli.fetch import Failure
from hdrcli.proxy.exchanges import MOST_ROUTES
from hdrcli.proxy.following import Answered, Follower
from hdrcli.settings import Settings
from tests.proxy.program import running
from tests.proxy.serving import exchange, proxy_of, read_to_end, request
from tests.proxy.test_exchanges import summary
from tests.serving.http import answer, read_request
from tests.serving.loopback import DEADLINE, LoopbackServer
from tests.serving.site import Site
from tests.serving.tls import server_context

OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_RESET: Final = struct.pack("ii", 1, 0)


class Serving(LoopbackServer):
    """Serves each connection by a function."""

    def __init__(self, by: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._by = by
        self.served = threading.Semaphore(0)

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        try:
            self._by(connection)
        finally:
            self.served.release()


def echo(connection: socket.socket) -> None:
    """Respond to requests with their bodies, one after the other."""
    while data := read_request(connection):
        body = data.partition(b"\r\n\r\n")[2]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def test_many_clients_lose_nothing() -> None:
    clients, requests = 16, 50

    def run(client: int) -> list[bytes]:
        chooser, failed = random.Random(client), []  # noqa: S311 -- no secret
        with proxied.connect() as connection:
            for number in range(requests):
                body = chooser.randbytes(chooser.randrange(1, 20_000)) + b"%d-%d" % (client, number)
                connection.sendall(request("POST", "/echo", body=body))
                received = b""
                while not received.endswith(body):
                    received += connection.recv(65536)
                failed += [] if received.partition(b"\r\n\r\n")[2] == body else [body]
        return failed

    with Serving(echo) as service, proxy_of(service.origin) as proxied:
        with ThreadPoolExecutor(clients) as pool:
            assert not any(pool.map(run, range(clients)))
        report = proxied.report()

    assert len(report.routes) == 1
    assert f"Judged: {clients * requests} requests" in report.services[0].limits[0]


def test_the_end_of_the_client_reaches_the_service() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        assert connection.recv(1) == b""

    with Serving(serve) as service, proxy_of(service.origin) as proxied:
        with proxied.connect() as client:
            client.sendall(request("GET", "/events"))
            assert client.recv(65536)
        assert service.served.acquire(timeout=DEADLINE)


@pytest.mark.parametrize(
    "begun", [OK.replace(b": 2", b": 20"), b"HTTP/1.1 200 OK\r\n\r\npart"], ids=["length", "close"]
)
def test_a_reset_stays_a_reset(begun: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(begun)
        assert connection.recv(1) == b"x"  # the client has the beginning
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    with Serving(serve) as service, proxy_of(service.origin) as proxied, proxied.connect() as client:
        client.sendall(request("GET", "/items"))
        received = b""
        while len(received) < len(begun):
            received += client.recv(65536)
        client.sendall(b"x")
        with pytest.raises(ConnectionResetError):
            client.recv(1)

    assert received == begun


def test_the_response_to_a_refused_upload_arrives() -> None:
    refusal = answer(status="413 Content Too Large")

    def serve(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(refusal)
        connection.shutdown(socket.SHUT_RDWR)

    with Serving(serve) as service, proxy_of(service.origin) as proxied, proxied.connect() as client:
        client.sendall(request("POST", "/upload", "Content-Length: 100000000"))
        try:
            while True:
                client.sendall(bytes(65536))
        except ConnectionError:
            pass
        assert read_to_end(client) == refusal


def test_a_reset_before_a_response_is_a_502() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    with Serving(serve) as service, proxy_of(service.origin) as proxied:
        received = exchange(proxied, request("GET", "/items"))
        report = proxied.report()

    assert received.startswith(b"HTTP/1.1 502 ")
    assert summary(report) == [("GET", "/items", Failure.CONNECTION_RESET)]


def test_a_connection_that_is_closed_behind_a_response_has_no_502() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(OK)
        read_request(connection)

    with Serving(serve) as service, proxy_of(service.origin) as proxied, proxied.connect() as client:
        client.sendall(request("GET", "/items"))
        assert client.recv(65536) == OK
        client.sendall(request("GET", "/items"))
        assert read_to_end(client) == b""


def test_requests_without_a_response_are_counted() -> None:
    arrived = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        arrived.set()
        read_to_end(connection)

    with Serving(serve) as service, proxy_of(service.origin) as proxied, proxied.connect() as client:
        client.sendall(request("GET", "/slow"))
        assert arrived.wait(DEADLINE)
        report = proxied.report()
        assert read_to_end(client) == b""

    assert "1 request had no response" in " ".join(report.services[0].limits)


def test_an_https_service(tmp_path: Path) -> None:
    authority = trustme.CA()
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    with Serving(echo, server_context("127.0.0.1", authority=authority)) as service:
        for settings, is_trusted in (
            (Settings(targets=(), cacert=str(file)), True),
            (Settings(targets=(), verify=False), True),
            (Settings(targets=()), False),
        ):
            with proxy_of(service.origin, settings) as proxied, proxied.connect() as client:
                body = b"abc" * 100_000
                client.sendall(request("POST", "/echo", "Expect: nothing", body=body))
                received = b""
                while not received.endswith((body, b"\n")):
                    received += client.recv(65536)
                client.shutdown(socket.SHUT_WR)
                received += read_to_end(client)
                report = proxied.report()

            assert received.startswith(b"HTTP/1.1 200 " if is_trusted else b"HTTP/1.1 502 ")
            assert received.endswith(body) is is_trusted
            failure = Failure.ALLOW_ORIGIN_MISSING if is_trusted else Failure.CERTIFICATE
            assert summary(report) == [("POST", "/echo", failure)]


def test_the_routes_are_bounded() -> None:
    with Site({}, otherwise=answer("Connection: close")) as site, proxy_of(site.url) as proxied:
        with ThreadPoolExecutor(8) as pool:
            requests = (request("GET", f"/{number}") for number in range(MOST_ROUTES + 10))
            list(pool.map(lambda each: exchange(proxied, each), requests))
        report = proxied.report()

    assert len(report.routes) == MOST_ROUTES
    assert "10 of further routes" in " ".join(report.services[0].limits)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is known from /proc")
def test_memory_does_not_grow_with_a_body() -> None:
    megabytes = 64
    block, size = bytes(2**20), megabytes * 2**20

    def serve(connection: socket.socket) -> None:
        taken = 0
        while taken < size:
            taken += len(connection.recv(2**20))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(megabytes):
            connection.sendall(block)

    with Serving(serve) as service, running(service.origin) as program:
        with socket.create_connection(("127.0.0.1", program.port), DEADLINE) as client:
            client.sendall(request("POST", "/", f"Content-Length: {size}"))
            for _ in range(megabytes):
                client.sendall(block)
            program.wait_for("POST /")  # the response has come, and is not read: the service waits
            received = len(client.recv(1))
            while received < size:
                received += len(client.recv(2**20))
        status = Path(f"/proc/{program.process.pid}/status").read_text("utf-8")

    (peak,) = re.findall(r"VmHWM:\s+(\d+)", status)
    assert int(peak) < 60 * 1024


PIECES: Final = (
    *(b"GET / HTTP/1.1\r\n", b"POST /a HTTP/1.1\r\n", b"Host: a.example\r\n", b"Content-Length: 3\r\n", b"\r\n", b"\n"),
    *(
        b"Transfer-Encoding: chunked\r\n",
        b"3\r\nabc\r\n",
        b"0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 101 \r\n",
        b"\r",
    ),
    *(b"HTTP/1.1 100 Continue\r\n\r\n", b"abc", b"\xff\x00", b": ", b"Host: b\r\n", b"Host : c\r\n", b" folded\r\n"),
)


@pytest.mark.parametrize("seed", range(200))
def test_a_follower_takes_anything(seed: int) -> None:
    chooser = random.Random(seed)  # noqa: S311 -- no secret
    found: list[Answered] = []
    follower, changing = Follower(found.append), Follower(lambda _: None, "new.example")
    sent = passed = b""
    for _ in range(100):
        data = b"".join(chooser.choices(PIECES, k=chooser.randrange(1, 8)))
        if chooser.random() < 0.5:
            assert follower.sent(data) == data
            sent += data
            passed += changing.sent(data)
        else:
            follower.received(data)
            changing.received(data)
    follower.ended()
    changing.ended()
    passed += changing.sent(b"")

    assert re.sub(rb"(?i)host:[^\r\n]*", b"", passed) == re.sub(rb"(?i)host:[^\r\n]*", b"", sent)
