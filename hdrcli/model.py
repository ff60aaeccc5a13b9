"""The facts that hdrcli gathers, as frozen values, and the few errors and exit statuses there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal

from hdrcli.fetch import (
    CookieVerdict,
    FilteredResponse,
    HTTPRequest,
    HTTPResponse,
    NetworkError,
    Origin,
    TransportFailure,
)
from hdrcli.fetch.headers import Header
from hdrcli.fetch.request import CredentialsMode
from hdrcli.settings import Expectation

Outcome = Literal["readable", "opaque", "network-error"]
RawHeadEnd = Literal["whole", "cut off", "too large"]


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
class RawHead:
    """An answer's heads, byte for byte: those of 1xx answers, and the final one, with the empty lines at their ends.

    The last one is "cut off" by the end of the connection (there may be nothing of it), or goes on and is "too large".
    `body` is what came behind it, as far as the request asked for it, without transfer coding.
    """

    heads: tuple[bytes, ...]
    end: RawHeadEnd
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One HTTP request, and the answer or the failure that it met, as one browser reads it.

    `interim` are the 1xx answers that came before, `raw` is what came as bytes, if the transport has them.
    """

    request: HTTPRequest
    response: HTTPResponse | TransportFailure
    interim: tuple[HTTPResponse, ...] = ()
    raw: RawHead | None = None

    @property
    def received(self) -> RawHead | HTTPResponse | TransportFailure:
        """One object for each request that was sent, however many browsers read the answer in their own ways."""
        return self.response if self.raw is None else self.raw


Received = Exchange | HTTPResponse | TransportFailure
"""What a transport hands over: the exchange as the standard has it read, with its bytes for who reads them otherwise;
or else what another parser has made of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one browser says of a failed fetch (see `hdrcli.console`).

    `text` is what its console says, cut to what is always the same and the values therein, and empty where it says
    nothing; `name` what the browser calls it, empty where it has no name; `javascript` the error that the page gets.
    """

    browser: str
    name: str
    text: str
    javascript: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRecord:
    """What a real browser's `fetch()` gave to the page, in the browser's own words.

    `headers` are as JavaScript iterates them; `error` is what `fetch()` was rejected with, `type` is then "error" and
    `status` 0. "unsettled" says that neither had come when hdrcli stopped waiting. `program` is where the browser is.
    """

    browser: str
    version: str
    program: str
    outcome: Outcome | Literal["unsettled"]
    type: str
    status: int
    headers: tuple[Header, ...]
    error: str
    console: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # each is one of its kind, and may hold 60,000 headers
class FetchRecord:
    """One call of `fetch()` by a page: what went over the wire, and what JavaScript got.

    `words` are those of the browser that was played, or of each browser where the standard was; none unless it failed.
    `departures` are the fields of `UserAgent` that made this browser come to another end than the others.
    `cookies` says whether those that the browser held were sent, `set_cookies` whether those of answers were stored.
    `in_browser` is the same call in the real browser, where that was asked for.
    """

    page: Origin
    credentials: CredentialsMode
    browser: str
    exchanges: tuple[Exchange, ...]
    result: FilteredResponse | NetworkError
    dropped_header_names: tuple[str, ...]
    words: tuple[Words, ...] = ()
    departures: tuple[str, ...] = ()
    cookies: tuple[CookieVerdict, ...] = ()
    set_cookies: tuple[CookieVerdict, ...] = ()
    in_browser: BrowserRecord | None = None

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
    VALUE_HIDDEN = "value-hidden"
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
class LeftOut:
    """A browser that nobody asked for by name, and whose fetches for a page were not played: `reason` is a clause."""

    browser: str
    page: Origin
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRecord:
    """All fetches of one method and URL, what they make of each response header, and what was asked beside them."""

    method: str
    url: str
    fetches: tuple[FetchRecord, ...]
    headers: tuple[HeaderRecord, ...]
    probes: tuple[Probe, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

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
    """An expectation that a route does not meet, and why: one sentence.

    `holds_in_a_mode` says that all fetches with some credentials mode meet it.
    """

    expectation: Expectation
    route: RouteRecord
    reason: str
    holds_in_a_mode: bool
