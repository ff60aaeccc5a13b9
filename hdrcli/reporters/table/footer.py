"""The lines before the verdict: what was done, and what may have changed the result."""

from __future__ import annotations

from collections.abc import Iterator

from hdrcli.fetch import HTTPResponse
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.totals import Totals
from hdrcli.reporters.table.in_browser import browser_title
from hdrcli.reporters.table.terminal import Terminal
from hdrcli.reporters.view import count
from hdrcli.settings import Settings
from hdrcli.verdict.agreement import agreement


class Footer:
    """Takes all routes of a run, and remembers of them what its lines say."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._proxies: dict[str, None] = {}
        self._has_http2 = False
        self._browsers: dict[str, list[int]] = {}
        self._preflights = [0, 0]

    def add(self, route: RouteRecord) -> None:
        """Take the next route."""
        for exchange in route.exchanges:
            response = exchange.response
            if isinstance(response, HTTPResponse):
                self._has_http2 |= response.http_version == "2"
                if response.proxy is not None:
                    self._proxies[response.proxy] = None
        if route.preflight_only and route.held:
            self._preflights = [self._preflights[0] + 1, self._preflights[1] + len(route.held)]
        for fetch in route.fetches:
            self._add_in_browser(fetch)

    def _add_in_browser(self, fetch: FetchRecord) -> None:
        if fetch.in_browser is not None:
            counts = self._browsers.setdefault(browser_title(fetch.in_browser), [0, 0])
            counts[0] += 1
            counts[1] += agreement(fetch) == "different"

    def lines(self, totals: Totals, settings: Settings) -> Iterator[str]:
        """The lines."""
        for text in self._sentences(totals, settings):
            yield self._terminal.line((text, "dim"), hang=2)

    def _sentences(self, totals: Totals, settings: Settings) -> Iterator[str]:
        if not settings.verify:
            yield "TLS certificates were not checked (--insecure)."
        for proxy in self._proxies:
            yield f"Responses came through the proxy {proxy}, which may have removed or changed headers."
        if self._has_http2:
            yield "Responses came over HTTP/2, where header names are in lower case."
        yield from self._held(totals, settings)
        for title, (fetches, differing) in self._browsers.items():
            if differing:
                yield (
                    f"{title} and its simulation differ in {differing} of {count(fetches, 'fetch', 'fetches')}. Unless "
                    "the server responds differently to the two, hdrcli is wrong: please report it with this output."
                )
            else:
                yield f"{title} does the same as its simulation in {fetches} of {count(fetches, 'fetch', 'fetches')}."
        sent = f"{count(totals.routes, 'route')}, {count(totals.requests, 'request')} sent."
        readable = (
            f"JavaScript can read {totals.readable_headers:,} of {count(totals.custom_headers, 'custom header')}."
        )
        yield f"{sent} {readable}" if totals.custom_headers else sent

    def _held(self, totals: Totals, settings: Settings) -> Iterator[str]:
        if totals.only_plans:
            return
        routes, preflights = (0, 0) if settings.preflight_only else self._preflights
        if routes:
            requests = count(routes, "request")
            hint = "" if settings.include_unsafe else " (--include-unsafe sends all)"
            yield f"Of {requests} that may write, only the preflight was sent{hint}."
        if totals.held > preflights:
            held = count(totals.held - preflights, "fetch", "fetches")
            if settings.preflight_only:
                yield f"{held} not sent (--preflight-only)."
            else:
                yield f"{held} not sent, so that no write is repeated (--repeat-writes sends all)."
