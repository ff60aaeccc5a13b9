"""The facts that hdrcli gathers, as frozen values, and the few errors and exit statuses there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from hdrcli.fetch import (
    FilteredResponse,
    HTTPRequest,
    HTTPResponse,
    NetworkError,
    Origin,
    TransportFailure,
)
from hdrcli.fetch.request import CredentialsMode, Mode, RedirectMode

FailOn = Literal["error", "warning", "advice", "never"]
Outcome = Literal["readable", "opaque", "network-error"]


class ExitStatus(IntEnum):
    """What a shell is told; see the table in README.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    BUG = 70
    INTERRUPTED = 130


class UsageError(Exception):
    """What was asked for cannot be done as it was asked: the message names the input and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a `--expect-…` option demands of a response header, on every route and in every fetch."""

    verdict: Literal["readable", "hidden", "absent"]
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What to check, and how a page would ask for it.

    `headers` and `body` are what the page gives to `fetch()`, `cookies` ("n=v") what the browser holds for the URLs'
    hosts. Empty `origins`, `credentials` and `browsers` mean the defaults (see `hdrcli.plan`). `timeout` is in seconds,
    for one exchange up to the end of the answer's head. `select` and `ignore` are rule codes or their beginnings;
    without `probe` nothing is asked beside the fetches; `stack` is a name of `hdrcli.stacks`, None to recognise it.
    `compare` is where the one URL is served without what stands before it: the same request is put to it, too.
    """

    urls: tuple[str, ...]
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    origins: tuple[str, ...] = ()
    credentials: tuple[CredentialsMode, ...] = ()
    browsers: tuple[str, ...] = ()
    mode: Mode = "cors"
    redirect: RedirectMode = "follow"
    cookies: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    fail_on_blocked: bool = False
    fail_on: FailOn = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    probe: bool = True
    stack: str | None = None
    compare: str | None = None
    timeout: float = 10.0
    verify: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request, and the answer or the failure that it met."""

    request: HTTPRequest
    response: HTTPResponse | TransportFailure


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One call of `fetch()` by a page: what went over the wire, and what JavaScript got."""

    page: Origin
    credentials: CredentialsMode
    browser: str
    exchanges: tuple[Exchange, ...]
    result: FilteredResponse | NetworkError
    dropped_header_names: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Whether the page got a response, and may read it."""
        if isinstance(self.result, NetworkError):
            return "network-error"
        return "readable" if self.result.type in {"basic", "cors"} else "opaque"

    @property
    def own_exchange(self) -> Exchange | None:
        """The first request to the fetch's own URL, preflights aside; None when none was sent."""
        return next((exchange for exchange in self.exchanges if exchange.request.purpose == "request"), None)

    @property
    def answer(self) -> HTTPResponse | None:
        """The last answer to the request itself, preflights aside; None when none came."""
        for exchange in reversed(self.exchanges):
            if exchange.request.purpose == "request" and isinstance(exchange.response, HTTPResponse):
                return exchange.response
        return None


class Clause(StrEnum):
    """By which clause of the standard a response header is readable or hidden."""

    SAFELISTED = "safelisted"
    LISTED = "listed"
    WILDCARD = "wildcard"
    SAME_ORIGIN = "same-origin"

    NOT_LISTED = "not-listed"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    FORBIDDEN = "forbidden"
    LIST_VOID = "list-void"
    LINES_HIDDEN = "lines-hidden"
    OPAQUE = "opaque"
    BLOCKED = "blocked"

    LISTED_NOT_SENT = "listed-not-sent"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderVerdict:
    """What one fetch makes of one response header: `values` are the raw lines' values, in order; none if not sent."""

    values: tuple[str, ...]
    readable: bool
    clause: Clause
    detail: str

    @property
    def sent(self) -> bool:
        """Whether the header is on the wire."""
        return bool(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRecord:
    """One response header of a route; `verdicts` are parallel to the route's fetches.

    `name` is as the server first wrote it; `custom` means that it is no registered HTTP field name.
    """

    name: str
    custom: bool
    verdicts: tuple[HeaderVerdict, ...]


ProbeKind = Literal[
    "no-origin",
    "foreign-origin",
    "null-origin",
    "lookalike-origin",
    "origin-variant",
    "preflight",
    "unknown-path",
    "get",
    "identity",
    "openapi",
    "compare",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question beside the fetches; `origin` is the `Origin` it carried, None for none."""

    kind: ProbeKind
    origin: str | None
    exchange: Exchange

    @property
    def answer(self) -> HTTPResponse | None:
        """The answer's head, if one came."""
        response = self.exchange.response
        return response if isinstance(response, HTTPResponse) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRecord:
    """All fetches of one method and URL, what they make of each response header, and what was asked beside them."""

    method: str
    url: str
    fetches: tuple[FetchRecord, ...]
    headers: tuple[HeaderRecord, ...]
    probes: tuple[Probe, ...] = ()

    def probed(self, kind: ProbeKind) -> Probe | None:
        """The first probe of a kind."""
        return next((probe for probe in self.probes if probe.kind == kind), None)


def model_of_probes(fetches: Sequence[FetchRecord]) -> Exchange | None:
    """The exchange whose request the probes are worded after: the own one of the first fetch that was answered."""
    return next((fetch.own_exchange for fetch in fetches if fetch.answer is not None), None)


def model_of_comparison(fetches: Sequence[FetchRecord]) -> Exchange | None:
    """The exchange whose request is put to another URL, too: as `model_of_probes`, or the preflight that ended it."""
    first = next((exchange for fetch in fetches for exchange in fetch.exchanges), None)
    return model_of_probes(fetches) or first


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetExpectation:
    """An expectation that a route does not meet, and why: one sentence."""

    expectation: Expectation
    route: RouteRecord
    reason: str
