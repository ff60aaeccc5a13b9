"""A refused request from nearly equal origins, one of which may be configured instead of the page's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import NetworkError, Origin
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.planning.probes.probe import REFUSALS, PlannedProbe, Planning, is_refused, with_origin
from hdrcli.records.route import FetchRecord

MOST: Final = 5
"""For each page that is refused."""


def plan(planning: Planning) -> Iterator[PlannedProbe]:
    """For each page that the user named. Not after a redirect, and only for requests that may be sent again."""
    pages: set[Origin] = set()
    for fetch in planning.fetches:
        if fetch.caller.is_default or fetch.page in pages or not _is_refused_for_origin(fetch):
            continue
        request = fetch.exchanges[-1].request
        if request.url != fetch.exchanges[0].request.url:
            continue
        if request.method in SAFE_METHODS or request.purpose == "preflight":
            pages.add(fetch.page)
            for variant in variants(fetch.page):
                yield PlannedProbe(kind="origin-variant", origin=variant, request=with_origin(request, variant))


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
