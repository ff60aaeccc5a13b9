"""Sentences about a run as a whole: what was done, and what may have changed the result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.totals import Totals
from hdrcli.reporters.route_notes import browser_title
from hdrcli.reporters.view import count, listing, shortened, shown_url
from hdrcli.settings import Settings
from hdrcli.verdict.agreement import agreement

_LONGEST_URL: Final = 200
_SHOWN_PROBES: Final = 4


class RunNotes:
    """Takes all routes of a run, and remembers of them what its sentences say."""

    def __init__(self) -> None:
        self._proxies: dict[str, None] = {}
        self._has_http2 = False
        self._without_response: list[str] = []
        self._with_missing_probes = 0
        self._browsers: dict[str, list[int]] = {}
        self._preflights = [0, 0]
        self._has_steps = False

    def add(self, route: RouteRecord) -> None:
        """Take the next route."""
        for exchange in route.exchanges:
            response = exchange.response
            if isinstance(response, HTTPResponse):
                self._has_http2 |= response.http_version == "2"
                if response.proxy is not None:
                    self._proxies[response.proxy] = None
        self._with_missing_probes += not route.has_all_probes
        for probe in route.probes_without_response:
            request = probe.exchange.request
            self._without_response.append(
                f"{request.method} {shortened(shown_url(str(request.url)), _LONGEST_URL)} ({probe.kind})"
            )
        if route.preflight_only and route.held:
            self._has_steps |= bool(route.step)
            self._preflights = [self._preflights[0] + 1, self._preflights[1] + len(route.held)]
        for fetch in route.fetches:
            self._add_in_browser(fetch)

    def _add_in_browser(self, fetch: FetchRecord) -> None:
        if fetch.in_browser is not None:
            counts = self._browsers.setdefault(browser_title(fetch.in_browser), [0, 0])
            counts[0] += 1
            counts[1] += agreement(fetch) == "different"

    def sentences(self, totals: Totals, settings: Settings) -> Iterator[str]:
        """The sentences."""
        if not settings.verify:
            yield "TLS certificates were not checked (--insecure)."
        yield from self._of_connections()
        yield from self._of_policy(totals, settings)
        yield from self._of_browsers()

    def _of_connections(self) -> Iterator[str]:
        for proxy in self._proxies:
            yield f"Responses came through the proxy {proxy}, which may have removed or changed headers."
        if self._has_http2:
            yield "Responses came over HTTP/2, where header names are in lower case."
        if self._without_response:
            probes = count(len(self._without_response), "probe")
            yield f"No response to {probes}: {listing(self._without_response, _SHOWN_PROBES)}."
        if self._with_missing_probes:
            routes = count(self._with_missing_probes, "route")
            yield f"Not all probes were sent for {routes}, as responses take too long: some faults may not be found."

    def _of_policy(self, totals: Totals, settings: Settings) -> Iterator[str]:
        yield from self._held(totals, settings)
        if totals.stale:
            entries = count(totals.stale, "entry of the baseline was", "entries of the baseline were")
            yield f"{entries} not found (--baseline-prune removes them)."
        if totals.ignored:
            yield f"{count(totals.ignored, 'fault')} ignored, for the reasons in the configuration."

    def _of_browsers(self) -> Iterator[str]:
        for title, (fetches, differing) in self._browsers.items():
            if differing:
                yield (
                    f"{title} and its simulation differ in {differing} of {count(fetches, 'fetch', 'fetches')}. Unless "
                    "the server responds differently to the two, hdrcli is wrong: please report it with this output."
                )
            else:
                yield f"{title} does the same as its simulation in {fetches} of {count(fetches, 'fetch', 'fetches')}."

    def _held(self, totals: Totals, settings: Settings) -> Iterator[str]:
        if totals.only_plans:
            return
        routes, preflights = (0, 0) if settings.preflight_only else self._preflights
        if routes and totals.recorded < totals.requests:
            hint = "" if settings.include_unsafe or self._has_steps else " (--include-unsafe sends them)"
            what = "request" if self._has_steps else "write"
            yield f"{count(routes, what)} not sent, only the preflight{'s' * (routes > 1)}{hint}."
        elif routes:
            yield f"{count(routes, 'route')} judged by the preflight only: the recording has no more."
        if totals.held > preflights:
            held = count(totals.held - preflights, "fetch", "fetches")
            if settings.preflight_only:
                yield f"{held} not sent (--preflight-only)."
            else:
                yield f"{held} not sent, so that no write is repeated (--repeat-writes sends all)."


def work_done(totals: Totals) -> str:
    """What was sent, and how many custom headers are readable."""
    sent = f"{count(totals.routes, 'route')}, {count(totals.requests - totals.recorded, 'request')} sent."
    readable = f"JavaScript can read {totals.readable_headers:,} of {count(totals.custom_headers, 'custom header')}."
    return f"{sent} {readable}" if totals.custom_headers else sent
