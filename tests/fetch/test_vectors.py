"""Every vector, judged by the engine. Three real browsers judge the same ones in `tests/browser`."""

from __future__ import annotations

from typing import Any

import pytest

from hdrcli.fetch import (
    STANDARD,
    CookieStore,
    FetchParams,
    FilteredResponse,
    HTTPRequest,
    HTTPResponse,
    NetworkContext,
    NetworkError,
    PreflightCache,
    RequestInit,
    TransportFailure,
    fetch,
    new_request,
    parse_origin,
    parse_url,
)
from hdrcli.fetch.headers import get
from hdrcli.wire.head import HeadReader
from tests.fetch.vector_files import Exchange, Outcome, Step, Vector, load

VECTORS = load()


def test_there_are_vectors_enough() -> None:
    assert len(VECTORS) >= 750


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.slug)
def test_engine(vector: Vector) -> None:
    now = 0.0
    cache = PreflightCache()
    cookies = {_host(origin): cookie for origin, cookie in vector.cookies.items()}
    context = NetworkContext(user_agent=STANDARD, cookies=CookieStore(cookies=cookies), clock=lambda: now)
    for step in vector.steps_for("standard"):
        now += step.wait
        sent, result = _play(vector, step, context, cache)
        assert [(request.method, str(request.url)) for request in sent] == [
            (exchange.method, exchange.url) for exchange in step.exchanges
        ]
        for request, exchange in zip(sent, step.exchanges, strict=True):
            _assert_request(request, exchange)
        _assert_outcome(result, step.outcome)


def _play(
    vector: Vector,
    step: Step,
    context: NetworkContext,
    cache: PreflightCache,
) -> tuple[list[HTTPRequest], FilteredResponse | NetworkError]:
    page = parse_origin(vector.page)
    assert page is not None
    request = new_request(_init(dict(step.request)), page)
    if isinstance(request, NetworkError):
        return [], request
    sent: list[HTTPRequest] = []
    fetching = fetch(FetchParams(request=request, context=context, preflight_cache=cache))
    try:
        http_request = next(fetching)
        while True:
            sent.append(http_request)
            assert len(sent) <= len(step.exchanges), f"not expected: {http_request}"
            http_request = fetching.send(_answer(step.exchanges[len(sent) - 1]))
    except StopIteration as stop:
        return sent, stop.value


def _init(raw: dict[str, Any]) -> RequestInit:
    raw["headers"] = tuple((name, value) for name, value in raw.get("headers", ()))
    if "referrerPolicy" in raw:
        raw["referrer_policy"] = raw.pop("referrerPolicy")
    return RequestInit(**raw)


def _answer(exchange: Exchange) -> HTTPResponse | TransportFailure:
    """What hdrcli reads out of the bytes, as it does when they come over a connection that is then closed."""
    reader = HeadReader()
    return reader.feed(exchange.answer or b"") or reader.end()


def _assert_request(request: HTTPRequest, exchange: Exchange) -> None:
    assert {name: get(name, request.headers) for name in exchange.headers} == exchange.headers
    if exchange.request_body is not None:
        assert (request.body or b"").decode() == exchange.request_body


def _assert_outcome(result: FilteredResponse | NetworkError, expected: Outcome) -> None:
    if isinstance(result, NetworkError):
        assert result.failure == expected.failure, result.detail
        assert result.detail.endswith((".", "?"))
        return
    assert expected.failure is None
    assert (result.type, result.status, result.headers) == (expected.type, expected.status, expected.headers)
    assert expected.url in {None, result.url}
    assert expected.redirected in {None, result.redirected}


def _host(origin: str) -> str:
    url = parse_url(origin)
    assert url is not None
    return url.host
