from __future__ import annotations

import asyncio
import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import trustme

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.records.exchange import Exchange
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.tls import new_tls_context
from tests.serving.asgi import sample_app, uvicorn_server
from tests.serving.hostile import BEHAVIOURS, HostileServer
from tests.serving.loopback import DEADLINE, free_port, full_port, has_ipv6
from tests.serving.raw import RawServer
from tests.serving.scripted import ScriptedServer
from tests.serving.tls import server_context, trust
from tests.wire.sending import exchange, http_request

ANSWER: Final = b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nbody"
EXPECTED: Final = HTTPResponse(status=200, headers=(("X-A", "1"),))


def ask(request: HTTPRequest, *, timeout: float = DEADLINE, verify: bool = True) -> HTTPResponse | TransportFailure:
    return exchange(DirectTransport(timeout=timeout, verify=verify), request)


# --- the request, to the letter -------------------------------------------------------------------------

TARGETS: Final = [
    ("", b"/"),
    ("?", b"/?"),
    ("#fragment", b"/"),
    ("a?#fragment", b"/a?"),
    ("a//b/./../c;d=e,f@g:!$&()*+~", b"/a//c;d=e,f@g:!$&()*+~"),
    ("a|b^c[d]e'f", b"/a|b%5Ec[d]e'f"),
    ("%zz%41%2f%2e%", b"/%zz%41%2f%2e%"),
    ('a b"c<d>`{e}', b"/a%20b%22c%3Cd%3E%60%7Be%7D"),
    ("é\u20ac?é=\u20ac", b"/%C3%A9%E2%82%AC?%C3%A9=%E2%82%AC"),
    ("?a=b&c|d^`{e}[f]\\'", b"/?a=b&c|d^`{e}[f]\\%27"),
    ("a\\b", b"/a/b"),
    ("x" * 20_000, b"/" + b"x" * 20_000),
]


