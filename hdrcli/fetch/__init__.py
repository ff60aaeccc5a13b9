"""The WHATWG Fetch standard without I/O: generators that yield the HTTP requests a browser would send.

Only the standard library and a URL parser are used. The names are the standard's: https://fetch.spec.whatwg.org/
"""

from __future__ import annotations

from hdrcli.fetch.cookies import CookieStore, CookieVerdict, ThirdPartyCookies
from hdrcli.fetch.failures import (
    REQUEST_ERRORS,
    TRANSPORT_FAILURES,
    FailedAt,
    Failure,
    NetworkError,
    TransportFailure,
    TransportSubject,
)
from hdrcli.fetch.fetching import FetchParams, fetch
from hdrcli.fetch.network import (
    Fetching,
    HTTPRequest,
    HTTPResponse,
    NetworkContext,
)
from hdrcli.fetch.preflight_cache import PreflightCache
from hdrcli.fetch.request import Request, RequestInit, new_request
from hdrcli.fetch.response import FilteredResponse, Response
from hdrcli.fetch.set_cookie import Cookie, CookieFault
from hdrcli.fetch.url import OPAQUE, URL, Origin, parse_origin, parse_url
from hdrcli.fetch.user_agent import UserAgent
from hdrcli.fetch.user_agents import CHROMIUM, FIREFOX, STANDARD, USER_AGENTS, WEBKIT

__all__ = [
    "CHROMIUM",
    "FIREFOX",
    "OPAQUE",
    "REQUEST_ERRORS",
    "STANDARD",
    "TRANSPORT_FAILURES",
    "URL",
    "USER_AGENTS",
    "WEBKIT",
    "Cookie",
    "CookieFault",
    "CookieStore",
    "CookieVerdict",
    "FailedAt",
    "Failure",
    "FetchParams",
    "Fetching",
    "FilteredResponse",
    "HTTPRequest",
    "HTTPResponse",
    "NetworkContext",
    "NetworkError",
    "Origin",
    "PreflightCache",
    "Request",
    "RequestInit",
    "Response",
    "ThirdPartyCookies",
    "TransportFailure",
    "TransportSubject",
    "UserAgent",
    "fetch",
    "new_request",
    "parse_origin",
    "parse_url",
]
