"""The services of `--hdrcli-openapi`, open for as long as their tests run, and a test for each route and page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from hdrcli.fetch import TransportFailure, parse_url
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.fetch.url import URL
from hdrcli.inspection import check_targets, refuse
from hdrcli.planning.callers import default_page
from hdrcli.planning.page_request import headers_of
from hdrcli.planning.pages import parse_page
from hdrcli.planning.routes import ARGUMENT, Route, Service
from hdrcli.pytest_plugin.checked import Checked, without_test_files
from hdrcli.records.errors import UsageError
from hdrcli.reporters.view import shown_path, shown_text
from hdrcli.settings import Settings
from hdrcli.structs import Record, replace
from hdrcli.targets import open_services, read_targets
from hdrcli.targets.planned import Planned
from hdrcli.targets.reading import file_named
from hdrcli.text.escaping import printable
from hdrcli.text.secrets import secrets_shown
from hdrcli.verdict.failures import transport_sentence
from hdrcli.verdict.patterns import matches
from hdrcli.wire.configured import network_of

_DOCUMENTS: Final = (".json", ".yaml", ".yml")


class Case(Record, frozen=True, kw_only=True):
    """One test: a route of a service, called from the page of one origin.

    Without a service, there is nothing to check: it is `skipped` for a reason, or it fails with `problem`.
    """

    name: str
    service: Service | None = None
    settings: Settings
    skipped: str = ""
    problem: str = ""


class Opened:
    """The services of these words, which are opened by `cases`, and closed by `close`: an app starts and stops once.

    All of it runs in one event loop, which goes on with each call.
    """

    def __init__(self, words: Sequence[str], settings: Settings) -> None:
        self._words = words
        self._settings = settings
        self._runner = asyncio.Runner()
        self._stack = contextlib.AsyncExitStack()

    def cases(self) -> list[Case]:
        """All tests, in the order of the words and of the services' routes.

        Raises `UsageError` for what cannot be checked, and if there is nothing to check.
        """
        settings = self._settings
        for is_given, option in (
            (settings.baseline_update, "--baseline-update"),
            (settings.baseline_prune, "--baseline-prune"),
            (settings.launch is not None, "--launch"),
        ):
            if is_given:
                raise UsageError("does not go with tests of single routes: use hdrcli check.", option=option)
        with secrets_shown(settings.show_secrets, settings.secrets):
            services = [service for word in self._words for service in self._runner.run(self._open(word))]
            cases = [case for service in services for case in _cases_of(service, settings, is_named=len(services) > 1)]
            if not any(case.service is not None for case in cases):
                reasons = [f"{case.name}: {case.skipped}" for case in cases[:3]]
                raise UsageError(". ".join(["There is no route to check", *reasons]))
            return _with_distinct_names([*cases, *_without_route(services, settings)])

    def check(self, case: Case, test_files: Collection[Path]) -> None:
        """Run a test: raises `AssertionError` with what `hdrcli check` would fail for, and `UsageError`."""
        __tracebackhide__ = True
        if case.service is None:
            raise AssertionError(case.problem)
        with secrets_shown(case.settings.show_secrets, case.settings.secrets):
            report = self._runner.run(check_targets(case.settings, (Planned((case.service,)),)))
            Checked(without_test_files(report, test_files), case.settings).assert_ok()

    def close(self) -> None:
        """Stop the apps, and close the connections."""
        with self._runner:
            self._runner.run(self._stack.aclose())

    async def _open(self, word: str) -> list[Service]:
        settings = _settings_for(word, self._settings)
        refuse(settings)
        targets = read_targets(settings)
        network = await self._stack.enter_async_context(contextlib.aclosing(network_of(settings)))
        opening = await self._stack.enter_async_context(contextlib.aclosing(open_services(targets, network)))
        services: list[Service] = []
        async for service in opening:
            if service.problem:
                raise UsageError(f"{shown_text(service.name)}: {service.problem}")
            services.append(_with_routes_of_contract(service, settings))
            if service.transport is not None:
                break  # an app, which stops when its target goes on
        return services


def _settings_for(word: str, settings: Settings) -> Settings:
    """The settings with this word as the only target; the target of a document in a file is its server."""
    if not word.lower().endswith(_DOCUMENTS) or file_named(word) is None:
        return replace(settings, targets=(word,))
    from hdrcli.targets.openapi.files import document_of_file

    document = document_of_file(word)
    servers = filter(None, map(parse_url, document.servers(document.root)))
    server = settings.server or next((str(url) for url in servers if url.is_http), None)
    if server is None:
        raise UsageError(f'"{word}" names no server: set HDRCLI_SERVER to its URL.')
    return replace(settings, targets=(server,), openapi=word)


def _with_routes_of_contract(service: Service, settings: Settings) -> Service:
    """The service with the routes that the configuration names without a wildcard, if its document lacks them.

    A target that is a route itself has no others. Raises `UsageError` for a URL without a document.
    """
    if any(route.source == ARGUMENT and route.url.path != "/" for route in service.routes):
        return service
    settings = service.settings or settings
    found = [route for route in service.routes if route.source != ARGUMENT]
    base = service.routes[0].url if service.routes else parse_url(settings.base_url)
    for pattern in dict.fromkeys(each.route for each in settings.contract):
        method, _, path = pattern.partition(" ")
        if base is None or not path.startswith("/") or {"*", "{"} & {*pattern}:
            continue
        if not any(matches(pattern, route.method, str(route.url)) for route in found):
            found.append(_route(method.upper(), path, base, settings))
    if not found and service.transport is None and not service.skipped:
        raise UsageError(_without_document(service))
    return replace(service, routes=found or service.routes)


def _without_document(service: Service) -> str:
    name = shown_text(service.name)
    if service.document is not None and isinstance(service.document.response, TransportFailure):
        return f"{name}: {transport_sentence(service.document.response)}"
    return f"{name} has no OpenAPI document at its usual places: set HDRCLI_OPENAPI to its URL or file."


def _route(method: str, path: str, base: URL, settings: Settings) -> Route:
    url = parse_url(path, base)
    if url is None:
        raise UsageError(f'"{method} {path}" has no URL.')
    is_sent = method in SAFE_METHODS or settings.include_unsafe
    return Route(method=method, url=url, headers=headers_of(settings), preflight_only=not is_sent)


def _cases_of(service: Service, settings: Settings, *, is_named: bool) -> Iterator[Case]:
    """The tests of a service; its name is part of theirs if there are several services."""
    own = service.settings or settings
    prefix = f"{shown_text(service.name)} " if is_named else ""
    for route in service.routes:
        pages = [str(parse_page(origin)) for origin in own.origins or route.pages] or [str(default_page(route.url))]
        # The test names the route: a response that shows nothing, such as 404, is its failure.
        only = replace(service, routes=(replace(route, source=ARGUMENT),), skipped=())
        contract = tuple(each for each in own.contract if matches(each.route, route.method, str(route.url)))
        for page in dict.fromkeys(pages):
            its_own = replace(own, contract=contract, origins=(page,) if own.origins or route.pages else ())
            yield Case(
                name=printable(f"{prefix}{route.method} {shown_path(str(route.url))} [{page}]"),
                service=replace(only, settings=its_own),
                settings=its_own,
            )
    for skipped in service.skipped:
        name = printable(f"{prefix}{skipped.method} {shown_text(skipped.path)}")
        yield Case(name=name, settings=settings, skipped=printable(skipped.reason))


def _without_route(services: Sequence[Service], settings: Settings) -> Iterator[Case]:
    """The tests of patterns of the configuration that no route has."""
    routes = [(route.method, str(route.url)) for service in services for route in service.routes]
    for pattern in dict.fromkeys(each.route for each in settings.contract):
        if not any(matches(pattern, method, url) for method, url in routes):
            problem = f'The configuration expects something of "{pattern}", but no route matches it.'
            yield Case(name=printable(pattern), settings=settings, problem=printable(problem))


def _with_distinct_names(cases: Sequence[Case]) -> list[Case]:
    """The cases, those that have the name of an earlier one with a number, which precedes the page: that ends an id."""
    taken: dict[str, int] = {}
    distinct = []
    for case in cases:
        taken[case.name] = number = taken.get(case.name, 0) + 1
        route, bracket, page = case.name.partition(" [")
        distinct.append(case if number == 1 else replace(case, name=f"{route} ({number}){bracket}{page}"))
    return distinct