@pytest.mark.parametrize(("relative", "target"), TARGETS, ids=[relative[:20] for relative, _ in TARGETS])
def test_the_target_is_worded_as_a_browser_would(relative: str, target: bytes) -> None:
    with RawServer(ANSWER) as server:
        assert ask(http_request(server.url + relative)) == EXPECTED

    assert server.requests == [b"GET %b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (target, server.port)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "patch", "Get", "!#$%&'*+-.^_`|~"])
def test_the_method_is_sent_as_it_is(method: str) -> None:
    with RawServer(ANSWER) as server:
        assert ask(http_request(server.url, method=method)) == EXPECTED

    assert server.requests[0].startswith(f"{method} / HTTP/1.1\r\n".encode())


def test_headers_keep_their_case_order_and_bytes() -> None:
    headers = (("x-b", "2"), ("X-A", ""), ("ORIGIN", "null"), ("x-B", "\xe9\xff \t\x1b"), ("Connection", "keep-alive"))
    with RawServer(ANSWER) as server:
        assert ask(http_request(server.url, headers=headers)) == EXPECTED

    assert server.requests == [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nx-b: 2\r\nX-A: \r\nORIGIN: null\r\nx-B: \xe9\xff \t\x1b\r\n"
        b"Connection: keep-alive\r\n\r\n" % server.port,
    ]


@pytest.mark.parametrize("body", [b"", b"a=1", b"\r\n\r\n\0\xff", b"x" * 5_000_000], ids=len)
def test_the_body_is_sent_as_it_is(body: bytes) -> None:
    with RawServer(ANSWER) as server:
        assert ask(http_request(server.url, method="POST", body=body)) == EXPECTED

    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert head == b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d" % (server.port, len(body))
    assert sent == body


# --- where to: addresses and names ----------------------------------------------------------------------


def test_ipv6_loopback() -> None:
    if not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with RawServer(ANSWER, host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert ask(http_request(server.url)) == EXPECTED


@pytest.mark.parametrize("host", sorted({str(address[0]) for *_, address in socket.getaddrinfo("localhost", None)}))
def test_localhost_is_reached_at_each_of_its_addresses(host: str) -> None:
    with RawServer(ANSWER, host=host) as server:
        assert ask(http_request(f"http://localhost:{server.port}/")) == EXPECTED


@pytest.mark.parametrize(
    "host",
    [
        "nonexistent.invalid",
        "a..invalid",
        f"{'a' * 64}.invalid",  # a label is no longer than 63
    ],
)
def test_a_name_that_does_not_exist(host: str) -> None:
    assert ask(http_request(f"http://{host}/")) == TransportFailure(
        failure=Failure.DNS,
        peer=host,
    )


@pytest.mark.parametrize("host", ["localhost.", "app.localhost"])
def test_names_below_localhost_are_loopback(host: str) -> None:
    with RawServer(ANSWER) as server:
        assert ask(http_request(f"http://{host}:{server.port}/")) == EXPECTED


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_refused(host: str) -> None:
    port = free_port()

    assert ask(http_request(f"http://{host}:{port}/")) == TransportFailure(
        failure=Failure.CONNECTION_REFUSED,
        peer=f"{host}:{port}",
    )


# --- the answer, or none --------------------------------------------------------------------------------

NO_ANSWER: Final = [
    ("close-without-a-byte", Failure.EMPTY_REPLY, "", ""),
    ("reset-within-head", Failure.CONNECTION_RESET, "", ""),
    ("endless-headers", Failure.INVALID_HTTP, "head-too-large", ""),
    ("endless-header-line", Failure.INVALID_HTTP, "head-too-large", ""),
    ("garbage-status-line", Failure.INVALID_HTTP, "status-line", "SPQR/9.9 ok fine"),
    ("switching-protocols", Failure.EMPTY_REPLY, "", ""),
]


@pytest.mark.parametrize(("behaviour", "failure", "subject", "seen"), NO_ANSWER, ids=[name for name, *_ in NO_ANSWER])
def test_no_answer(behaviour: str, failure: Failure, subject: str, seen: str) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        answer = ask(http_request(server.url))

    assert isinstance(answer, TransportFailure)
    assert (answer.failure, answer.subject, answer.seen) == (failure, subject, seen)


def test_reset_before_anything() -> None:
    """The reset may come while the request is being sent, or later: it is one in either case."""
    with HostileServer(BEHAVIOURS["reset-at-accept"]) as server:
        answer = ask(http_request(server.url, method="POST", body=b"x" * 1_000_000))

    assert isinstance(answer, TransportFailure)
    assert answer.failure is Failure.CONNECTION_RESET


@pytest.mark.parametrize(
    "behaviour",
    [
        "gigabyte-body",
        "endless-body",
        "endless-chunked-body",
        "gzip-bomb",
        "body-never-comes",
        "body-ends-early",
        "invalid-chunk-size",
        "head-ends-at-eof",
    ],
)
def test_the_body_is_never_read(behaviour: str) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        start = time.monotonic()
        answer = ask(http_request(server.url))
        elapsed = time.monotonic() - start

    assert isinstance(answer, HTTPResponse)
    assert answer.headers[0] == ("Access-Control-Allow-Origin", "*")
    assert elapsed < DEADLINE / 2


def test_an_answer_to_half_a_request_counts() -> None:
    """A server may answer a large upload with 413, say, and close, before it has read all of it."""
    with _answers_the_head_alone() as url:
        assert ask(http_request(url, method="POST", body=b"x" * 1000)) == EXPECTED


def test_an_answer_to_half_a_large_request_counts() -> None:
    with _answers_the_head_alone() as url:
        assert ask(http_request(url, method="POST", body=b"x" * 20_000_000)) == EXPECTED


@contextmanager
def _answers_the_head_alone() -> Iterator[str]:
    def serve(_number: int, connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(ANSWER)

    with ScriptedServer(serve) as server:
        yield server.url


def test_the_connection_is_closed_behind_the_head() -> None:
    """Seen from the server, while the client's event loop is still running."""
    closed = threading.Event()

    def serve(_number: int, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 1000\r\n\r\n")
        try:
            ended = connection.recv(1) == b""
        except ConnectionResetError:
            ended = True
        if ended:
            closed.set()

    async def client(url: str) -> bool:
        transport = DirectTransport(timeout=DEADLINE, verify=True)
        answer = await transport.exchange(http_request(url))
        assert isinstance(answer, Exchange)
        return await asyncio.to_thread(closed.wait, DEADLINE)

    with ScriptedServer(serve) as server:
        assert asyncio.run(client(server.url))


# --- timeouts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["never-answers", "head-stalls", "slow-drip"])
def test_timeout_of_the_answer(behaviour: str) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        request = http_request(server.url)
        answer = ask(request, timeout=0.3)

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT,
        subject="response",
        peer=request.url.authority,
        expected="0.3 s",
    )


def test_timeout_of_the_tls_handshake() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = ask(http_request(f"https://127.0.0.1:{port}/"), timeout=0.3)

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT,
        subject="handshake",
        peer=f"127.0.0.1:{port}",
        expected="0.3 s",
    )


def test_timeout_of_the_connection() -> None:
    with full_port() as port:
        answer = ask(http_request(f"http://127.0.0.1:{port}/"), timeout=0.3)

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT,
        subject="connection",
        peer=f"127.0.0.1:{port}",
        expected="0.3 s",
    )


# --- TLS ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_server(authority: trustme.CA, *names: str, host: str = "127.0.0.1", answer: bytes = ANSWER) -> RawServer:
    return RawServer(answer, host=host, tls=server_context(*names, authority=authority))


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The authority, which SSL_CERT_FILE names: OpenSSL's own way to trust one."""
    trust(authority, tmp_path, monkeypatch)
    return authority


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_ssl_cert_file_is_trusted(trusted: trustme.CA, host: str) -> None:
    if host == "::1" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    with tls_server(trusted, host, host=host) as server:
        assert ask(http_request(server.url)) == EXPECTED

    assert server.requests[0].startswith(b"GET / HTTP/1.1\r\nHost: ")


def test_a_system_without_trust_gets_certifi_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a Python whose OpenSSL was built elsewhere: its files are not where it looks for them."""
    for variable in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / "missing"))

    assert new_tls_context(verify=True).cert_store_stats()["x509_ca"] > 100


def test_an_authority_that_nobody_knows(authority: trustme.CA) -> None:
    with tls_server(authority, "127.0.0.1") as server:
        answer = ask(http_request(server.url))

    assert isinstance(answer, TransportFailure)
    assert answer.failure is Failure.CERTIFICATE
    assert (answer.subject, answer.peer) == ("unknown-authority", f"127.0.0.1:{server.port}")
    assert server.requests == []


def test_a_certificate_for_another_name(trusted: trustme.CA) -> None:
    with tls_server(trusted, "api.example") as server:
        answer = ask(http_request(server.url))

    assert answer == TransportFailure(
        failure=Failure.CERTIFICATE,
        subject="other-name",
        peer=f"127.0.0.1:{server.port}",
        seen="IP address mismatch, certificate is not valid for '127.0.0.1'",
    )
    assert server.requests == []


@pytest.mark.parametrize("name", ["127.0.0.1", "api.example"])
def test_any_certificate_will_do_without_verification(authority: trustme.CA, name: str) -> None:
    with tls_server(authority, name) as server:
        assert ask(http_request(server.url), verify=False) == EXPECTED


def test_a_body_without_end_over_tls(trusted: trustme.CA) -> None:
    """Nobody waits for a farewell of a server that is still talking."""
    answer = ANSWER + b"x" * 50_000_000
    with tls_server(trusted, "127.0.0.1", answer=answer) as server:
        start = time.monotonic()
        assert ask(http_request(server.url)) == EXPECTED
        assert time.monotonic() - start < DEADLINE / 2


def test_no_answer_over_tls(trusted: trustme.CA) -> None:
    with tls_server(trusted, "127.0.0.1", answer=b"") as server:
        answer = ask(http_request(server.url))

    assert answer == TransportFailure(
        failure=Failure.EMPTY_REPLY,
    )


def test_https_url_of_an_http_server() -> None:
    with uvicorn_server(sample_app()) as base:
        request = http_request(base.replace("http:", "https:"))
        answer = ask(request)

    assert answer == TransportFailure(
        failure=Failure.TLS,
        subject="plain-http",
        peer=request.url.authority,
        seen="wrong version number",
    )


def test_http_url_of_an_https_server(authority: trustme.CA) -> None:
    """OpenSSL's servers say nothing to a request without TLS; how the connection ends is chance."""
    with tls_server(authority, "127.0.0.1") as server:
        answer = ask(http_request(server.url.replace("https:", "http:")))

    assert isinstance(answer, TransportFailure)
    assert answer.failure in {Failure.CONNECTION_RESET, Failure.EMPTY_REPLY}
    assert server.requests == []


def test_http_url_of_an_https_server_that_says_so() -> None:
    with HostileServer(BEHAVIOURS["tls-alert"]) as server:
        answer = ask(http_request(server.url))

    assert isinstance(answer, TransportFailure)
    assert answer.failure is Failure.INVALID_HTTP
    assert answer.subject == "tls-alert"


# --- leaving --------------------------------------------------------------------------------------------


def test_a_small_body_is_taken_in_before_it_hangs_up() -> None:
    """A server that writes head and body apart, as most do, sees an orderly end and no reset."""
    farewells: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def serve(_number: int, connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        connection.sendall(b"[]")
        farewells.put(connection.recv(65536))

    with ScriptedServer(serve) as server:
        answer = ask(http_request(server.url))
        assert farewells.get(timeout=DEADLINE) == b""

    assert answer == HTTPResponse(status=200, headers=(("Content-Length", "2"),))
