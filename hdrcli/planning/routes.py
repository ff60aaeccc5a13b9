"""Routes and services. What cannot be checked is refused here, before anything is sent."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from hdrcli.fetch import parse_url
from hdrcli.fetch.headers import is_token
from hdrcli.fetch.request import CredentialsMode
from hdrcli.fetch.safelist import SAFE_METHODS
from hdrcli.fetch.url import MAX_PORT, URL
from hdrcli.planning.page_request import body_of, check_page_request, headers_of, method_of
from hdrcli.planning.sent_headers import check_sent_headers
from hdrcli.records.errors import UsageError
from hdrcli.records.exchange import Exchange
from hdrcli.records.location import SourceMap
from hdrcli.records.route import RouteRecord, SkippedRoute
from hdrcli.settings import Settings
from hdrcli.settings.contract import Expectation
from hdrcli.structs import Record
from hdrcli.text.redaction import redact_text
from hdrcli.verdict.expectations import is_pattern, names_match
from hdrcli.verdict.patterns import compiled
from hdrcli.wire.transport import Transport

if TYPE_CHECKING:
    from hdrcli.profiles.profile import Profile

ARGUMENT: Final = "argument"
"""The source of a route that the user named."""

_SUCH_AS: Final = "http://localhost:8000/items"
_unset_host = re.compile(
    r"\s*https?:[/\\]{2}(?:[^/\\?#]*@)?+(?:[/\\:?#]|\s*\Z|[^/\\?#]*(?:\$\w|[$%{]?\{|%\w+%|<))", re.IGNORECASE
).match
"""A URL without a host, or with the name of a variable in its place: ${HOST}, $HOST, {host}, %HOST%, <host>."""
_port = re.compile(r"\s*https?://[^/?#\\]*:0*([0-9]+)(?:[/?#\\]|\s*\Z)", re.IGNORECASE).match


class Route(Record, frozen=True, kw_only=True):
    """One request of a page to check; `source` says where it comes from, such as "argument" or "urls.txt line 4".

    `headers` and `body` are the page's. With `preflight_only`, the request itself is not sent.

    The other fields are for a request that somebody made before. `pages` (origins), `credentials` and `browsers` count
    where the settings name none; `cookies` are stored in addition to theirs. `transport` has the exchanges that were
    recorded of this route. `has_permission` says that the browser sent the request without a recorded preflight: it had
    permission. `expectations` are about this route, in addition to those of the settings. `step` is the name of a
    profile's step, `body_wanted` how many bytes of the response's body are needed.
    """

    not_in_repr: ClassVar = frozenset({"cookies"})

    method: str
    url: URL
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    preflight_only: bool = False
    source: str = ARGUMENT
    pages: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    credentials: tuple[CredentialsMode, ...] = ()
    browsers: tuple[str, ...] = ()
    transport: Transport | None = None
    has_permission: bool = False
    expectations: tuple[Expectation, ...] = ()
    step: str = ""
    body_wanted: int = 0


class Sequence(Protocol):
    """Routes that are checked one after the other, as a response decides about the requests that follow.

    `skipped` are those of the planned routes that were not to be checked after all.
    """

    skipped: tuple[SkippedRoute, ...]

    def routes(self) -> Generator[Route, RouteRecord, None]:
        """Yield each route, and take its record."""
        ...


class Live(Protocol):
    """Routes of requests that others send while the run goes on, until they are stopped."""

    def routes(self) -> AsyncGenerator[Route]:
        """Yield each route when its request was made."""
        ...

    def takes(self, route: Route, record: RouteRecord) -> bool:
        """Whether a record is to be reported: that of a preflight that succeeds is not, as its request follows."""
        ...

    def limits(self) -> Iterator[str]:
        """Sentences on what was not judged, at the end."""
        ...


class Service(Record, frozen=True, kw_only=True):
    """The routes of one service, which share a connection pool, a CORS configuration and their findings.

    `name` is what the report calls it, such as the origin of its URLs. `transport` reaches it where the network does
    not, and is closed by whoever made it. `compared` is the URL that leads to the same service by another way.
    `document` is the exchange that brought its OpenAPI document, or what was there instead, if that was requested;
    `requests` is how many requests were sent to find out what there is to check.
    `skipped` are routes that are not checked, `limits` sentences on what a target of this kind cannot show, `problem`
    a sentence on why the service has no routes: it could not be started, for instance. Without `probes`, nothing is
    sent but the fetches, and by no real browser: the service is a recording. `settings` hold instead of the run's, as
    far as they are about the page. `bound` are the names, in lower case, of the headers that only the origins in `home`
    get, wherever routes and redirects lead. `stack` is the name of its stack, where that is known from more than its
    responses, and `source` finds places in its source. With a `sequence`, its routes are checked instead of `routes`,
    which are then only planned; they are the steps of `profile`. With `live`, its routes are known only when they come.
    """

    name: str
    routes: abc.Sequence[Route]
    transport: Transport | None = None
    compared: URL | None = None
    document: Exchange | None = None
    requests: int = 0
    skipped: tuple[SkippedRoute, ...] = ()
    limits: tuple[str, ...] = ()
    problem: str = ""
    probes: bool = True
    settings: Settings | None = None
    bound: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    stack: str = ""
    source: SourceMap | None = None
    sequence: Sequence | None = None
    profile: Profile | None = None
    live: Live | None = None


def route_of(url: URL, settings: Settings, source: str = ARGUMENT) -> Route:
    """The request that the settings describe, to this URL."""
    return Route(
        method=method_of(settings),
        url=url,
        headers=headers_of(settings),
        body=body_of(settings),
        source=source,
    )


def services_of(routes: Iterable[Route], settings: Settings) -> tuple[Service, ...]:
    """The services of routes, in order of appearance: one for each origin, each route once.

    Raises `UsageError` if `--compare` does not go with these routes.
    """
    routes = dict.fromkeys(routes)
    compared = _compared(settings, [route.url for route in routes])
    by_origin: dict[str, list[Route]] = {}
    for route in routes:
        by_origin.setdefault(str(route.url.origin), []).append(route)
    return tuple(Service(name=origin, routes=tuple(routes), compared=compared) for origin, routes in by_origin.items())


def check_settings(settings: Settings) -> None:
    """Raise `UsageError` for texts that are not what they should be, and for settings that contradict."""
    patterns = (*(each.route for each in settings.contract), *(each.route for each in settings.ignored))
    for pattern in filter(None, patterns):
        try:
            compiled(pattern)
        except ValueError as error:
            raise UsageError(f'"{pattern}" {error}') from None
    _check_expectations(settings.expectations)
    _check_writes(settings)
    check_page_request(settings)
    check_sent_headers(settings)


def _check_writes(settings: Settings) -> None:
    """Raise `UsageError` if writes are to be sent and not to be sent."""
    for option, is_given in (
        ("--repeat-writes", settings.repeat_writes),
        ("--include-unsafe", settings.include_unsafe),
    ):
        if is_given and settings.preflight_only:
            raise UsageError(f"contradicts {option}: omit one.", option="--preflight-only")


def _check_expectations(expectations: Iterable[Expectation]) -> None:
    """Raise `UsageError` for what is not a header name, and for expectations that cannot be met together."""
    expected: list[Expectation] = []
    for expectation in expectations:
        if expectation.verdict in {"status", "blocked"}:
            continue
        name, option = expectation.name, f"--expect-{expectation.verdict}"
        if not is_token(name.replace("?", "*")):
            raise UsageError(f'"{name}" is not a header name: write it without the colon.', option=option)
        other = next((each for each in expected if _contradict(expectation, each)), None)
        if other is not None:
            raise UsageError(f'"{name}" contradicts --expect-{other.verdict} "{other.name}": omit one.', option=option)
        expected.append(expectation)


def _contradict(one: Expectation, other: Expectation) -> bool:
    """Whether no response can meet both. A pattern demands nothing of headers that are not sent."""
    if one.route != other.route or one.verdict == other.verdict:
        return False
    for pattern, named in ((one, other), (other, one)):
        if is_pattern(pattern.name) and not is_pattern(named.name):
            return named.verdict != "absent" and names_match(pattern.name, named.name)
    return one.name.lower() == other.name.lower()


def read_url(text: str, option: str = "") -> URL:
    """The http or https URL that a text is, or the value of an option; raises `UsageError` if it is none."""
    if not text.strip():
        purpose = "compare with" if option else "check"
        subject = "" if option else "The URL "
        raise UsageError(f"{subject}is empty: give the URL to {purpose}, such as {_SUCH_AS}.", option=option)
    shown = f'"{redact_text(text)}"'
    check_host(text, option)
    url = parse_url(text)
    if url is None or not url.is_http:
        if _has_port_out_of_range(text):
            raise UsageError(f"{shown}: the port is out of range, the highest is {MAX_PORT}.", option=option)
        raise UsageError(f"{shown} is not an http or https URL: write it in full, such as {_SUCH_AS}.", option=option)
    return url


def check_host(text: str, option: str) -> None:
    """Raise `UsageError` if a URL or an origin has no host, or a variable's name in its place."""
    if _unset_host(text):
        raise UsageError(f'"{redact_text(text)}" does not name a host: is a variable not set?', option=option)


def _has_port_out_of_range(text: str) -> bool:
    port = _port(text)
    return port is not None and int(port[1][:6]) > MAX_PORT


def _compared(settings: Settings, urls: abc.Sequence[URL]) -> URL | None:
    if settings.compare is None:
        return None
    method = method_of(settings)
    if method not in SAFE_METHODS:
        raise UsageError(
            f"sends the request twice, which is not safe for {method}: use a GET request.", option="--compare"
        )
    compared = read_url(settings.compare, "--compare").without_credentials().with_fragment(None)
    if [compared] == [url.without_credentials().with_fragment(None) for url in urls]:
        raise UsageError(f'"{compared}" is the URL to check: give the URL that bypasses the proxy.', option="--compare")
    if len(urls) > 1:
        raise UsageError("takes a single URL to check: run one check for each URL.", option="--compare")
    return compared
