"""The one composition, and the library's front door: settings in, report out."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hdrcli.fetch import (
    USER_AGENTS,
    FetchParams,
    FilteredResponse,
    HTTPResponse,
    NetworkContext,
    NetworkError,
    Origin,
    UserAgent,
    fetch,
    new_request,
)
from hdrcli.fetch.request import CredentialsMode, Request
from hdrcli.fetch.safelist import normalize_method
from hdrcli.planning.probes import plan_comparison, plan_probes
from hdrcli.planning.routes import Route, cookie_store, mode_beside, plan, real_browsers, request_init
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import ConsoleMessage, FetchRecord, Probe, RouteRecord
from hdrcli.report.report import Report
from hdrcli.rules import RULES, find
from hdrcli.rules.finding import Context
from hdrcli.settings import Settings
from hdrcli.stacks import ANY, STACKS, Stack, recognise, stack_by_name
from hdrcli.verdict.expectations import unmet_expectations
from hdrcli.verdict.exposure import judge_headers
from hdrcli.wire.driver import Driver, Tell
from hdrcli.wire.network import NetworkTransport
from hdrcli.wire.tls import Certificates
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.browsers.page import RealBrowser


def check(settings: Settings, tell: Tell = lambda _: None) -> Report:
    """Ask for every URL as a page would, and report what JavaScript can read.

    `tell` is called with a few words on each step before it is taken, inside the event loop.
    Raises `UsageError` for settings that cannot be played; whatever the server or the network does is in the report.
    """
    return asyncio.run(check_async(settings, tell=tell))


async def check_async(settings: Settings, transport: Transport | None = None, tell: Tell = lambda _: None) -> Report:
    """As `check`, inside a running event loop, and over any transport, which stays open.

    `hdrcli.wire.over_httpx.HTTPXTransport` makes one of httpx's, for instance for an in-process ASGI app.
    """
    routes_to_check = plan(settings)
    selection, stack = _selection(settings), _stack(settings)
    if settings.in_browser and (settings.cacert or settings.cert):
        option = "--cacert" if settings.cacert else "--cert"
        raise UsageError(
            f"{option} does not go with --in-browser, as a real browser trusts and shows its own certificates: leave "
            "one of them out."
        )
    if transport is not None:
        if settings.in_browser:
            raise UsageError("in_browser needs a server on the network: a real browser uses no other transport.")
        routes = await _check_routes(settings, routes_to_check, Driver(transport, tell))
    else:
        certificates = Certificates(cacert=settings.cacert, cert=settings.cert, key=settings.key)
        network = NetworkTransport(
            timeout=settings.timeout, verify=settings.verify, certificates=certificates, http2=settings.http2
        )
        async with contextlib.aclosing(network), _real_browsers(settings, tell) as browsers:
            routes = await _check_routes(settings, routes_to_check, Driver(network, tell))
            pairs = zip(routes_to_check, routes, strict=True)
            routes = tuple([await _ask_browsers(settings, route, record, browsers, tell) for route, record in pairs])
    context = Context(
        default_page=not settings.origins,
        mode_beside=mode_beside(settings),
        expectations=settings.expectations,
    )
    findings = find(routes, context)
    return Report(
        routes=routes,
        findings=tuple(finding for finding in findings if selection(finding.code)),
        unmet=unmet_expectations(settings.expectations, routes),
        stack=stack or recognise(_answers(routes)),
        fail_on=settings.fail_on,
        fail_on_blocked=settings.fail_on_blocked,
        default_page=context.default_page,
        default_credentials=not settings.credentials,
    )


async def _check_routes(settings: Settings, routes: tuple[Route, ...], driver: Driver) -> tuple[RouteRecord, ...]:
    return tuple([await _check_route(settings, route, driver) for route in routes])


async def _check_route(settings: Settings, route: Route, driver: Driver) -> RouteRecord:
    fetches = tuple([await _fetch(settings, route, asking, driver) for asking in route.fetches])
    fetches = _with_quirks(fetches, settings, route)
    headers = judge_headers(fetches)
    planned = plan_probes(fetches, headers, default_page=not settings.origins) if settings.probe else ()
    if route.compared is not None:
        planned += plan_comparison(fetches, route.compared)
    # Who reads the answer that probes are compared with.
    answered = (asking for asking, record in zip(route.fetches, fetches, strict=True) if record.answer is not None)
    _, _, reader = next(answered, route.fetches[0])
    probes = [
        Probe(kind=probe.kind, origin=probe.origin, exchange=await driver.ask(probe.request, reader))
        for probe in planned
    ]
    return RouteRecord(
        method=normalize_method(settings.method),
        url=str(route.url.without_credentials()),
        fetches=fetches,
        headers=headers,
        probes=tuple(probes),
        left_out=route.left_out,
    )


def _answers(routes: tuple[RouteRecord, ...]) -> Iterator[HTTPResponse]:
    """Every answer that came, to fetches, preflights and probes alike."""
    for route in routes:
        exchanges = [exchange for fetch in route.fetches for exchange in fetch.exchanges]
        for exchange in [*exchanges, *(probe.exchange for probe in route.probes)]:
            if isinstance(exchange.response, HTTPResponse):
                yield exchange.response


def _selection(settings: Settings) -> Callable[[str], bool]:
    """Whether a rule's code is wanted. Raises `UsageError` for what no rule's code begins with."""
    for option, prefixes in (("--select", settings.select), ("--ignore", settings.ignore)):
        for prefix in prefixes:
            if not prefix:
                raise UsageError(f'{option} is empty: name a rule or its beginning, "hdrcli rules" lists them.')
            if not any(rule.CODE.startswith(prefix) for rule in RULES):
                raise UsageError(f'{option} "{prefix}" is the beginning of no rule: "hdrcli rules" lists them.')
    select, ignore = settings.select or ("",), settings.ignore
    return lambda code: code.startswith(select) and not code.startswith(ignore)


def _stack(settings: Settings) -> Stack | None:
    if settings.stack is None:
        return None
    stack = stack_by_name(settings.stack)
    if stack is None:
        names = ", ".join(known.name for known in (*STACKS, ANY))
        raise UsageError(f'--stack "{settings.stack}" is not known: choose one of {names}.')
    return stack


@contextlib.asynccontextmanager
async def _real_browsers(settings: Settings, tell: Tell) -> AsyncIterator[Mapping[str, RealBrowser]]:
    names = real_browsers(settings)
    if not names:
        yield {}
        return
    from hdrcli.browsers import running

    tell(f"starting {' and '.join(names)}")

    async with running(
        names, verify=settings.verify, third_party_cookies=settings.third_party_cookies != "block"
    ) as browsers:
        yield browsers


async def _ask_browsers(
    settings: Settings, route: Route, record: RouteRecord, browsers: Mapping[str, RealBrowser], tell: Tell
) -> RouteRecord:
    """Have the real browsers make the fetches that were played in their names, one at a time."""
    fetches = []
    for fetched in record.fetches:
        real = browsers.get(fetched.browser)
        if real is None:
            fetches.append(fetched)
            continue
        tell(f"{record.method} {record.url} in {fetched.browser}")
        init = request_init(settings, route.url, fetched.credentials)
        patience = settings.timeout * max(1, len(fetched.exchanges))  # which is meant for one exchange
        held = cookie_store(settings, route.url, USER_AGENTS[fetched.browser], time.time()).content
        # Playwright and WebDriver BiDi put a cookie where every page's fetches have it.
        cookies = [cookie for cookie in held if cookie.is_in_partition_of(fetched.page)]
        fetches.append(replace(fetched, in_browser=await real.fetch(fetched.page, init, cookies, patience)))
    return replace(record, fetches=tuple(fetches))


async def _fetch(
    settings: Settings,
    route: Route,
    asking: tuple[Origin, CredentialsMode, UserAgent],
    driver: Driver,
) -> FetchRecord:
    page, credentials, user_agent = asking
    request, context = _begin(settings, route, asking)
    result: FilteredResponse | NetworkError
    exchanges: tuple[Exchange, ...] = ()
    dropped: tuple[str, ...] = ()
    if isinstance(request, NetworkError):
        result = request
    else:
        dropped = request.dropped_header_names
        result, exchanges = await driver.play(fetch(FetchParams(request=request, context=context)), user_agent)
    record = FetchRecord(
        page=page,
        credentials=credentials,
        browser=user_agent.name,
        exchanges=exchanges,
        result=result,
        dropped_header_names=dropped,
        cookies=context.cookies.initial_verdicts,
        set_cookies=tuple(context.cookies.set_verdicts),
    )
    return replace(record, console=_console(record))


def _begin(
    settings: Settings,
    route: Route,
    asking: tuple[Origin, CredentialsMode, UserAgent],
) -> tuple[Request | NetworkError, NetworkContext]:
    page, credentials, user_agent = asking
    cookies = cookie_store(settings, route.url, user_agent, time.time())
    context = NetworkContext(
        user_agent=user_agent,
        cookies=cookies,
        clock=time.monotonic,
        has_client_certificate=settings.cert is not None,
    )
    return new_request(request_init(settings, route.url, credentials), page, user_agent), context


def _with_quirks(fetches: tuple[FetchRecord, ...], settings: Settings, route: Route) -> tuple[FetchRecord, ...]:
    if len({fetch.browser for fetch in fetches}) == 1:
        return fetches
    from hdrcli.verdict.quirks import with_quirks

    def begin(record: FetchRecord, user_agent: UserAgent) -> tuple[Request | NetworkError, NetworkContext]:
        return _begin(settings, route, (record.page, record.credentials, user_agent))

    return with_quirks(fetches, begin)


def _console(record: FetchRecord) -> tuple[ConsoleMessage, ...]:
    if record.outcome != "network-error":
        return ()
    from hdrcli.verdict.console import console_messages

    return console_messages(record)
