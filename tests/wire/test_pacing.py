"""Retries, rates, the limit of a connection, and the proxy of an option: through the program, over real sockets."""

from __future__ import annotations

import json
import socket
import time
from itertools import pairwise
from typing import Final

import pytest

from tests.cli.program import Ended, hdrcli
from tests.serving.http import Request, answer, read_request
from tests.serving.loopback import LoopbackServer, free_port, full_port
from tests.serving.raw import RawServer
from tests.serving.scripted import ScriptedServer
from tests.serving.site import OPEN_TO_PAGE, Site

OK: Final = answer(*OPEN_TO_PAGE)
ONE: Final = ("--no-probe", "--credentials=omit", "--browser=standard", "--http1.1", "--no-openapi")


class Flaky(LoopbackServer):
    """Closes its first connections when the request has come; `methods` are those of all requests."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.methods: list[str] = []
        self._failures = failures

    def serve(self, number: int, connection: socket.socket) -> None:
        request = read_request(connection)
        if request:
            self.methods.append(request.split(b" ", 1)[0].decode())
            if number >= self._failures:
                connection.sendall(OK)


def read_on(_number: int, connection: socket.socket) -> None:
    """Send nothing."""
    while connection.recv(65536):
        pass


def check(url: str, *options: str, env: dict[str, str] | None = None) -> Ended:
    return hdrcli("check", url, *ONE, *options, env=env)


@pytest.mark.parametrize(
    ("failures", "options", "status", "methods"),
    [
        (1, [], 3, ["GET"]),
        (1, ["--retries=0"], 3, ["GET"]),
        (1, ["--retries=1"], 0, ["GET", "GET"]),
        (2, ["--retries=1"], 3, ["GET", "GET"]),
        (1, ["--retries=1", "-I"], 0, ["HEAD", "HEAD"]),
        (1, ["--retries=1", "-X", "PATCH"], 1, ["OPTIONS", "OPTIONS"]),
        (1, ["--retries=1", "-X", "POST"], 3, ["POST"]),
        (1, ["--retries=1", "-d", "a"], 3, ["POST"]),
    ],
    ids=str,
)
def test_safe_requests_are_sent_again(failures: int, options: list[str], status: int, methods: list[str]) -> None:
    with Flaky(failures) as server:
        ended = check(server.origin, *options)

    assert (ended.status, server.methods) == (status, methods)


def test_a_refused_connection_is_tried_again() -> None:
    start = time.monotonic()
    ended = check(f"http://127.0.0.1:{free_port()}/", "--retries=1")

    assert ended.status == 3
    assert time.monotonic() - start > 0.5


@pytest.mark.parametrize("response", [answer(status="503 Service Unavailable"), b"nonsense\r\n\r\n"])
def test_a_response_is_never_tried_again(response: bytes) -> None:
    with RawServer(response, OK) as server:
        check(server.url, "--retries=3")

    assert len(server.requests) == 1


def test_the_rate() -> None:
    times: list[float] = []

    def note(request: Request) -> bytes:
        del request
        times.append(time.monotonic())
        return OK

    paths = [f"/{number}" for number in range(4)]
    with Site(dict.fromkeys(paths, note)) as site:
        ended = check(site.url + paths[0], *(site.url + path for path in paths[1:]), "--rate=10/s")

    assert ended.status == 0
    assert len(times) == 4
    assert min(later - earlier for earlier, later in pairwise(sorted(times))) > 0.05
    assert max(times) - min(times) > 0.25


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_limit_of_a_connection(scheme: str) -> None:
    with full_port() as port:
        start = time.monotonic()
        ended = check(f"{scheme}://127.0.0.1:{port}/", "--connect-timeout=0.2")

    assert ended.status == 3
    assert time.monotonic() - start < 5
    assert f"127.0.0.1:{port} did not accept the connection within 0.2 s." in ended.err


def test_the_limit_of_a_connection_covers_the_handshake() -> None:
    with ScriptedServer(read_on) as server:
        ended = check(server.url.replace("http", "https", 1), "--connect-timeout=0.2")

    assert ended.status == 3
    assert "did not finish the TLS handshake within 0.2 s." in ended.err


def test_the_limit_of_a_connection_is_none_of_the_response() -> None:
    def respond(request: Request) -> bytes:
        del request
        time.sleep(0.4)
        return OK

    with Site({"/": respond}) as site:
        assert check(site.url, "--connect-timeout=0.2").status == 0


# --- proxies --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://api.invalid/", "http://127.0.0.1:8009/", "http://localhost:8009/"])
@pytest.mark.parametrize("no_proxy", ["", "*"])
def test_the_proxy_of_the_option_has_all_requests(url: str, no_proxy: str) -> None:
    variables = {"http_proxy": f"http://127.0.0.1:{free_port()}", "no_proxy": no_proxy}
    with RawServer(answer("Access-Control-Allow-Origin: *")) as proxy:
        ended = check(url, f"--proxy=127.0.0.1:{proxy.port}", "--send=X-Gateway: 1", "--format=json", env=variables)

    assert ended.status == 0
    assert json.loads(ended.out)["summary"]["requests"] == len(proxy.requests) == 1
    assert proxy.requests[0].startswith(f"GET {url} HTTP/1.1\r\n".encode())
    assert b"X-Gateway: 1\r\n" in proxy.requests[0]


def test_an_empty_proxy_is_none() -> None:
    with RawServer(OK) as proxy:
        ended = check("http://api.invalid/", "--proxy=", env={"http_proxy": proxy.url})

    assert (ended.status, proxy.requests) == (3, [])


@pytest.mark.parametrize("option", ["--resolve=api.invalid:{port}:127.0.0.1", "--connect-to=::127.0.0.1:{port}"])
def test_a_connection_that_goes_elsewhere_is_direct(option: str) -> None:
    with RawServer(OK) as proxy, RawServer(answer("Access-Control-Allow-Origin: *")) as server:
        url = f"http://api.invalid:{server.port}/"
        ended = check(url, option.format(port=server.port), env={"http_proxy": proxy.url})

    assert (ended.status, proxy.requests, len(server.requests)) == (0, [], 1)


def test_a_proxy_that_is_not_there() -> None:
    port = free_port()
    ended = check("http://api.invalid/", f"--proxy=http://user:s3cr3t@127.0.0.1:{port}")

    assert ended.status == 3
    assert f"127.0.0.1:{port} (named by --proxy)" in ended.err
    assert "s3cr3t" not in ended.out + ended.err


def test_a_proxy_that_does_not_accept() -> None:
    with full_port() as port:
        ended = check("http://api.invalid/", f"--proxy=127.0.0.1:{port}", "--connect-timeout=0.2")

    assert ended.status == 3
    assert "within 0.2 s" in ended.err


def test_a_wrong_proxy_is_not_quoted() -> None:
    ended = check("http://api.invalid/", "--proxy=http://user:s3cr3t@")

    assert (ended.status, ended.out) == (2, "")
    assert "s3cr3t" not in ended.err
