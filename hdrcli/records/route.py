"""The facts recorded of a route: its fetches, its headers, its probes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from hdrcli.fetch import CookieVerdict, FilteredResponse, HTTPRequest, HTTPResponse, NetworkError, Origin
from hdrcli.fetch.headers import Header
from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.exchange import Exchange
from hdrcli.records.location import Raised
from hdrcli.records.verdict import HeaderRecord
from hdrcli.settings.contract import Expectation
from hdrcli.structs import Record

Outcome = Literal["readable", "opaque", "network-error"]
ProbeKind = Literal[
    "no-origin",
    "foreign-origin",
    "null-origin",
    "lookalike-origin",
    "origin-variant",
    "usual-origin",
    "preflight",
    "refused-again",
    "without-preflight",
    "simpler-preflight",
    "uncached",
    "unknown-path",
    "redirect-target",
    "root",
    "get",
    "identity",
    "openapi",
    "repeated",
    "compare",
]

_ENUMERATED: Final = ("openapi", "har ", "asgi", "request ")
"""How the sources of routes begin that the user did not name."""


def is_enumerated(source: str) -> bool:
    """Whether a route with this source is one that the user did not name: it is from a document or a recording."""
    return source.startswith(_ENUMERATED)


class Caller(Record, frozen=True, kw_only=True):
    """Who calls `fetch()`: a page, in a browser, with a credentials mode.

    `is_default` says that nobody chose the page, so that it is a guess; `for_comparison` that nobody chose the
    credentials mode, and that it is shown only for comparison with the one that is likely to be meant.
    """

    page: Origin
    credentials: CredentialsMode
    browser: str
    is_default: bool = False
    for_comparison: bool = False


class BrowserRecord(Record, frozen=True, kw_only=True):
    """What a real browser's `fetch()` gave to the page, in the browser's own terms.

    `headers` are as JavaScript iterates them; `error` is what `fetch()` was rejected with, `type` is then "error" and
    `status` 0. "unsettled" means that the promise was still pending at the timeout. `program` is the executable.
    """

    not_in_repr: ClassVar = frozenset({"headers"})

    browser: str
    version: str
    program: str
    outcome: Outcome | Literal["unsettled"]
    type: str
    status: int
    headers: tuple[Header, ...]
    error: str
    console: tuple[str, ...]


class FetchRecord(Record, frozen=True, kw_only=True, eq=False):  # each is one of its kind, and may hold 60,000 headers
    """One call of `fetch()`: what went over the wire, and what JavaScript got.

    `quirks` are the fields of `UserAgent` that made this browser differ from the others. `cookies` are those that the
    browser stored before, `set_cookies` those of the responses, each with its verdict. `in_browser` is the same call in
    the real browser, where that was wanted.
    """

    caller: Caller
    exchanges: tuple[Exchange, ...]
    result: FilteredResponse | NetworkError
    dropped_header_names: tuple[str, ...]
    quirks: tuple[str, ...] = ()
    cookies: tuple[CookieVerdict, ...] = ()
    set_cookies: tuple[CookieVerdict, ...] = ()
    in_browser: BrowserRecord | None = None

    def with_caller(self, caller: Caller) -> FetchRecord:
        """The same fetch by another caller."""
        return FetchRecord(
            caller=caller,
            exchanges=self.exchanges,
            result=self.result,
            dropped_header_names=self.dropped_header_names,
            quirks=self.quirks,
            cookies=self.cookies,
            set_cookies=self.set_cookies,
        )

    def is_made_from(self, other: FetchRecord) -> bool:
        """Whether it is `other` by another caller (see `with_caller`) that differs only in its browser."""
        return (
            self.result is other.result
            and self.exchanges is other.exchanges
            and self.credentials == other.credentials
            and self.page == other.page
            and self.quirks == other.quirks
            and self.cookies is other.cookies
            and self.set_cookies is other.set_cookies
        )

    @property
    def page(self) -> Origin:
        """The origin of the page that called."""
        return self.caller.page

    @property
    def credentials(self) -> CredentialsMode:
        """The credentials mode of the call."""
        return self.caller.credentials

    @property
    def browser(self) -> str:
        """The browser that was simulated."""
        return self.caller.browser

    @property
    def outcome(self) -> Outcome:
        """Whether the page got a response, and may read it."""
        if isinstance(self.result, NetworkError):
            return "network-error"
        return "readable" if self.result.type in {"basic", "cors"} else "opaque"

    @property
    def own_exchange(self) -> Exchange | None:
        """The first request to the fetch's own URL, preflights aside; None when it was not sent."""
        return next((exchange for exchange in self.exchanges if exchange.request.purpose == "request"), None)

    @property
    def response(self) -> HTTPResponse | None:
        """The last response to the request itself, preflights aside; None when none came."""
        for exchange in reversed(self.exchanges):
            if exchange.request.purpose == "request" and isinstance(exchange.response, HTTPResponse):
                return exchange.response
        return None


