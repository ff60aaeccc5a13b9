"""A refused request from other origins, one of which may be allowed instead of the page's.

For a page that the user named, they are nearly equal to the page's: one of them may be configured by mistake. Where
nobody named a page, they are those that front ends of such a service usually have: one of them may be the user's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPRequest, NetworkError, Origin, parse_origin
from hdrcli.fetch.headers import get
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.fetch.url import URL, is_ip_address, is_loopback, same_origin, site_of
from hdrcli.planning.probes.probe import REFUSALS, PlannedProbe, Planning, is_refused, with_origin
from hdrcli.records.route import FetchRecord

MOST: Final = 5
"""For each page that is refused."""

_IN_DEVELOPMENT: Final = (
    "http://localhost:5173",
    "http://localhost:4200",
    "http://localhost:8080",
    "http://127.0.0.1:3000",
    "http://127.0.0.1:5173",
)
"""Where Vite, Angular, Vue and webpack serve a front end by default."""


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For each page that is refused. Not after a redirect, and only for requests that may be sent again.

    Usual origins are tried for one route of a service, until one is allowed.
    """
    pages: set[Origin] = set()
    for fetch in planning.fetches:
        if fetch.page in pages or not _is_refused_for_origin(fetch):
            continue
        request = fetch.exchanges[-1].request
        if request.url != fetch.exchanges[0].request.url:
            continue
        if request.method in SAFE_METHODS or request.purpose == "preflight":
            pages.add(fetch.page)
            if not fetch.caller.is_default:
                for variant in variants(fetch.page):
                    yield PlannedProbe(kind="origin-variant", origin=variant, request=with_origin(request, variant))
            elif planning.finds_page:
                yield from _usual(planning, fetch.page, request)


def _usual(planning: Planning, page: Origin, request: HTTPRequest) -> Iterator[PlannedProbe]:
    for origin in usual_origins(page, request.url):
        yield PlannedProbe(kind="usual-origin", origin=origin, request=with_origin(request, origin))
        response = planning.sent[-1].response
        if response is not None and get("Access-Control-Allow-Origin", response.headers) == origin:
            return


def usual_origins(page: Origin, url: URL) -> Iterator[str]:
    """Origins of the front ends that a service at this URL may have, other than the page's and the service's own."""
    for text in _usual_at(url):
        origin = parse_origin(text)
        if origin is not None and origin != page and not same_origin(origin, url.origin):
            yield text


def _usual_at(url: URL) -> tuple[str, ...]:
    if is_loopback(url.host):
        return _IN_DEVELOPMENT
    if is_ip_address(url.host):
        return ()
    site = site_of(url.host)
    return tuple(f"{url.scheme}://{host}" for host in (site, f"www.{site}", f"app.{site}"))


def variants(page: Origin) -> tuple[str, ...]:
    """Origins that a configuration may contain instead of the page's; no browser sends some of them."""
    if page.is_opaque or page.scheme not in {"http", "https"}:
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


def _is_refused_for_origin(fetch: FetchRecord) -> bool:
    result = fetch.result
    return is_refused(fetch) and isinstance(result, NetworkError) and result.failure in REFUSALS


def _www(host: str) -> str:
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
