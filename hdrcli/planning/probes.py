"""Probes: requests besides the fetches, so that rules can tell causes apart. Only GET, HEAD and OPTIONS are sent.

A route costs at most `MAX_PROBES` requests besides its fetches, and some for each page that is refused. All go to the
URL that was given, except one for a path next to it that does not exist, and one for the service's OpenAPI document,
which all routes share. The others are the fetch's own request with one change: another `Origin`, path or
`Accept-Encoding`, or GET in place of HEAD. Where a URL to compare with is given, one more goes there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, NetworkError, Origin
from hdrcli.fetch.headers import Header, contains, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.fetch.url import URL
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, ProbeKind, model_of_comparison, model_of_probes
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.stacks import ANY, recognise
from hdrcli.verdict.representation import content_codings, strong_etag

_FOREIGN_HOST: Final = "hdrcli-probe.invalid"
FOREIGN_ORIGIN: Final = f"https://{_FOREIGN_HOST}"
"""A page that no service can mean to allow: https://www.rfc-editor.org/rfc/rfc6761.html#section-6.4"""

UNKNOWN_SEGMENT: Final = "hdrcli-probe-of-an-unknown-path"
MAX_PROBES: Final = 8
"""Besides the fetches of a route, plus `MAX_VARIANTS` for each page that is refused for its origin.

Four origins, a preflight, an unknown path, the OpenAPI document, and either a GET in place of HEAD or an uncompressed
GET.
"""

MAX_VARIANTS: Final = 5

OPENAPI_PATH: Final = "/openapi.json"
"""Where FastAPI, and frameworks that follow it, serve the document by default."""

OPENAPI_SIZE: Final = 4 * 1024 * 1024
"""Bytes of the document: a longer one is ignored."""

_MAY_HAVE_OPENAPI: Final = frozenset({"starlette", "nginx", ANY.name})
"""The stacks that serve the document at this path, or that may be in front of one that does."""

_CONNECTION: Final = frozenset({"host", "connection", "user-agent"})
_ALLOWING_IN: Final = _CONNECTION | {"authorization", "cookie"}
_NOT_NAMED: Final = frozenset({Clause.NOT_LISTED, Clause.NO_LIST})
_REFUSALS: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProbe:
    """A probe that is still to be sent."""

    kind: ProbeKind
    origin: str | None
    request: HTTPRequest


def plan_probes(
    fetches: Sequence[FetchRecord],
    headers: Sequence[HeaderRecord],
) -> tuple[PlannedProbe, ...]:
    """The probes for a route whose fetches are done: none where no response came.

    For methods other than GET and HEAD only the OpenAPI document is requested. A preflight is an OPTIONS request,
    whatever method it asks permission for: where it is refused, it is sent again with variants of the origin.
    """
    variants = tuple(_plan_variants([fetch for fetch in fetches if not fetch.caller.is_default]))
    fetch = next((fetch for fetch in fetches if fetch.response is not None), None)
    own = model_of_probes(fetches)
    if fetch is None or own is None:
        return variants
    if own.request.method not in SAFE_METHODS:
        return (*_plan_openapi(own), *variants)
    return (*_plan(fetch, own.request, headers), *_plan_representation(own), *_plan_openapi(own), *variants)


def plan_comparison(fetches: Sequence[FetchRecord], url: URL) -> tuple[PlannedProbe, ...]:
    """The fetches' own request, or the preflight that failed, sent to another URL of the same service."""
    own = model_of_comparison(fetches)
    if own is None:
        return ()
    headers = tuple((name, url.authority if name == "Host" else value) for name, value in own.request.headers)
    request = replace(own.request, url=url, headers=headers)
    return (PlannedProbe(kind="compare", origin=get("Origin", headers), request=request),)


def _plan_variants(fetches: Sequence[FetchRecord]) -> Iterator[PlannedProbe]:
    """Each page's request that is refused for its origin, from nearly equal origins; not behind a redirect."""
    pages: set[Origin] = set()
    for fetch in fetches:
        refused = isinstance(fetch.result, NetworkError) and fetch.result.failure in _REFUSALS
        request = fetch.exchanges[-1].request if refused else None
        if request is None or request.url != fetch.exchanges[0].request.url or fetch.page in pages:
            continue
        if request.method in SAFE_METHODS or request.purpose == "preflight":
            pages.add(fetch.page)
            for variant in origin_variants(fetch.page):
                yield _with_origin("origin-variant", request, variant)


