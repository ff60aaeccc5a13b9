from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any, Final

import pytest

from hdrcli.fetch import (
    FIREFOX,
    STANDARD,
    USER_AGENTS,
    Cookie,
    CookieStore,
    Failure,
    FetchParams,
    FilteredResponse,
    HTTPResponse,
    NetworkContext,
    NetworkError,
    RequestInit,
    fetch,
    new_request,
    parse_origin,
)
from hdrcli.records.exchange import Exchange
from hdrcli.structs import replace
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.driver import Driver
from tests.serving.hostile import BEHAVIOURS, HostileServer
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.raw import RawServer
from tests.wire.sending import http_request

ANSWER: Final = (
    b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://app.example\r\nAccess-Control-Allow-Credentials: true\r\n"
    b"Access-Control-Allow-Methods: PUT\r\nAccess-Control-Allow-Headers: x-a\r\n\r\n"
)
PAGE: Final = "https://app.example"

Run = tuple[FilteredResponse | NetworkError, tuple[Exchange, ...]]


def run(*fetches: tuple[RequestInit, str], cookies: str = "") -> list[Run]:
    """Run these fetches of pages one after the other for one route."""
    store = CookieStore(quirks=STANDARD.cookies)
    if cookies:
        name, _, value = cookies.partition("=")
        store.add(Cookie(name=name, value=value, domain="127.0.0.1"))
    context = NetworkContext(user_agent=STANDARD, cookies=store, clock=time.monotonic)

    async def run_all() -> list[Run]:
        done: list[Run] = []
        async with contextlib.aclosing(DirectTransport(timeout=DEADLINE, verify=True)) as transport:
            driver = Driver(transport).for_route()
            for init, page in fetches:
                origin = parse_origin(page)
                assert origin is not None
                request = new_request(init, origin)
                assert not isinstance(request, NetworkError)
                result, exchanges = await driver.run(fetch(FetchParams(request=request, context=context)))
                assert not isinstance(result, tuple)
                done.append((result, exchanges))
        return done

    return asyncio.run(run_all())


@pytest.mark.parametrize(
    ("change", "requests"),
    [
        ({}, 1),
        ({"credentials": "include"}, 1),  # no cookies: the same request
        ({"url": "{server}#fragment"}, 1),
        ({"redirect": "error"}, 1),
        ({"url": "{server}?"}, 2),
        ({"url": "{server}a"}, 2),
        ({"method": "HEAD"}, 2),
        ({"headers": (("Accept", "text/html"),)}, 2),
        ({"mode": "no-cors"}, 2),  # without Origin
        ({"method": "POST", "body": "a"}, 2),
        ({"method": "PUT"}, 3),  # with a preflight
    ],
    ids=str,
)
def test_only_different_words_are_sent(change: dict[str, str], requests: int) -> None:
    with RawServer(ANSWER) as server:
        init = RequestInit(url=server.url)
        changes: dict[str, Any] = {key: _at(server, value) for key, value in change.items()}
        other = replace(init, **changes)
        (first, exchanges), (second, others), third = run((init, PAGE), (other, PAGE), (init, PAGE))

    assert isinstance(first, FilteredResponse)
    assert isinstance(second, FilteredResponse)
    assert third == (first, exchanges)
    assert len(server.requests) == requests
    assert (len(exchanges), len(others)) == (1, max(1, requests - 1))


def _at(server: RawServer, value: object) -> object:
    return value.format(server=server.url) if isinstance(value, str) else value


@pytest.mark.parametrize(("answer", "readings"), [(ANSWER, 1), (ANSWER.replace(b"200 OK", b"200OK"), 2)])
def test_one_response_is_read_by_each_browser(answer: bytes, readings: int) -> None:
    """It is one exchange where browsers agree, and one request in any case."""
    with RawServer(answer) as server:
        request = http_request(server.url)

        async def ask() -> list[Exchange]:
            driver = Driver(DirectTransport(timeout=DEADLINE, verify=True)).for_route()
            return [await driver.send(request, user_agent) for user_agent in [*USER_AGENTS.values(), FIREFOX]]

        exchanges = asyncio.run(ask())

    assert len(server.requests) == 1
    assert len({id(exchange) for exchange in exchanges}) == readings
    assert {exchange.number for exchange in exchanges} == {1}
    assert [isinstance(exchange.response, HTTPResponse) for exchange in exchanges] == [
        readings == 1 or user_agent is not FIREFOX for user_agent in [*USER_AGENTS.values(), FIREFOX]
    ]


def test_the_request_of_another_page_is_another_one() -> None:
    with RawServer(ANSWER) as server:
        init = RequestInit(url=server.url)
        (first, _), (second, _) = run((init, PAGE), (init, "https://other.example"))

    assert isinstance(first, FilteredResponse)
    assert isinstance(second, NetworkError)
    assert second.failure is Failure.ALLOW_ORIGIN_MISMATCH
    assert len(server.requests) == 2


def test_cookies_make_another_request() -> None:
    with RawServer(ANSWER) as server:
        init = RequestInit(url=server.url, credentials="omit")
        run((init, PAGE), (replace(init, credentials="include"), PAGE), cookies="a=1")

    assert [b"\r\nCookie: a=1\r\n" in request for request in server.requests] == [False, True]


