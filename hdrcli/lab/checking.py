"""The server's side of a route: the request checked as `hdrcli check` does, and compared with the visitor's browser."""

from __future__ import annotations

import contextlib
import io
import shlex
from collections.abc import Iterator
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from hdrcli.browsers.page import record
from hdrcli.fetch import Failure, HTTPRequest, TransportFailure
from hdrcli.inspection import events
from hdrcli.planning.routes import read_url
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import Received
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.events import RouteChecked
from hdrcli.report.report import Collector, ServiceReport
from hdrcli.reporters import EXPORTS
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.json_values import service_with_routes
from hdrcli.reporters.phrases import CLAUSES, FAILURES, MODES
from hdrcli.reporters.table.headers import INCIDENTAL
from hdrcli.settings import Settings
from hdrcli.structs import replace
from hdrcli.text.header_redaction import redact_request_header
from hdrcli.text.redaction import redact_text
from hdrcli.wire.transport import Transport

TIMEOUT_SECONDS: Final = 10.0
"""For each request, on both sides."""

Credentials = Literal["omit", "same-origin", "include"]
BrowserName = Literal["chromium", "firefox", "webkit"]


class Seen(BaseModel):
    """What one `fetch()` gave to the page: a response, the error that it was rejected with, or nothing in time."""

    credentials: Credentials
    type: str = Field(default="error", max_length=20)
    status: int = 0
    headers: list[tuple[str, str]] = []
    error: str | None = Field(default=None, max_length=2000)
    late: bool = False


class Visitor(BaseModel):
    """The browser that shows the page. `name` is None if hdrcli has no simulation of it."""

    name: BrowserName | None
    version: str = Field(default="", max_length=100)


class PageRequest(BaseModel):
    """A request of the page, and what came of it. Empty `credentials` are the default: both modes."""

    method: str = Field(default="GET", max_length=100)
    path: str = Field(max_length=20_000)
    headers: list[tuple[str, str]] = Field(default=[], max_length=100)
    body: str | None = Field(default=None, max_length=1_000_000)
    credentials: list[Credentials] = Field(default=[], max_length=3)
    redirect: Literal["follow", "error", "manual"] = "follow"
    visitor: Visitor
    seen: list[Seen] = Field(default=[], max_length=3)


async def check_request(sent: PageRequest, base: str, page: str, transport: Transport) -> JSON:
    """The route of a report in JSON, its findings, and ways to repeat the request.

    Raises `UsageError` for a request that leads away from `base`, or cannot be carried out.
    """
    settings = _settings(sent, base, page)
    service, copies = await _checked(settings, OnlyOrigin(transport, base))
    compared = replace(service, routes=tuple(_with_visitor(route, sent) for route in service.routes))
    value = service_with_routes(compared, settings)
    return {
        "route": value["routes"][0],
        "findings": value["findings"],
        "copies": copies | {"hdrcli": _command(settings)},
    }


async def _checked(settings: Settings, transport: Transport) -> tuple[ServiceReport, dict[str, str]]:
    """The report on the service, and the request in the languages of `--export`."""
    collector = Collector()
    texts = {name.removeprefix("export_"): io.StringIO() for name in EXPORTS}
    exporters = [EXPORTS[f"export_{name}"](out, settings) for name, out in texts.items()]
    async with contextlib.aclosing(events(settings, transport)) as happening:
        async for event in happening:
            collector(event)
            if isinstance(event, RouteChecked):
                for export in exporters:
                    export(event)
    if collector.report is None:
        raise AssertionError("a run ends with RunEnded")
    return collector.report.services[0], {name: out.getvalue() for name, out in texts.items()}


def _settings(sent: PageRequest, base: str, page: str) -> Settings:
    url = read_url(base + sent.path)
    if not sent.path.startswith("/") or str(url.origin) != base:
        raise UsageError(f"The lab requests only {base}: give a path that begins with a slash.")
    return Settings(
        targets=(base + sent.path,),
        method=sent.method,
        headers=tuple(sent.headers),
        body=sent.body,
        credentials=tuple(sent.credentials),
        redirect=sent.redirect,
        origins=(page,),
        find_openapi=False,
        exchanges=True,
        timeout=TIMEOUT_SECONDS,
    )


def _with_visitor(route: RouteRecord, sent: PageRequest) -> RouteRecord:
    """The route, with what the visitor's browser made of the same fetches."""
    seen = {each.credentials: each for each in sent.seen}
    return replace(route, fetches=tuple(_next_to(fetch, seen.get(fetch.credentials), sent) for fetch in route.fetches))


def _next_to(fetch: FetchRecord, seen: Seen | None, sent: PageRequest) -> FetchRecord:
    if seen is None or fetch.browser != sent.visitor.name:
        return fetch
    result: dict[str, Any] = {"type": seen.type, "status": seen.status, "headers": seen.headers}
    if seen.late:
        result = {"late": True}
    elif seen.error is not None:
        result = {"error": seen.error}
    real = record(
        result,
        (),
        browser=fetch.browser,
        version=sent.visitor.version,
        executable="",
        timeout_seconds=TIMEOUT_SECONDS,
    )
    return replace(fetch, in_browser=real)


def _command(settings: Settings) -> str:
    """The `hdrcli check` that checks the same request, without secrets."""
    return shlex.join(["hdrcli", "check", redact_text(settings.targets[0]), *_options(settings)])


def _options(settings: Settings) -> Iterator[str]:
    if settings.method not in {None, "GET"}:
        yield from ("-X", str(settings.method))
    for header in settings.headers:
        name, value = redact_request_header(header)
        yield from ("-H", f"{name}: {value.strip()}")
    if settings.body is not None:
        yield from ("-d", redact_text(settings.body))
    yield from ("--origin", settings.origins[0])
    if settings.credentials:
        yield from ("--credentials", ",".join(settings.credentials))
    if settings.redirect != "follow":
        yield from ("--redirect", settings.redirect)


class OnlyOrigin:
    """A transport that sends requests to one origin, wherever redirects lead. See `hdrcli.wire.transport.Transport`."""

    def __init__(self, transport: Transport, origin: str) -> None:
        self._transport = transport
        self._origin = origin

    async def exchange(self, request: HTTPRequest) -> Received:
        """See `Transport`."""
        if str(request.url.origin) == self._origin:
            return await self._transport.exchange(request)
        return TransportFailure(
            failure=Failure.CONNECTION_FAILED,
            peer=request.url.authority,
            seen=f"the lab requests only {self._origin}",
        )

    async def aclose(self) -> None:
        """Leave the transport to whoever made it."""


def words() -> JSON:
    """The phrases and sentences of reports, by what they are for: the page has none of its own."""
    return {
        "clauses": {str(clause): texts for clause, texts in CLAUSES.items()},
        "failures": {str(failure): phrase for failure, phrase in FAILURES.items()},
        "modes": dict(MODES),
        "incidental": sorted(INCIDENTAL),
    }
