"""Checks the URL of one line, and says what came of it in one JSON object."""

from __future__ import annotations

import gc
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Final

from hdrcli.bulk.counts import NOT_A_URL, TIME_LIMIT
from hdrcli.bulk.lines import Line
from hdrcli.bulk.pace import Pace
from hdrcli.checking.run import run
from hdrcli.checking.time_limit import TimeLimit
from hdrcli.fetch import NetworkError
from hdrcli.fetch.url import URL
from hdrcli.planning.routes import Service, read_url, route_of, services_of
from hdrcli.records.errors import UsageError
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.report.events import RouteChecked, ServiceChecked
from hdrcli.report.totals import custom_headers
from hdrcli.reporters.finding_text import fix, title
from hdrcli.reporters.json_bounds import bounded
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.phrases import failure_sentence
from hdrcli.reporters.view import page_of, shown_text, shown_url, status_of
from hdrcli.settings import Settings
from hdrcli.stacks import ANY
from hdrcli.targets.url import url_of
from hdrcli.text.escaping import printable
from hdrcli.wire.configured import network_of, paced
from hdrcli.wire.tls import read_in_small_pieces
from hdrcli.wire.transport import Transport

Check = Callable[[Line], Awaitable[JSON]]
"""What a line that has a URL comes to. Never raises for what the server does."""

_MOST_NAMES: Final = 100
_is_host = re.compile(r"[^\s/?#@:]+(?:[/?#]\S*)?").fullmatch


def url_in(line: Line) -> URL:
    """The URL of a line; a bare host is an https URL. Raises `UsageError` for a line that has none."""
    if line.is_too_long:
        raise UsageError("The line is too long.")
    url = url_of(line.text)
    if url is None and _is_host(line.text):
        url = read_url(f"https://{line.text}")
    if url is None:
        raise UsageError("The line is not a URL.")
    return url.without_credentials()


@asynccontextmanager
async def checking(settings: Settings, pace: Pace) -> AsyncGenerator[Check]:
    """A block in which lines can be checked. Raises `UsageError` for settings that cannot be carried out."""
    seconds = pace.time_limit(settings)
    _save_memory()
    async with aclosing(network_of(settings)) as connections:
        network = paced(connections, settings, pace.rate_per_site)
        yield lambda line: check(line, url_in(line), settings, network, seconds)


def _save_memory() -> None:
    """Let this process check many targets in the memory of those that it checks at once.

    What they leave in reference cycles is looked for more often than the program does for one check, and only among
    objects that are made from here on.
    """
    read_in_small_pieces()
    if not gc.get_freeze_count():  # once: what is garbage by then stays
        gc.freeze()
    gc.set_threshold(50_000, 2, 5)


def invalid(line: Line, error: UsageError) -> JSON:
    """What a line comes to that has no URL."""
    return {**_value(line, "invalid"), "failure": NOT_A_URL, "problem": shown_text(error.message)}


async def check(line: Line, url: URL, settings: Settings, network: Transport, seconds: float) -> JSON:
    """What the URL of a line comes to, within so many seconds. Never raises for what the server does."""
    (service,) = services_of([route_of(url, settings, f"line {line.number}")], settings)
    limit = TimeLimit(seconds)
    route: RouteRecord | None = None
    value = _value(line, "incomplete")
    async for event in run(_only(service), settings, network, limit):
        if isinstance(event, RouteChecked):
            route = event.route
        elif isinstance(event, ServiceChecked):
            value |= _of_service(event)
    if route is None:
        problem = f"The time limit of {seconds:g} s was reached."
        return {**value, "outcome": "incomplete", "failure": TIME_LIMIT, "problem": problem}
    return {**value, **_of_route(route)}


async def _only(service: Service) -> AsyncIterator[Service]:
    yield service


def _value(line: Line, outcome: str) -> JSON:
    return {
        "line": line.number,
        "target": shown_url(printable(line.text)),
        "outcome": outcome,
        "failure": None,
        "problem": None,
        "page": None,
        "status": None,
        "blocked": None,
        "readable": [],
        "hidden": [],
        "stack": None,
        "requests": 0,
        "findings": [],
    }


def _of_service(event: ServiceChecked) -> JSON:
    return {
        "outcome": "unreachable" if event.is_unreachable else "checked" if event.requests else "invalid",
        "stack": None if event.stack is ANY else event.stack.name,
        "requests": event.requests,
        "findings": [
            bounded(
                {
                    "code": finding.code,
                    "severity": str(finding.severity),
                    "title": title(finding),
                    "subjects": [*map(shown_text, finding.subjects)],
                    "fix": " ".join([fixed.sentence, *fixed.lines]),
                }
            )
            for finding in event.findings
            for fixed in (fix(finding, event.stack),)
        ],
    }


def _of_route(route: RouteRecord) -> JSON:
    wanted = [fetch for fetch in route.fetches if not fetch.caller.for_comparison]
    custom = custom_headers(route)
    failure = None if any(fetch.response is not None for fetch in wanted) else _failure(wanted)
    return {
        "page": page_of(wanted[0]),
        "status": next((status_of(fetch) for fetch in wanted if fetch.response is not None), None),
        "blocked": any(isinstance(fetch.result, NetworkError) for fetch in wanted),
        "failure": None if failure is None else str(failure.failure),
        "problem": None if failure is None else failure_sentence(failure),
        "readable": [shown_text(header.name) for header, is_readable in custom if is_readable][:_MOST_NAMES],
        "hidden": [shown_text(header.name) for header, is_readable in custom if not is_readable][:_MOST_NAMES],
    }


def _failure(fetches: list[FetchRecord]) -> NetworkError | None:
    return next((fetch.result for fetch in fetches if isinstance(fetch.result, NetworkError)), None)
