"""The output of `curl -i` or `curl -v`: one response, with its redirects, judged without any request.

`curl -i` prints the response as it came, and nothing of the request. `curl -v` marks the lines of the request with `>`
and those of the response with `<`. The heads are read by the parser of the wire, so that each browser reads them in its
own way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch import STANDARD, HTTPRequest, HTTPResponse, parse_url
from hdrcli.fetch.headers import Header, get, is_token
from hdrcli.fetch.safelist import normalize_method
from hdrcli.fetch.url import URL
from hdrcli.planning.page_request import headers_of, method_of
from hdrcli.planning.routes import Route, Service, read_url
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import RawHead
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.targets.page_headers import Call, call_of
from hdrcli.targets.planned import Planned
from hdrcli.targets.recorded import (
    check_offline,
    is_chosen,
    needs_permission,
    none_chosen,
    nothing_sent,
    page_limits,
)
from hdrcli.wire.head import HeadReader
from hdrcli.wire.reading import read_response
from hdrcli.wire.recording import Recorded, Recording

_UNKNOWN_URL: Final = "https://recorded.invalid/"
"""https://www.rfc-editor.org/rfc/rfc6761.html#section-6.4; https, so that no page's requests are mixed content."""
_NO_URL: Final = f"It does not show the request: {_UNKNOWN_URL} stands for its URL."
_ORIGIN_UNKNOWN: Final = "If the request had no Origin header, the service may have omitted its CORS headers."
_NO_ORIGIN: Final = (
    "The request had no Origin header, so the service may have omitted its CORS headers: repeat it with curl -H "
    "'Origin: ...'."
)
_NO_PREFLIGHT: Final = (
    "It has no preflight: whether the service permits this method and these request headers is not judged."
)

_request_line = re.compile(r"(?P<method>[^ ]+) (?P<target>[^ ]+) HTTP/[0-9.]+").fullmatch
_over_tls = re.compile(rb"^\* .*(?:SSL connection using|ALPN|:scheme: https)", re.MULTILINE).search
_multiplexed = re.compile(rb"HTTP/[23](?:\.0)? ").match
_BEGINNING: Final = 512


class _Shown(Struct):
    """One request, as far as it is shown, and the heads of its response."""

    request: list[str] = field(default_factory=list)
    response: list[bytes] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether the last line is the empty one that ends a head."""
        return bool(self.response) and not self.response[-1].strip()

    @property
    def is_multiplexed(self) -> bool:
        """Whether the response came over HTTP/2 or HTTP/3."""
        return bool(self.response) and _multiplexed(self.response[0]) is not None

    @property
    def line(self) -> re.Match[str] | None:
        return _request_line(self.request[0]) if self.request else None

    @property
    def method(self) -> str:
        return "GET" if self.line is None else self.line["method"]

    @property
    def headers(self) -> tuple[Header, ...]:
        pairs = (line.partition(":") for line in self.request[1:])
        return tuple((name, value.strip()) for name, colon, value in pairs if colon and is_token(name))

    @property
    def requested_method(self) -> str | None:
        """The method that a preflight asks permission for; None for any other request."""
        return get("Access-Control-Request-Method", self.headers) if self.method == "OPTIONS" else None


def read_curl_output(data: bytes, name: str, settings: Settings) -> Planned:
    """The service with the one route that the output shows.

    Raises `UsageError` if it has no response.
    """
    is_plain = data.lstrip().startswith(b"HTTP/")
    check_offline(settings, name, shows_requests=not is_plain)
    shown = [_last_response(data.lstrip())] if is_plain else list(_exchanges(data))
    shown = [each for each in shown if each.response and each.method != "CONNECT"]
    if not shown:
        raise UsageError(f"{name} has no response: give what curl -i prints, or curl -v with its standard error.")
    scheme = "https" if _over_tls(data) or any(each.is_multiplexed for each in shown) else "http"
    recorded = [_recorded(each, scheme) for each in shown]
    first = next((each for each in shown if each.requested_method is None), shown[0])
    route, limits = _route(first, shown, recorded, name, settings)
    if not is_chosen(route.method, str(route.url), settings):
        raise none_chosen(name, settings)
    service = Service(
        name=str(route.url.origin),
        routes=(route,),
        limits=(nothing_sent(name), *limits),
        probes=False,
    )
    return Planned((service,))


def _route(
    first: _Shown, shown: Sequence[_Shown], recorded: Sequence[Recorded], name: str, settings: Settings
) -> tuple[Route, list[str]]:
    """The page's request, and what the output does not show of it."""
    preflight = next((each for each in shown if each.requested_method is not None), None)
    names = get("Access-Control-Request-Headers", preflight.headers) if preflight is not None else None
    named = None if preflight is None else [each.strip().lower() for each in (names or "").split(",") if each.strip()]
    call = call_of(first.headers, named) if first.request else Call(headers=headers_of(settings))
    method = first.requested_method or (first.method if first.request else method_of(settings))
    route = Route(
        method=normalize_method(method),
        url=recorded[list(shown).index(first)].url,
        headers=call.headers,
        preflight_only=first is preflight,
        source=name,
        pages=(call.page,) if call.page else (),
        cookies=call.cookies,
        credentials=call.credentials,
        transport=Recording(_for_method(recorded, normalize_method(method)) if not first.request else recorded),
        has_permission=preflight is None,
    )
    limits = [_NO_URL, _ORIGIN_UNKNOWN] if not first.request else [] if call.page else [_NO_ORIGIN]
    if preflight is None and needs_permission(route.method, route.headers):
        limits.append(_NO_PREFLIGHT)
    return route, [*limits, *page_limits(settings, route.pages)]


