"""The response that blocked a fetch, and the stage it was at."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.headers import get
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.structs import Record

CORS_CHECK: Final = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISSING,
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
    },
)
"""The failures of https://fetch.spec.whatwg.org/#concept-cors-check."""

REFUSED_ORIGIN: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})

TYPE_ERROR: Final = "fetch() rejects with a TypeError: the page gets no status, no header and no body."
NOT_SENT: Final = f"{TYPE_ERROR} The actual request is not sent."


class Stage(StrEnum):
    """The kind of response that blocked a fetch. Each stage has rules of its own, so that one fault has one code."""

    PREFLIGHT = "preflight"
    """The response to a preflight, with an ok status."""
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_REDIRECT = "preflight-redirect"
    NULL_ORIGIN = "null-origin"
    """A response after redirects that make the browser send `Origin: null`."""
    REDIRECT = "redirect"
    ERROR = "error"
    """Status 400 or more."""
    RESPONSE = "response"


class Blocked(Record, frozen=True, kw_only=True):
    """A fetch that was blocked by a response, the last one that it received."""

    fetch: FetchRecord
    exchange: Exchange
    response: HTTPResponse
    failure: Failure
    stage: Stage


def blocked_fetches(fetches: Sequence[FetchRecord]) -> tuple[Blocked, ...]:
    """The fetches that failed after a response."""
    return tuple(
        _blocked(fetch, fetch.exchanges[-1], response, fetch.result.failure)
        for fetch in fetches
        if isinstance(fetch.result, NetworkError) and (response := last_response(fetch)) is not None
    )


def last_response(fetch: FetchRecord) -> HTTPResponse | None:
    """The response of the last exchange, preflights included."""
    response = fetch.exchanges[-1].response if fetch.exchanges else None
    return response if isinstance(response, HTTPResponse) else None


def is_redirect(response: HTTPResponse) -> bool:
    """https://fetch.spec.whatwg.org/#redirect-status."""
    return response.status in REDIRECT_STATUSES


def followed_redirects(fetch: FetchRecord) -> tuple[tuple[Exchange, HTTPRequest], ...]:
    """Each exchange that ended in a redirect, and the request (or its preflight) that followed it."""
    return tuple(
        (exchange, following.request)
        for exchange, following in itertools.pairwise(fetch.exchanges)
        if exchange.request.purpose == "request"
        and isinstance(exchange.response, HTTPResponse)
        and is_redirect(exchange.response)
    )


def requested_method(block: Blocked) -> str:
    """The method in a preflight's Access-Control-Request-Method."""
    return get("Access-Control-Request-Method", block.exchange.request.headers) or block.exchange.request.method


def requested_header_names(block: Blocked) -> list[str]:
    """The names in a preflight's Access-Control-Request-Headers, in lower case."""
    names = get("Access-Control-Request-Headers", block.exchange.request.headers)
    return names.split(",") if names else []


def impact_of_preflights(blocks: Iterable[Blocked]) -> str:
    """What the page gets after these preflights: behind a redirect, the request was sent to the first URL."""
    for block in blocks:
        sent = next((each.request for each in block.fetch.exchanges if each.request.purpose == "request"), None)
        if sent is not None:
            return f"{TYPE_ERROR} The request was sent to {sent.url}, and not to {block.exchange.request.url}."
    return NOT_SENT


def _blocked(fetch: FetchRecord, exchange: Exchange, response: HTTPResponse, failure: Failure) -> Blocked:
    stage = _stage(fetch, exchange.request, response.status, failure)
    return Blocked(fetch=fetch, exchange=exchange, response=response, failure=failure, stage=stage)


def _stage(fetch: FetchRecord, request: HTTPRequest, status: int, failure: Failure) -> Stage:
    if failure in CORS_CHECK and isinstance(fetch.result, NetworkError) and fetch.result.tainted_origin:
        return Stage.NULL_ORIGIN
    match request.purpose, status // 100:
        case "preflight", 2:
            return Stage.PREFLIGHT
        case "preflight", 3:
            return Stage.PREFLIGHT_REDIRECT
        case "preflight", _:
            return Stage.PREFLIGHT_STATUS
        case _, 4 | 5:
            return Stage.ERROR
        case _:
            return Stage.REDIRECT if status in REDIRECT_STATUSES else Stage.RESPONSE