class Probe(Record, frozen=True, kw_only=True):
    """One request besides the fetches; `origin` is the `Origin` that it carried, None for none."""

    kind: ProbeKind
    origin: str | None
    exchange: Exchange

    @property
    def response(self) -> HTTPResponse | None:
        """The response, if one came."""
        response = self.exchange.response
        return response if isinstance(response, HTTPResponse) else None


class HeldFetch(Record, frozen=True, kw_only=True):
    """A fetch that was stopped before `request` was sent, so that it is not repeated; `exchanges` came before.

    That the preflight among them succeeded is all that is known. If `request` is a preflight, `following` is the
    request that it would allow. `kept_headers` are the names of the headers for whose sake it was stopped instead: a
    redirect led to another origin than the only one that may get them.
    """

    caller: Caller
    exchanges: tuple[Exchange, ...]
    request: HTTPRequest
    following: HTTPRequest | None = None
    kept_headers: tuple[str, ...] = ()


class SkippedBrowser(Record, frozen=True, kw_only=True):
    """A browser whose fetches for a page were not simulated: `reason` is a clause.

    `is_possible` says that they are if the browser is named.
    """

    browser: str
    page: Origin
    reason: str
    is_possible: bool = True


class SkippedRoute(Record, frozen=True, kw_only=True):
    """A route of a target that is not checked: `reason` is a clause that says why, and how to have it checked.

    `parameter` is the one that has no value, if that is why.
    """

    method: str
    path: str
    reason: str
    parameter: str = ""


class RouteRecord(Record, frozen=True, kw_only=True):
    """All fetches of one method and URL, what they make of each response header, and the probes.

    `source` says where the route comes from ("argument", "urls.txt line 4"); `held` are the fetches that were stopped,
    with `preflight_only` because only preflights are sent for this route. `has_all_probes` is false if probes were not
    sent because the service takes too long. `page_headers` and `body` are those of the page's `fetch()`. `expectations`
    are those of this route, in addition to the settings'; `step` is the profile's, `raised` the exception of an app.
    """

    not_in_repr: ClassVar = frozenset({"url", "page_headers", "body"})

    method: str
    url: str
    fetches: tuple[FetchRecord, ...]
    headers: tuple[HeaderRecord, ...]
    probes: tuple[Probe, ...] = ()
    has_all_probes: bool = True
    skipped: tuple[SkippedBrowser, ...] = ()
    source: str = "argument"
    held: tuple[HeldFetch, ...] = ()
    page_headers: tuple[Header, ...] = ()
    body: str | None = None
    preflight_only: bool = False
    expectations: tuple[Expectation, ...] = ()
    step: str = ""
    raised: Raised | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What distinguishes it from other routes of its service: `UnmetExpectation.key` is that of its route."""
        return self.method, self.url, self.step

    @property
    def is_named(self) -> bool:
        """Whether the user named the URL; otherwise, it is from a document or a recording."""
        return not is_enumerated(self.source)

    def probed(self, kind: ProbeKind) -> Probe | None:
        """The first probe of a kind."""
        return next((probe for probe in self.probes if probe.kind == kind), None)

    @property
    def probes_without_response(self) -> tuple[Probe, ...]:
        """The probes that got no response, but for the comparison."""
        return tuple(probe for probe in self.probes if probe.response is None and probe.kind != "compare")

    @property
    def has_response(self) -> bool:
        """Whether a browser can read any response as HTTP, to a fetch or to its preflight."""
        return any(isinstance(exchange.response, HTTPResponse) for exchange in self.exchanges)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges of all fetches, those that fetches share as often as they share them."""
        made = tuple(exchange for fetch in self.fetches for exchange in fetch.exchanges)
        return made + tuple(exchange for fetch in self.held for exchange in fetch.exchanges)


def model_of_probes(fetches: Sequence[FetchRecord]) -> Exchange | None:
    """The exchange whose request the probes vary: the own one of the first fetch that has a response."""
    return next((fetch.own_exchange for fetch in fetches if fetch.response is not None), None)


def model_of_comparison(fetches: Sequence[FetchRecord]) -> Exchange | None:
    """The exchange whose request is also sent to the URL of `--compare`: `model_of_probes`, or the failed preflight."""
    first = next((exchange for fetch in fetches for exchange in fetch.exchanges), None)
    return model_of_probes(fetches) or first
