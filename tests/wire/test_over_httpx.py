from __future__ import annotations

import asyncio
import socket
from typing import Any, Final, cast

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.verdict.failures import transport_sentence
from hdrcli.wire.over_httpx import HTTPXTransport
from tests.serving.asgi import sample_app
from tests.serving.hostile import BEHAVIOURS, HostileServer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.raw import RawServer
from tests.wire.sending import exchange, http_request

BASE: Final = "http://sample.example"


def over_asgi(request: HTTPRequest, app: ASGIApp | None = None) -> HTTPResponse:
    # httpx types what an app is sent and sends more widely than Starlette does.
    asgi = httpx.ASGITransport(cast("Any", app or sample_app()), raise_app_exceptions=False)
    answer = exchange(HTTPXTransport(asgi, timeout=DEADLINE), request)
    assert isinstance(answer, HTTPResponse)
    return answer


def over_network(url: str, *, timeout: float = DEADLINE) -> HTTPResponse | TransportFailure:
    return exchange(HTTPXTransport(httpx.AsyncHTTPTransport(), timeout=timeout), http_request(url))


# --- an app in this process -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "header"),
    [
        ("/headers/custom", 200, ("x-request-id", "7f3a")),
        ("/headers/slash-redirect", 307, ("location", f"{BASE}/headers/slash-redirect/")),
        ("/injected/cookie", 200, ("set-cookie", "session=s3cr3t; HttpOnly; Path=/; SameSite=lax")),
        ("/errors/http-exception", 404, ("x-error-code", "no-such-item")),
        ("/errors/crash", 500, ("content-type", "text/plain; charset=utf-8")),
    ],
)
def test_the_sample_app(path: str, status: int, header: tuple[str, str]) -> None:
    answer = over_asgi(http_request(BASE + path))

    assert answer.status == status
    assert header in answer.headers


def test_repeated_lines_stay_apart() -> None:
    answer = over_asgi(http_request(f"{BASE}/returned/merged"))

    assert [value.partition(";")[0] for name, value in answer.headers if name == "set-cookie"] == [
        "seen=1",
        "theme=dark",
    ]


def test_a_preflight_is_answered_by_the_middleware() -> None:
    headers = (("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"))
    answer = over_asgi(http_request(f"{BASE}/headers/custom", method="OPTIONS", headers=headers))

    assert answer.status == 200
    assert ("access-control-allow-origin", "*") in answer.headers


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Sends back what it was asked, in one header; the values are the raw bytes of HTTP."""
    request = Request(scope, receive)
    target = scope["raw_path"] + (b"?" + scope["query_string"] if request.url.query else b"")
    body = await request.body()
    lines = [request.method.encode(), target, *(b"%b: %b" % header for header in request.headers.raw), body]
    response = Response()
    response.raw_headers.append((b"x-asked", b" | ".join(lines)))
    await response(scope, receive, send)


def asked(request: HTTPRequest) -> str:
    (value,) = (value for name, value in over_asgi(request, echo).headers if name == "x-asked")
    return value


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (http_request(f"{BASE}/a|b[c]?d=%zz&e'"), "GET | /a|b[c]?d=%zz&e%27 | host: sample.example | "),
        (
            http_request(BASE, headers=[("X-B", "2"), ("X-A", "\xe9"), ("X-B", "1")]),
            "GET | / | host: sample.example | x-b: 2 | x-a: \xe9 | x-b: 1 | ",
        ),
        (
            http_request(BASE, method="POST", body=b"a=\xff"),
            "POST | / | host: sample.example | content-length: 3 | a=\xff",
        ),
        pytest.param(
            http_request(BASE, method="PATCH"),
            "PATCH | / | host: sample.example | ",
        ),
        pytest.param(
            http_request(BASE, method="patch", body=b""),
            "patch | / | host: sample.example | content-length: 0 | ",
        ),
    ],
    ids=["target", "headers", "body", "no body", "method"],
)
def test_the_request_is_sent_as_worded(request_: HTTPRequest, words: str) -> None:
    assert asked(request_) == words


def test_timeout_of_an_app() -> None:
    app = FastAPI()

    @app.get("/")
    async def never() -> None:
        await asyncio.Event().wait()

    answer = exchange(HTTPXTransport(httpx.ASGITransport(app), timeout=0.2), http_request(BASE))

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT, subject="response", peer="sample.example", expected="0.2 s"
    )


# --- the network, by httpx ------------------------------------------------------------------------------


def test_the_head_comes_before_the_body() -> None:
    with HostileServer(BEHAVIOURS["endless-body"]) as server:
        answer = over_network(server.url)

    assert isinstance(answer, HTTPResponse)
    assert answer.headers == (
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "*"),
        ("Connection", "close"),
    )


def test_bytes_of_headers_are_latin_1() -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nX-A: \xe9\xff\r\nContent-Length: 0\r\n\r\n") as server:
        answer = over_network(server.url)

    assert answer == HTTPResponse(status=200, headers=(("X-A", "\xe9\xff"), ("Content-Length", "0")))


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        ("garbage-status-line", Failure.INVALID_HTTP),
        ("binary-garbage", Failure.INVALID_HTTP),
        ("endless-headers", Failure.INVALID_HTTP),
        ("reset-within-head", Failure.CONNECTION_RESET),
        pytest.param(
            "close-without-a-byte",
            Failure.EMPTY_REPLY,
        ),
    ],
)
def test_no_answer(behaviour: str, failure: Failure) -> None:
    with HostileServer(BEHAVIOURS[behaviour]) as server:
        answer = over_network(server.url)

    assert isinstance(answer, TransportFailure)
    assert answer.failure is failure
    assert transport_sentence(answer).endswith(".")


def test_refused() -> None:
    port = free_port()

    assert over_network(f"http://127.0.0.1:{port}/") == TransportFailure(
        failure=Failure.CONNECTION_REFUSED,
        peer=f"127.0.0.1:{port}",
    )


def test_a_name_that_does_not_exist() -> None:
    assert over_network("http://nonexistent.invalid/") == TransportFailure(
        failure=Failure.DNS,
        peer="nonexistent.invalid",
    )


def test_silence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = over_network(f"http://127.0.0.1:{port}/", timeout=0.3)

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT,
        subject="response",
        peer=f"127.0.0.1:{port}",
        expected="0.3 s",
    )
