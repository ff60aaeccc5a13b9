"""What is compared of a checked route: a few values, so that a side of a comparison fits into memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from hdrcli.comparison.headers import by_name, comparable, is_compared, is_cors, stored
from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, Failure, HTTPResponse, NetworkError, parse_url
from hdrcli.fetch.headers import Header, extract_token_list, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.request import CredentialsMode
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import Caller, FetchRecord, ProbeKind, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.structs import Record
from hdrcli.text.redaction import redact_text

MOST_NAMES: Final = 500
"""Header names of a response that are compared: a server may send any number."""

_SAME_REQUEST: Final[frozenset[ProbeKind]] = frozenset(
    {"no-origin", "foreign-origin", "null-origin", "lookalike-origin", "origin-variant", "usual-origin", "repeated"}
)
"""Probes that repeat the page's request, but for its Origin."""


class Sent(Record, frozen=True, kw_only=True):
    """A response header: its values, and what the page gets of it."""

    not_in_repr: ClassVar = frozenset({"values"})

    values: tuple[str, ...]
    readable: bool
    clause: Clause


class Permissions(Record, frozen=True, kw_only=True):
    """What the response to a preflight permits; names of headers are in lower case."""

    status: int
    origin: str
    credentials: bool
    methods: frozenset[str]
    headers: frozenset[str]
    max_age: str


class Got(Record, frozen=True, kw_only=True):
    """What pages in some browsers got: a status, or None without a response; `failure` is why the fetch failed.

    `headers` are by their names in lower case.
    """

    not_in_repr: ClassVar = frozenset({"headers"})

    status: int | None
    failure: Failure | None
    headers: Mapping[str, Sent]
    permissions: Permissions | None

    @property
    def is_judged(self) -> bool:
        """Whether there is a response, or a reason for which a browser sends nothing or blocks it."""
        has_response = self.status is not None or self.permissions is not None
        return has_response or self.failure not in {None, *TRANSPORT_FAILURES, *REQUEST_ERRORS}


class Call(Record, frozen=True, kw_only=True):
    """Who called: a page in a browser, with a credentials mode."""

    page: str
    credentials: CredentialsMode
    browser: str


class RouteFacts(Record, frozen=True, kw_only=True):
    """A route as it is compared: `path` has the query, without secrets; `varying` are names in lower case.

    `got` has a value for each caller; browsers that got the same share it. `wanted` are the callers whose credentials
    mode is not there only for comparison. `set_by_page` are the names, in lower case, of the request headers that the
    page sets. `has_more_headers` says that a response has more than `MOST_NAMES`.
    """

    not_in_repr: ClassVar = frozenset({"got", "wanted"})

    method: str
    origin: str
    path: str
    got: Mapping[Call, Got]
    wanted: frozenset[Call]
    set_by_page: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()
    has_more_headers: bool = False


def facts_of(route: RouteRecord, ignored: Sequence[str] = ()) -> RouteFacts:
    """The facts of a route, without the header names that match `ignored`."""
    url = parse_url(redact_text(route.url))
    headers = list(_compared(route, ignored))
    probed = _probed_permissions(route)
    callers = [*(fetch.caller for fetch in route.fetches), *(held.caller for held in route.held)]
    shared: dict[object, Got] = {}
    got: dict[Call, Got] = {}
    for index, fetch in enumerate(route.fetches):
        own = _got_of(fetch, index, headers[:MOST_NAMES], probed)
        got[_call(fetch.caller)] = shared.setdefault(
            (own.status, own.failure, own.permissions, tuple(own.headers.items())), own
        )
    for held in route.held:
        permissions = _permissions(held.exchanges)
        got[_call(held.caller)] = Got(status=None, failure=None, headers={}, permissions=permissions)
    return RouteFacts(
        method=route.method,
        origin="" if url is None else str(url.origin),
        path=redact_text(route.url) if url is None else url.target,
        got=got,
        wanted=frozenset(_call(caller) for caller in callers if not caller.for_comparison),
        set_by_page=frozenset(byte_lowercase(name) for name, _ in route.page_headers),
        varying=varying_names(route),
        has_more_headers=len(headers) > MOST_NAMES,
    )


def _compared(route: RouteRecord, ignored: Sequence[str]) -> Iterator[tuple[str, HeaderRecord]]:
    """The headers that are compared, with their names in lower case."""
    for header in route.headers:
        name = byte_lowercase(header.name)
        if is_compared(name, ignored) and any(verdict.sent for verdict in header.verdicts):
            yield name, header


def _call(caller: Caller) -> Call:
    return Call(page=str(caller.page), credentials=caller.credentials, browser=caller.browser)


def _got_of(
    fetch: FetchRecord, index: int, headers: Sequence[tuple[str, HeaderRecord]], probed: Permissions | None
) -> Got:
    verdicts = [(name, header.verdicts[index]) for name, header in headers]
    return Got(
        status=None if fetch.response is None else fetch.response.status,
        failure=fetch.result.failure if isinstance(fetch.result, NetworkError) else None,
        headers={
            name: Sent(values=tuple(map(stored, verdict.values)), readable=verdict.readable, clause=verdict.clause)
            for name, verdict in verdicts
            if verdict.sent
        },
        permissions=_permissions(fetch.exchanges) or probed,
    )


# --- preflights -----------------------------------------------------------------------------------------


def _permissions(exchanges: Sequence[Exchange]) -> Permissions | None:
    """What the first preflight permits, if it has a response."""
    exchange = next((each for each in exchanges if each.request.purpose == "preflight"), None)
    if exchange is None or not isinstance(exchange.response, HTTPResponse):
        return None
    headers = exchange.response.headers
    return Permissions(
        status=exchange.response.status,
        origin=get("Access-Control-Allow-Origin", headers) or "",
        credentials=get("Access-Control-Allow-Credentials", headers) == "true",
        methods=_names("Access-Control-Allow-Methods", headers),
        headers=frozenset(map(byte_lowercase, _names("Access-Control-Allow-Headers", headers))),
        max_age=get("Access-Control-Max-Age", headers) or "",
    )


def _names(name: str, headers: Sequence[Header]) -> frozenset[str]:
    """The names in a list; an invalid one permits nothing."""
    names = extract_token_list(name, headers)
    return frozenset(names[:MOST_NAMES]) if isinstance(names, list) else frozenset()


def _probed_permissions(route: RouteRecord) -> Permissions | None:
    """What the preflight that was sent besides the fetches permits."""
    probe = route.probed("preflight")
    return None if probe is None else _permissions([probe.exchange])


# --- values that vary -----------------------------------------------------------------------------------


def varying_names(route: RouteRecord) -> frozenset[str]:
    """The names, in lower case, whose values differ among the responses to equal requests, but for their Origin."""
    responses = [fetch.response for fetch in route.fetches if fetch.response is not None]
    responses += [
        probe.response for probe in route.probes if probe.kind in _SAME_REQUEST and probe.response is not None
    ]
    values: dict[str, object] = {}
    varying: set[str] = set()
    for response in responses:
        if response.status == responses[0].status:
            for name, own in by_name(response.headers).items():
                value = comparable(name, own)
                if values.setdefault(name, value) != value and not is_cors(name):
                    varying.add(name)
    return frozenset(varying)