def test_another_body_makes_another_request() -> None:
    with RawServer(ANSWER) as server:
        init = RequestInit(url=server.url, method="POST", body="a")
        run((init, PAGE), (replace(init, body="b"), PAGE), (init, PAGE))

    assert [request[-1:] for request in server.requests] == [b"a", b"b"]


def test_a_preflight_is_shared_too() -> None:
    with RawServer(ANSWER) as server:
        init = RequestInit(url=server.url, method="PUT", credentials="omit")
        (_, first), (_, second) = run((init, PAGE), (replace(init, credentials="include"), PAGE))

    assert [request.split()[0] for request in server.requests] == [b"OPTIONS", b"PUT"]
    assert [exchange.request.purpose for exchange in first] == ["preflight", "request"]
    assert first == second


def test_redirects_are_followed_and_recorded() -> None:
    redirect = ANSWER.replace(b"200 OK", b"302 Found\r\nLocation: /there")
    with RawServer(redirect, ANSWER) as server:
        ((result, exchanges),) = run((RequestInit(url=server.url), PAGE))

    assert isinstance(result, FilteredResponse)
    assert result.url == f"{server.url}there"
    assert [str(exchange.request.url) for exchange in exchanges] == [server.url, f"{server.url}there"]


def test_a_failure_is_shared_too() -> None:
    with HostileServer(BEHAVIOURS["close-without-a-byte"]) as server:
        init = RequestInit(url=server.url)
        first, second = run((init, PAGE), (init, PAGE))
        connections = server.connections

    assert isinstance(first[0], NetworkError)
    assert first[0].failure is Failure.EMPTY_REPLY
    assert first == second
    assert connections == 1


def test_a_failure_is_recorded() -> None:
    port = free_port()
    ((result, (exchange,)),) = run((RequestInit(url=f"http://127.0.0.1:{port}/"), PAGE))

    assert isinstance(result, NetworkError)
    assert (result.failure, result.at, result.exchange) == (Failure.CONNECTION_REFUSED, "response", 0)
    assert result.cause == exchange.response
    assert exchange.request.method == "GET"


def test_a_misdirected_request_is_sent_again() -> None:
    with RawServer(ANSWER.replace(b"200 OK", b"421 Misdirected Request"), ANSWER) as server:
        ((result, _),) = run((RequestInit(url=server.url), PAGE))

    assert isinstance(result, FilteredResponse)
    assert result.status == 200
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("wanted", "requests", "bodies"),
    [
        ((0, 0), 1, [b"", b""]),
        ((10, 10), 1, [b"[]", b"[]"]),
        ((10, 0), 1, [b"[]", b"[]"]),
        ((0, 10), 2, [b"", b"[]"]),
        ((1, 10), 2, [b"[", b"[]"]),
    ],
)
def test_a_request_that_wants_more_of_the_body_is_sent_again(
    wanted: tuple[int, ...], requests: int, bodies: list[bytes]
) -> None:
    async def ask(url: str) -> list[Exchange]:
        async with contextlib.aclosing(DirectTransport(timeout=DEADLINE, verify=True)) as transport:
            driver = Driver(transport).for_route()
            return [await driver.send(replace(http_request(url), body_wanted=size)) for size in wanted]

    with RawServer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]") as server:
        exchanges = asyncio.run(ask(server.url))

    assert [getattr(exchange.response, "body", None) for exchange in exchanges] == bodies
    assert len(server.requests) == requests


def test_after_a_late_body_no_further_one_is_wanted() -> None:
    async def ask(url: str) -> list[Exchange]:
        async with contextlib.aclosing(DirectTransport(timeout=0.2, verify=True)) as transport:
            driver = Driver(transport).for_route()
            requests = [replace(http_request(url + path), body_wanted=10) for path in ("", "?1")]
            return [await driver.send(request) for request in requests]

    with HostileServer(BEHAVIOURS["body-never-comes"]) as server:
        exchanges = asyncio.run(ask(server.url))

    assert [exchange.request.body_wanted for exchange in exchanges] == [10, 0]
    assert all(isinstance(exchange.response, HTTPResponse) for exchange in exchanges)


def test_equal_requests_at_once_are_sent_once() -> None:
    async def send(url: str) -> list[Exchange]:
        async with contextlib.aclosing(DirectTransport(timeout=DEADLINE, verify=True)) as transport:
            driver = Driver(transport).for_route()
            request = replace(http_request(url), method="POST")
            return await asyncio.gather(*(driver.send(request) for _ in range(5)))

    with RawServer(ANSWER) as server:
        exchanges = asyncio.run(send(server.url))

    assert len(server.requests) == 1
    assert {exchange.number for exchange in exchanges} == {1}


def test_what_a_service_needs_is_sent_once_for_all_routes() -> None:
    async def send(url: str) -> list[Exchange]:
        async with contextlib.aclosing(DirectTransport(timeout=DEADLINE, verify=True)) as transport:
            service = Driver(transport)
            routes = [service.for_route() for _ in range(3)]
            request = http_request(url)
            shared = [driver.send(request, for_service=True) for driver in routes]
            return [*await asyncio.gather(*shared), *[await driver.send(request) for driver in routes]]

    with RawServer(ANSWER) as server:
        exchanges = asyncio.run(send(server.url))

    assert len(server.requests) == 4
    assert [exchange.number for exchange in exchanges] == [1, 1, 1, 2, 2, 2]
