"""Plays a vector in the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hdrcli.fetch import (
    OPAQUE,
    URL,
    CookieStore,
    FetchParams,
    HTTPRequest,
    NetworkContext,
    NetworkError,
    PreflightCache,
    RequestInit,
    UserAgent,
    fetch,
    new_request,
    parse_origin,
    parse_url,
)
from hdrcli.records.exchange import Exchange, RawStream
from hdrcli.records.route import Caller, FetchRecord
from hdrcli.wire.head import HeadReader
from hdrcli.wire.http2.session import Session
from hdrcli.wire.http2.stream import StreamReader
from hdrcli.wire.reading import read_response
from tests.fetch.vector_files import FILE, RESERVED, exchange_for
from tests.serving import frames

if TYPE_CHECKING:
    from tests.fetch import vector_files
    from tests.fetch.vector_files import Step, Vector


_TODAY: Final = 1_795_000_000.0  # in November 2026


class UnexpectedRequestError(AssertionError):
    """The engine sends a request for which the vector has no response."""


def play(vector: Vector, user_agent: UserAgent) -> list[FetchRecord]:
    """What came of each call of fetch()."""
    now = 0.0
    cookies = CookieStore(quirks=user_agent.cookies, third_party=vector.third_party_cookies, now=_TODAY)
    for origin, lines in vector.cookies.items():
        for line in lines:
            cookies.visit(_url(f"{origin}{RESERVED}0"), line)
    context = NetworkContext(
        user_agent=user_agent,
        cookies=cookies,
        clock=lambda: now,
        page_address_space="public" if vector.is_page_public else None,
    )
    cache = PreflightCache()
    records = []
    for step in vector.steps_for(user_agent.name):
        now += step.wait
        records.append(_play(vector, step, context, cache))
    return records


def _play(vector: Vector, step: Step, context: NetworkContext, cache: PreflightCache) -> FetchRecord:
    page = OPAQUE if vector.page == FILE else parse_origin(vector.page)
    assert page is not None
    init = _init(dict(step.request))
    request = new_request(init, page, context.user_agent)
    exchanges: list[Exchange] = []
    if isinstance(request, NetworkError):
        result = request
    else:
        fetching = fetch(FetchParams(request=request, context=context, preflight_cache=cache))
        try:
            http_request = next(fetching)
            while True:
                scripted = exchange_for(step.exchanges, len(exchanges), http_request.method, str(http_request.url))
                if scripted is None:
                    raise UnexpectedRequestError(http_request)
                exchange = _exchange(scripted, http_request, context.user_agent)
                exchanges.append(exchange)
                http_request = fetching.send(exchange.response)
        except StopIteration as stop:
            result = stop.value
    return FetchRecord(
        caller=Caller(page=page, credentials=init.credentials, browser=context.user_agent.name),
        exchanges=tuple(exchanges),
        result=result,
        dropped_header_names=(),
    )


def _init(raw: dict[str, Any]) -> RequestInit:
    raw["headers"] = tuple((name, value) for name, value in raw.get("headers", ()))
    if "referrerPolicy" in raw:
        raw["referrer_policy"] = raw.pop("referrerPolicy")
    return RequestInit(**raw)


def _exchange(exchange: vector_files.Exchange, request: HTTPRequest, user_agent: UserAgent) -> Exchange:
    """What hdrcli reads out of the bytes, as it does when they come over a connection that is then closed."""
    if exchange.frames:
        return read_response(_stream(exchange.frames, request), request, user_agent)
    reader = HeadReader()
    return read_response(reader.feed(exchange.answer or b"") or reader.end(), request, user_agent)


def _stream(script: frames.Script, request: HTTPRequest) -> RawStream:
    """What is recorded of the stream; frames come together unless there is a pause between them."""
    session, reader = Session(), StreamReader(request)
    stream = session.request(request, reader)
    session.receive(frames.settings())
    for burst in frames.bursts(script, stream):
        session.receive(burst)
    if reader.exchange() is None or frames.Close() in script:
        session.end()
    exchange = reader.exchange()
    assert exchange is not None
    assert isinstance(exchange.raw, RawStream)
    return exchange.raw


def _url(text: str) -> URL:
    url = parse_url(text)
    assert url is not None
    return url
