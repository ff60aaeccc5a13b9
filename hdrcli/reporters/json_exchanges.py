"""Fetches, and what went over the wire, as the values of JSON reports: requests and responses without secrets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hdrcli.fetch import HTTPRequest, HTTPResponse, NetworkError, TransportFailure
from hdrcli.fetch.headers import Header
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import BrowserRecord, FetchRecord
from hdrcli.reporters.view import page_of, shown_headers, shown_request_headers, shown_url
from hdrcli.verdict.agreement import agreement
from hdrcli.verdict.failures import transport_sentence

JSON = dict[str, Any]  # a JSON object: its values are whatever `json` writes


def fetch_value(fetch: FetchRecord) -> JSON:
    """One fetch: the headers as JavaScript iterates them, and what went over the wire."""
    result = fetch.result
    return {
        "page": page_of(fetch),
        "credentials": fetch.credentials,
        "browser": fetch.browser,
        "headers": [] if isinstance(result, NetworkError) else _pairs(shown_headers(result.headers)),
        "exchanges": [exchange_value(exchange) for exchange in fetch.exchanges],
    }


def in_browser_value(fetch: FetchRecord, real: BrowserRecord) -> JSON:
    """The same fetch in a real browser."""
    return {
        "page": page_of(fetch),
        "credentials": fetch.credentials,
        "browser": real.browser,
        "agreement": agreement(fetch),
        "version": real.version,
        "program": real.program,
        "outcome": real.outcome,
        "type": real.type,
        "status": real.status,
        "headers": _pairs(shown_headers(real.headers)),
        "error": real.error or None,
        "console": list(real.console),
    }


def exchange_value(exchange: Exchange) -> JSON:
    """Purpose, request, the 1xx responses that came first, and either `response` or `failure`."""
    request, response = exchange.request, exchange.response
    value: JSON = {
        "number": exchange.number,
        "purpose": request.purpose,
        "request": request_value(request),
        "interim": [_response(interim) for interim in exchange.interim],
    }
    if isinstance(response, TransportFailure):
        value["failure"] = {"code": str(response.failure), "message": transport_sentence(response)}
    else:
        value["response"] = _response(response) | {"proxy": response.proxy, "http_version": response.http_version}
    return value


def request_value(request: HTTPRequest) -> JSON:
    """A request."""
    return {
        "method": request.method,
        "url": shown_url(str(request.url)),
        "headers": _pairs(shown_request_headers(request)),
    }


def _response(response: HTTPResponse) -> JSON:
    return {"status": response.status, "headers": _pairs(shown_headers(response.headers))}


def _pairs(headers: Iterable[Header]) -> list[list[str]]:
    """Names and values."""
    return [list(header) for header in headers]
