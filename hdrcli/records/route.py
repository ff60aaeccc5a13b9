"""The facts recorded of a route: its fetches, its headers, its probes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hdrcli.fetch import CookieVerdict, FilteredResponse, HTTPResponse, NetworkError, Origin
from hdrcli.fetch.headers import Header
from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.exchange import Exchange
from hdrcli.records.verdict import HeaderRecord
from hdrcli.settings import Expectation

Outcome = Literal["readable", "opaque", "network-error"]
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
class ConsoleMessage:
    """What one browser reports for a failed fetch (see `hdrcli.verdict.console`).

    `text` is the message in its console, cut to the part that is always the same and its values, and empty if there is
    none; `name` is the browser's name for the message, empty if it has none; `error` is the error that JavaScript gets.
    """

    browser: str
    name: str
    text: str
    error: str


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

    `console` are the simulated browser's messages for a failed fetch, or those of all browsers if it is the standard.
    `quirks` are the fields of `UserAgent` that made this browser's result differ from the others'.
    `cookies` says whether those that the browser held were sent, `set_cookies` whether those of answers were stored.
    `in_browser` is the same call in the real browser, where that was asked for.
    """

    page: Origin
    credentials: CredentialsMode
    browser: str
    exchanges: tuple[Exchange, ...]
    result: FilteredResponse | NetworkError
    dropped_header_names: tuple[str, ...]
    console: tuple[ConsoleMessage, ...] = ()
    quirks: tuple[str, ...] = ()
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
