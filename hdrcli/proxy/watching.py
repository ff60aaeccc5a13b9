"""What the proxy's page shows: takes the events of the run, and tells pages what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Final

from msgspec import Struct, field

from hdrcli.fetch import NetworkError
from hdrcli.proxy.target import ProxyTarget
from hdrcli.records.route import RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.report.events import Event, FindingsSoFar, RouteChecked, ServiceChecked, ServiceStarted
from hdrcli.report.totals import custom_headers
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.json_findings import finding_value
from hdrcli.reporters.phrases import clause_phrase, failure_phrase, failure_sentence
from hdrcli.reporters.route_notes import shown_values, status_text
from hdrcli.reporters.view import Column, columns_of, shown_path, shown_text, state_of

_PATIENCE: Final = 5.0
"""Seconds in which the loop of the run responds, if it still runs."""


class Watched(Struct):
    """The routes and findings so far. They belong to the event loop of the run.

    `loop` is that one once the run has begun.
    """

    target: ProxyTarget
    loop: asyncio.AbstractEventLoop | None = None
    _routes: list[JSON] = field(default_factory=list)
    _findings: list[JSON] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Take the next event."""
        match event:
            case ServiceStarted():
                self.loop = asyncio.get_running_loop()
            case RouteChecked():
                self._routes += _rows(event.route)
            case FindingsSoFar() | ServiceChecked():
                self._findings = [finding_value(finding, event.stack) for finding in event.findings]
            case _:
                pass

    async def since(self, known: int) -> JSON | None:
        """The routes that a page does not have that has the first `known` ones, and all that changes; None at the end.

        It may be called in another loop.
        """
        future: Future[JSON] = Future()
        try:
            if self.loop is None:
                return {}
            self.loop.call_soon_threadsafe(lambda: future.set_result(self._since(known)))
        except RuntimeError:  # the loop is closed
            return None
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), _PATIENCE)
        except TimeoutError:  # ... or closes
            return None

    def _since(self, known: int) -> JSON:
        return {
            "routes": self._routes[known:],
            "counts": dict(self.target.counts),
            "findings": self._findings,
            "limits": [*map(shown_text, self.target.limits())],
        }


def _rows(route: RouteRecord) -> Iterator[JSON]:
    """A row for each page that has called a route; the proxy's routes have one."""
    for columns in columns_of(route):
        wanted = [column for column in columns if not column.is_for_comparison]
        column = (wanted or columns)[0]
        result = column.fetch.result
        headers = sorted(route.headers, key=lambda header: not header.custom)
        own = {header.name for header, _ in custom_headers(route, column.fetch.caller.page)}
        yield {
            "source": route.source,
            "method": route.method,
            "path": shown_path(route.url),
            "status": status_text(column.fetch),
            "page": str(column.fetch.caller.page),
            "browsers": list(dict.fromkeys(browser for each in columns for browser in each.browsers)),
            "credentials": column.fetch.credentials,
            "failure": None
            if not isinstance(result, NetworkError)
            else {"phrase": failure_phrase(result), "sentence": failure_sentence(result)},
            "headers": [_header(header, column, is_custom=header.name in own) for header in headers],
        }


def _header(header: HeaderRecord, column: Column, *, is_custom: bool) -> JSON:
    verdict = column.verdict(header)
    return {
        "name": shown_text(header.name),
        "custom": is_custom,
        "state": state_of(verdict),
        "why": clause_phrase(verdict.clause),
        "value": shown_values(header.name, verdict.values),
    }