def _plan(fetch: FetchRecord, request: HTTPRequest, headers: Sequence[HeaderRecord]) -> Iterator[PlannedProbe]:
    yield _with_origin("no-origin", request, None)
    yield _with_origin("foreign-origin", request, FOREIGN_ORIGIN)
    yield _with_origin("null-origin", request, "null")
    lookalike = _lookalike(fetch)
    if lookalike is not None:
        yield _with_origin("lookalike-origin", request, lookalike)
    if any(verdict.clause in _NOT_NAMED for header in headers if header.custom for verdict in header.verdicts):
        yield _preflight(request)
    if fetch.outcome == "readable" and _is_ok(fetch):
        url = replace(request.url, path=f"{request.url.path.rpartition('/')[0]}/{UNKNOWN_SEGMENT}", query="")
        yield PlannedProbe(kind="unknown-path", origin=str(fetch.page), request=replace(request, url=url))


def _plan_representation(own: Exchange) -> Iterator[PlannedProbe]:
    """The same resource requested otherwise: by GET in place of HEAD; uncompressed, if it has a strong entity tag."""
    request, response = own.request, own.response
    if not isinstance(response, HTTPResponse):
        return
    origin = get("Origin", request.headers)
    # A range is defined only for GET: with it, the responses to the two methods must differ.
    if request.method == "HEAD" and not contains("Range", request.headers):
        yield PlannedProbe(kind="get", origin=origin, request=replace(request, method="GET"))
    if request.method == "GET" and strong_etag(response) is not None and content_codings(response):
        headers = tuple((name, "identity" if name == "Accept-Encoding" else value) for name, value in request.headers)
        yield PlannedProbe(kind="identity", origin=origin, request=replace(request, headers=headers))


def _plan_openapi(own: Exchange) -> Iterator[PlannedProbe]:
    """The document that may declare the response: the same request for all routes, which is sent once a service."""
    response, request = own.response, own.request
    if isinstance(response, HTTPResponse) and recognise([response]).name in _MAY_HAVE_OPENAPI:
        yield PlannedProbe(
            kind="openapi",
            origin=None,
            request=HTTPRequest(
                purpose="request",
                method="GET",
                url=replace(request.url, path=OPENAPI_PATH, query=""),
                headers=(
                    *_kept(request, _ALLOWING_IN),
                    ("Accept", "application/json"),
                    ("Accept-Encoding", "identity"),
                ),
                body=None,
                body_wanted=OPENAPI_SIZE,
                client_certificate=request.client_certificate,
            ),
        )


def _kept(request: HTTPRequest, names: Collection[str]) -> list[Header]:
    return [(name, value) for name, value in request.headers if byte_lowercase(name) in names]


def origin_variants(page: Origin) -> tuple[str, ...]:
    """Origins that a configuration may contain in place of the page's; no browser sends some of them."""
    if page.is_opaque:
        return ()
    port = "" if page.port is None else f":{page.port}"
    default_port = {"http": ":80", "https": ":443"}[page.scheme]
    other_scheme = {"http": "https", "https": "http"}[page.scheme]
    other_host = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}.get(page.host, _www(page.host))
    return (
        f"{page}/",
        f"{other_scheme}://{page.host}{port}",
        f"{page.scheme}://{page.host}{'' if port else default_port}",
        f"{page.scheme}://{page.host.upper()}{port}",
        f"{page.scheme}://{other_host}{port}",
    )


def _lookalike(fetch: FetchRecord) -> str | None:
    """An origin that a pattern without an end matches, where the page is allowed by name."""
    page, own = fetch.page, fetch.own_exchange
    response = own.response if own is not None else None
    if not isinstance(response, HTTPResponse) or page.is_opaque or page.host.startswith("["):
        return None
    if get("Access-Control-Allow-Origin", response.headers) != str(page):
        return None
    return str(replace(page, host=f"{page.host.rstrip('.')}.{_FOREIGN_HOST}"))


def _www(host: str) -> str:
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def _is_ok(fetch: FetchRecord) -> bool:
    return fetch.response is not None and 200 <= fetch.response.status <= 299  # noqa: PLR2004 -- an ok status


def _with_origin(kind: ProbeKind, request: HTTPRequest, origin: str | None) -> PlannedProbe:
    """The same request from another page; without an origin, from the service's own pages."""
    headers: list[Header] = []
    for name, value in request.headers:
        if name == "Origin":
            headers += [] if origin is None else [(name, origin)]
        elif name == "Sec-Fetch-Site":
            headers.append((name, "same-origin" if origin is None else "cross-site"))
        elif name != "Referer":
            headers.append((name, value))
    return PlannedProbe(kind=kind, origin=origin, request=replace(request, headers=tuple(headers)))


def _preflight(request: HTTPRequest) -> PlannedProbe:
    """The preflight that this request would have if it needed one."""
    kept = _kept(request, _CONNECTION | {"origin"})
    headers = (*kept, ("Accept", "*/*"), ("Access-Control-Request-Method", request.method))
    preflight = replace(
        request, purpose="preflight", method="OPTIONS", headers=headers, body=None, client_certificate=False
    )
    return PlannedProbe(kind="preflight", origin=get("Origin", request.headers), request=preflight)
