"""Finds and fetches a service's OpenAPI document, over a transport."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from typing import Final

from hdrcli.fetch import HTTPRequest, HTTPResponse, parse_url
from hdrcli.fetch.headers import Header, values_of
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.url import URL
from hdrcli.openapi.document import MAX_SIZE, Document, DocumentError, read_document
from hdrcli.planning.page_request import cookies_of, headers_of
from hdrcli.planning.probes.openapi import PATH
from hdrcli.planning.sent_headers import sent_headers
from hdrcli.records.exchange import Exchange
from hdrcli.settings import Settings
from hdrcli.structs import Record, replace
from hdrcli.wire.transport import Transport

_OTHER_PATHS: Final = ("/swagger.json", "/v3/api-docs")
"""Swagger's own, and springdoc's."""

_PAGES: Final = ("/docs", "/")
"""FastAPI's page names the document in a script, and a root may have a `Link` header."""

_PAGE_SIZE: Final = 64 * 1024
_MOST_LINKS: Final = 4
_OK: Final = 200

_of_page = re.compile(rb"""(?:\burl\s*:|\bspec-url\s*=|\bdata-url\s*=)\s*["']([^"'<>\s]{1,2000})["']""").findall
"""Where Swagger UI, ReDoc and Scalar get the document."""
_link = re.compile(
    r"""<([^<>]{1,2000})>\s*;[^<]*?\brel\s*=\s*(?:"[^"]*\bservice-desc\b[^"]*"|service-desc\b)"""
).findall
"""https://www.rfc-editor.org/rfc/rfc8631.html#section-4.2"""


class Found(Record, frozen=True, kw_only=True):
    """What was found: `document` is None without one, and `why_not` then says why, if anything is known.

    `exchange` brought the document, or else what is at its usual path. `requests` were sent.
    """

    document: Document | None
    exchange: Exchange | None
    requests: int
    why_not: str = ""


async def find_document(base: URL, transport: Transport, settings: Settings) -> Found:
    """Look for the document of the service at `base`: at the usual path, then where other software has it.

    A server that responds to the usual path with something else, or not at all, is asked no further.
    """
    reader = _Reader(base, transport, settings)
    first = await reader.get(PATH)
    document, why_not = _document_of(first)
    if document is not None or not isinstance(first.response, HTTPResponse) or first.response.status == _OK:
        return Found(document=document, exchange=first, requests=reader.sent, why_not=why_not)
    pages = await reader.get_all(_PAGES, _PAGE_SIZE)
    links = dict.fromkeys([*(path for page in pages for path in _links(page)), *_OTHER_PATHS])
    for exchange in await reader.get_all(tuple(links)[: _MOST_LINKS + len(_OTHER_PATHS)]):
        document, _ = _document_of(exchange)
        if document is not None:
            return Found(document=document, exchange=exchange, requests=reader.sent)
    return Found(document=None, exchange=first, requests=reader.sent, why_not=why_not)


async def find_document_at(paths: Sequence[str], base: URL, transport: Transport, settings: Settings) -> Found:
    """Look for the document at these paths only: the first one that has it."""
    reader = _Reader(base, transport, settings)
    exchanges = await reader.get_all(paths[:_MOST_LINKS])
    documents = ((exchange, _document_of(exchange)[0]) for exchange in exchanges)
    exchange, document = next((found for found in documents if found[1] is not None), (None, None))
    return Found(document=document, exchange=exchange, requests=reader.sent)


async def fetch_document(url: URL, base: URL, transport: Transport, settings: Settings) -> Found:
    """The document at a URL that the user named; what is for the service at `base` is not sent elsewhere."""
    same = url.origin == base.origin
    reader = _Reader(url, transport, settings if same else replace(settings, headers=(), cookies=(), cert=None))
    exchange = await reader.get(url.target)
    document, why_not = _document_of(exchange)
    return Found(document=document, exchange=exchange, requests=reader.sent, why_not=why_not)


class _Reader:
    """Sends GET requests to one origin, as a client that is no browser."""

    def __init__(self, base: URL, transport: Transport, settings: Settings) -> None:
        self._base = base.without_credentials().with_fragment(None)
        self._transport = transport
        self._has_certificate = settings.cert is not None
        self._added = sent_headers(settings)
        cookies = "; ".join(cookie for cookie in cookies_of(settings) if ";" not in cookie)
        self._headers: tuple[Header, ...] = (
            ("Host", base.authority),
            ("Connection", "keep-alive"),
            *((name, value.strip()) for name, value in headers_of(settings) if byte_lowercase(name) == "authorization"),
            *((("Cookie", cookies),) if cookies else ()),
            ("Accept", "application/json, application/yaml;q=0.9, */*;q=0.8"),
            ("Accept-Encoding", "identity"),
        )
        self.sent = 0

    async def get(self, target: str, size: int = MAX_SIZE) -> Exchange:
        path, mark, query = target.partition("?")
        request = HTTPRequest(
            purpose="request",
            method="GET",
            url=replace(self._base, path=path, query=mark + query),
            headers=self._headers,
            added=self._added,
            body=None,
            body_wanted=size + 1,
            client_certificate=self._has_certificate,
        )
        self.sent += 1
        received = await self._transport.exchange(request)
        return received if isinstance(received, Exchange) else Exchange(request=request, response=received)

    async def get_all(self, targets: Sequence[str], size: int = MAX_SIZE) -> list[Exchange]:
        return await asyncio.gather(*(self.get(target, size) for target in targets))


def _document_of(exchange: Exchange) -> tuple[Document | None, str]:
    """The document, or why it is none."""
    response = exchange.response
    if not isinstance(response, HTTPResponse):
        return None, "there is no response"
    if response.status != _OK:
        return None, f"the status is {response.status}"
    try:
        return read_document(response.body), ""
    except DocumentError as error:
        return None, f"the response {error}"


def _links(exchange: Exchange) -> Iterator[str]:
    """The targets that a page names as the document's, at its own origin."""
    response, url = exchange.response, exchange.request.url
    if not isinstance(response, HTTPResponse):
        return
    found = [text for value in values_of("Link", response.headers) for text in _link(value[:_PAGE_SIZE])]
    if response.status == _OK:
        found += [text.decode("utf-8", "replace") for text in _of_page(response.body)]
    for text in found[:_MOST_LINKS]:
        target = parse_url(text, url)
        if target is not None and target.origin == url.origin:
            yield target.target
