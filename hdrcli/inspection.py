"""The one composition, and the library's front door: settings in, report out."""

from __future__ import annotations

import asyncio
import time

from hdrcli.driver import Driver
from hdrcli.expectations import unmet_expectations
from hdrcli.exposure import judge_headers
from hdrcli.fetch import STANDARD, CookieStore, FetchParams, NetworkContext, NetworkError, Origin, fetch, new_request
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import normalize_method
from hdrcli.model import FetchRecord, Report, RouteRecord, Settings
from hdrcli.plan import Route, plan, request_init
from hdrcli.wire.network import NetworkTransport
from hdrcli.wire.transport import Transport


def check(settings: Settings) -> Report:
    """Ask for every URL as a page would, and report what JavaScript can read.

    Raises `UsageError` for settings that cannot be played; whatever the server or the network does is in the report.
    """
    return asyncio.run(check_async(settings))


async def check_async(settings: Settings, transport: Transport | None = None) -> Report:
    """As `check`, inside a running event loop, and over any transport: `HTTPXTransport` makes one of httpx's."""
    routes_to_check = plan(settings)
    if transport is None:
        transport = NetworkTransport(timeout=settings.timeout, verify=settings.verify)
    try:
        driver = Driver(transport)
        routes = tuple([await _check_route(settings, route, driver) for route in routes_to_check])
    finally:
        await transport.aclose()
    return Report(
        routes=routes,
        unmet=unmet_expectations(settings.expectations, routes),
        fail_on_blocked=settings.fail_on_blocked,
        default_page=not settings.origins,
        default_credentials=not settings.credentials,
    )


async def _check_route(settings: Settings, route: Route, driver: Driver) -> RouteRecord:
    fetches = tuple([await _fetch(settings, route, page, mode, driver) for page, mode in route.fetches])
    return RouteRecord(
        method=normalize_method(settings.method),
        url=str(route.url.without_credentials()),
        fetches=fetches,
        headers=judge_headers(fetches),
    )


async def _fetch(
    settings: Settings,
    route: Route,
    page: Origin,
    credentials: CredentialsMode,
    driver: Driver,
) -> FetchRecord:
    request = new_request(request_init(settings, route.url, credentials), page)
    if isinstance(request, NetworkError):
        return FetchRecord(
            page=page,
            credentials=credentials,
            browser=STANDARD.name,
            exchanges=(),
            result=request,
            dropped_header_names=(),
        )
    context = NetworkContext(
        user_agent=STANDARD,
        cookies=CookieStore(cookies=route.cookies),
        clock=time.monotonic,
    )
    result, exchanges = await driver.play(fetch(FetchParams(request=request, context=context)))
    return FetchRecord(
        page=page,
        credentials=credentials,
        browser=STANDARD.name,
        exchanges=exchanges,
        result=result,
        dropped_header_names=request.dropped_header_names,
    )
