"""Reads the entries of a HAR file: http://www.softwareishard.com/blog/har-12-spec/, with the additions of Chromium.

A HAR may come from anyone. Its shape is checked as far as it is used, and what is not used (bodies, timings) is dropped
while it is parsed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from hdrcli.fetch import HTTPResponse, parse_url
from hdrcli.fetch.headers import Header, get, is_token
from hdrcli.fetch.safelist import normalize_method
from hdrcli.fetch.url import URL
from hdrcli.records.errors import UsageError
from hdrcli.structs import Record

_HIGHEST_STATUS: Final = 999
_MOST_HEADERS: Final = 10_000
_DROPPED: Final = frozenset(
    {"_initiator", "cache", "comment", "content", "cookies", "postData", "queryString", "timings"}
)
_OF_HEADERS: Final = {"name", "value"}
_HTTP2: Final = ("h2", "h3", "http/2", "http/3")


class Entry(Record, frozen=True, kw_only=True):
    """One request of a HAR, counted from 1; `response` is None if the HAR has none, `error` is the browser's reason.

    `kind` is Chromium's type of the request ("fetch", "xhr", "preflight"), empty elsewhere; `page` the URL of the
    document, as far as the HAR knows it. `is_from_cache` is known from Chromium and Safari.
    """

    not_in_repr: ClassVar = frozenset({"headers"})

    number: int
    method: str
    url: URL
    headers: tuple[Header, ...]
    response: HTTPResponse | None
    redirect: URL | None = None
    error: str = ""
    kind: str = ""
    page: str = ""
    is_from_cache: bool = False

    def sent(self, name: str) -> str | None:
        """The value of a header of the request."""
        return get(name, self.headers)

    @property
    def requested_method(self) -> str | None:
        """The method that a preflight asks permission for; None for any other request."""
        return self.sent("Access-Control-Request-Method") if self.method == "OPTIONS" else None


def entries_of(data: bytes, name: str) -> tuple[Entry, ...]:
    """The entries with an http or https URL, in order. Raises `UsageError` if the file is not a HAR."""
    try:
        document = json.loads(data, object_hook=_compact)
    except RecursionError:
        raise UsageError(f"{name} is not a HAR: its JSON is nested too deeply.") from None
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it is not text in UTF-8"
        raise UsageError(f"{name} is not valid JSON: {reason}.") from None
    log = _member(document, "log")
    listed = _member(log, "entries")
    if not isinstance(listed, list):
        raise UsageError(f"{name} is JSON, but not a HAR: it has no log.entries.")
    pages = dict(_pages(_member(log, "pages")))
    read = (_entry(value, number, pages, name) for number, value in enumerate(listed, start=1))
    return tuple(entry for entry in read if entry is not None)


def _compact(value: dict[str, object]) -> object:
    """An object without members that are not used, such as bodies; a header, of which there are most, as a tuple."""
    kept = {key: each for key, each in value.items() if key not in _DROPPED}
    return (kept["name"], kept["value"]) if kept.keys() == _OF_HEADERS else kept


def _pages(listed: object) -> Iterator[tuple[str, str]]:
    """The title of each page, which is its URL in Chromium, by its id."""
    for page in listed if isinstance(listed, list) else ():
        yield _text(_member(page, "id")), _text(_member(page, "title"))


def _entry(value: object, number: int, pages: Mapping[str, str], name: str) -> Entry | None:
    request, response = _member(value, "request"), _member(value, "response")
    text, method = _member(request, "url"), _member(request, "method")
    if not isinstance(text, str) or not isinstance(method, str) or not is_token(method):
        raise UsageError(f"{name} entry {number} is malformed: it has no request with a method and a URL.")
    url = parse_url(text)
    if url is None or not url.is_http:
        return None  # a WebSocket, an extension, data:
    url = url.without_credentials().with_fragment(None)
    where = f"{name} entry {number}"
    status = _member(response, "status")
    return Entry(
        number=number,
        method=normalize_method(method),
        url=url,
        headers=_headers(_member(request, "headers"), where),
        response=_response(response, status, where) if isinstance(status, int) and status > 0 else None,
        redirect=_redirect(_text(_member(response, "redirectURL")), url),
        error=_text(_member(response, "_error")) or _text(_member(response, "_failureText")),
        kind=_text(_member(value, "_resourceType")),
        page=pages.get(_text(_member(value, "pageref")), ""),
        is_from_cache=bool(_member(value, "_fromCache")) or "Cache" in _text(_member(value, "_fetchType")),
    )


def _response(response: object, status: int, where: str) -> HTTPResponse:
    if status > _HIGHEST_STATUS:
        raise UsageError(f"{where} is malformed: {str(status)[:20]} is not a status.")
    version = _text(_member(response, "httpVersion")).lower()
    return HTTPResponse(
        status=status,
        headers=_headers(_member(response, "headers"), where),
        http_version="2" if version.startswith(_HTTP2) else "1.1",
    )


def _headers(listed: object, where: str) -> tuple[Header, ...]:
    """Header lines; DevTools writes lines of one name as one value with line breaks."""
    if not isinstance(listed, list) or len(listed) > _MOST_HEADERS:
        raise UsageError(f"{where} is malformed: its headers are not a list of at most {_MOST_HEADERS:,}.")
    return tuple(_lines(listed, where))


def _lines(listed: Sequence[object], where: str) -> Iterator[Header]:
    for header in listed:
        name, value = header if isinstance(header, tuple) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str):
            raise UsageError(f"{where} is malformed: a header has no name or no value.")
        if is_token(name):  # not a pseudo-header such as :authority
            for line in value.split("\n"):
                yield name, _code_units(line.strip())


def _code_units(value: str) -> str:
    """A value as bytes in U+0000-U+00FF; DevTools decodes UTF-8."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("latin-1")


def _redirect(text: str, base: URL) -> URL | None:
    url = parse_url(text, base) if text else None
    return url.without_credentials().with_fragment(None) if url is not None and url.is_http else None


def _member(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