def _for_method(recorded: Sequence[Recorded], method: str) -> list[Recorded]:
    return [replace(each, method=method) for each in recorded]


def _last_response(data: bytes) -> _Shown:
    """The response of `curl -i`: of several, such as a proxy's or those of redirects, the last one."""
    if b"\r" not in data[:_BEGINNING]:
        data = data.replace(b"\n", b"\r\n")  # pasted
    while True:
        raw, body = _heads(data)
        if not body.startswith(b"HTTP/"):
            return _Shown(response=list(raw.heads))
        data = body


def _exchanges(data: bytes) -> Iterator[_Shown]:
    """The requests and responses of `curl -v`, whose lines may stand among those of the body."""
    shown = _Shown()
    for line in data.splitlines():
        mark, content = line[:2].strip(), line[2:]
        text = content.decode("latin-1")
        if mark == b">" and _request_line(text) is not None:
            if shown.request:
                yield shown
            shown = _Shown(request=[text])
        elif mark == b">" and not shown.response:
            shown.request.append(text)
        elif mark == b"<" and (content.startswith(b"HTTP/") or not shown.is_complete):
            shown.response.append(content + b"\r\n")
    yield shown


def _recorded(shown: _Shown, scheme: str) -> Recorded:
    url = _url(shown, scheme)
    raw, _ = _heads(b"".join(shown.response))
    response: HTTPResponse | RawHead = raw
    if shown.is_multiplexed:
        request = HTTPRequest(purpose="request", method=shown.method, url=url, headers=(), body=None)
        read = read_response(raw, request, STANDARD).response
        response = replace(read, http_version="2") if isinstance(read, HTTPResponse) else raw
    return Recorded(
        purpose="request" if shown.requested_method is None else "preflight",
        method=normalize_method(shown.requested_method or shown.method),
        url=url,
        response=response,
    )


def _heads(data: bytes) -> tuple[RawHead, bytes]:
    """The heads of one response, of which the last may lack its empty line, and the bytes behind them."""
    reader = HeadReader()
    raw = reader.feed(data) or reader.feed(b"\r\n\r\n") or reader.end()
    return raw, reader.body


def _url(shown: _Shown, scheme: str) -> URL:
    line, host = shown.line, get("Host", shown.headers)
    if line is None or host is None:
        return read_url(_UNKNOWN_URL)
    target = line["target"]
    url = parse_url(target if "://" in target else f"{scheme}://{host}{target}")
    if url is None or not url.is_http:
        raise UsageError(f'The request of the recording has no URL: its target is "{target}", its Host "{host}".')
    return url.without_credentials().with_fragment(None)
