"""Why a sent header stays hidden, and the expose list that makes it readable."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import extract_token_list, get, is_token, values_of
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.rules.evidence.lines import response_lines
from hdrcli.rules.evidence.lists import ALLOW_HEADERS, is_list_of_letters
from hdrcli.rules.evidence.near_names import near_pairs
from hdrcli.stacks.setting import Setting
from hdrcli.structs import Record
from hdrcli.text.field_names import is_for_pages
from hdrcli.verdict.exposure import complete_expose_list, expose_list

EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"

_CREATED: Final = 201
_READ_IN_SOME_CASES: Final = frozenset(
    {"content-disposition", "content-range", "etag", "link", "location", "retry-after", "www-authenticate"}
)
_UNAUTHORIZED: Final = 401
_NOT_NAMED: Final = frozenset({Clause.NOT_LISTED, Clause.NO_LIST})
_HIDING: Final = _NOT_NAMED | {Clause.LIST_VOID, Clause.WILDCARD_WITH_CREDENTIALS}

_tells_where_to_log_in = re.compile(r"resource_metadata|authorization_uri|as_uri|error\s*=|scope\s*=").search
_names_within = re.compile(r"\w[\w-]*").findall
_relations = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))').findall
_RELATIONS_FOR_BROWSERS: Final = frozenset(
    {"preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "stylesheet", "icon", "canonical"},
)
RELATIONS_OF_LISTS: Final = frozenset({"next", "prev", "previous", "first", "last"})
"""By which a response says where the other pages of a list are: https://www.rfc-editor.org/rfc/rfc8288.html."""


IN_BOTH_LISTS: Final = frozenset(
    """\
    authorization content-range etag link upload-length upload-metadata upload-offset upload-defer-length
    upload-concat upload-checksum upload-expires tus-resumable tus-version tus-max-size tus-extension mcp-session-id
    mcp-protocol-version x-request-id x-correlation-id x-trace-id traceparent tracestate x-csrf-token x-xsrf-token
    x-auth-token x-api-version x-session-id
    """.split(),  # noqa: SIM905 -- one block that is easy to add to
)
"""Names that pages both send and read: in the list of allowed request headers they are no mistake."""


class Why(StrEnum):
    """Why a sent header stays hidden. The first that holds counts, so that one fault has one code."""

    LETTERS = "letters"
    LIST_VOID = "list-void"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    MISSPELT = "misspelt"
    PREFLIGHT_ONLY = "preflight-only"
    IN_ALLOW_HEADERS = "in-allow-headers"
    NOT_NAMED = "not-named"


class Hidden(Record, frozen=True, kw_only=True):
    """A header that pages are likely to want, and the fetches that hide it; `listed_as` is its misspelt name."""

    header: HeaderRecord
    why: Why
    listed_as: str
    fetches: tuple[FetchRecord, ...]

    @property
    def impact(self) -> str:
        """What the page gets."""
        return f'JavaScript gets null from response.headers.get("{byte_lowercase(self.header.name)}").'


def hidden_headers(
    route: RouteRecord, wanted: Collection[FetchRecord], expected: Collection[str]
) -> tuple[Hidden, ...]:
    """The headers that are sent and hidden: custom ones, expected ones, and standard ones that pages read.

    None that only an unwanted fetch hides, except under "*" with credentials, which is meant for both modes. `expected`
    are names in lower case.
    """
    found: dict[tuple[int, Why, str], list[FetchRecord]] = {}
    lists: list[tuple[int, _Lists]] = []
    relevant = [number for number, header in enumerate(route.headers) if _may_count(header, expected)]
    for place, fetch in enumerate(route.fetches):
        hidden = [number for number in relevant if route.headers[number].verdicts[place].clause in _HIDING]
        if not hidden:
            continue
        alike = next((lists_ for other, lists_ in lists if _judged_alike(route, place, other)), None)
        if alike is None:
            alike = _Lists(route, place)
            lists.append((place, alike))
        for number in hidden:
            header = route.headers[number]
            why, listed_as = alike.why_hidden(header, header.verdicts[place].clause)
            is_wanted = (header.custom and is_for_pages(header.name)) or byte_lowercase(header.name) in expected
            if listed_as or is_wanted or _is_read_by_pages(header, fetch):
                found.setdefault((number, why, listed_as), []).append(fetch)
    return tuple(
        Hidden(header=route.headers[number], why=why, listed_as=listed_as, fetches=tuple(fetches))
        for (number, why, listed_as), fetches in found.items()
        if why is Why.WILDCARD_WITH_CREDENTIALS or any(fetch in wanted for fetch in fetches)
    )


def _may_count(header: HeaderRecord, expected: Collection[str]) -> bool:
    name = byte_lowercase(header.name)
    return header.custom or name in _READ_IN_SOME_CASES or name in expected


def complete_expose_setting(route: RouteRecord, hidden: Sequence[Hidden]) -> Setting | None:
    """The one expose list that fixes a route: all findings about it have the same line.

    "*" stays: it is a wildcard for pages without credentials.
    """
    fetches = _with_different_responses(route)
    meant = [name for fetch in fetches for name in _meant_names(fetch)]
    if any(each.why is Why.PREFLIGHT_ONLY for each in hidden):
        meant += _exposed_on_preflight(route)
    names = complete_expose_list([*meant, *(each.header.name for each in hidden)], route.headers, fetches)
    wrong = FORBIDDEN_RESPONSE_HEADER_NAMES | {byte_lowercase(each.listed_as) for each in hidden}
    values = tuple(
        name for name in names if len(name) > 1 and not name.startswith("'") and byte_lowercase(name) not in wrong
    )
    has_wildcard = any("*" in _elements(fetch) for fetch in fetches)
    return Setting(concept="expose", values=(*(["*"] if has_wildcard else []), *values)) if values else None


def is_split_into_letters(fetch: FetchRecord) -> bool:
    """Whether the expose list is a string that was passed instead of a list."""
    return expose_list(fetch) is not None and is_list_of_letters(_elements(fetch))


def exposing_preflight(route: RouteRecord) -> Exchange | None:
    """A preflight whose response has an expose list, which browsers ignore."""
    return next((exchange for exchange, response in _preflights(route) if _names(EXPOSE_HEADERS, [response])), None)


def allow_headers_lines(route: RouteRecord) -> tuple[str, ...]:
    """The lists of request headers, and the responses that have them."""
    fetched = [fetch.exchanges[-1] for fetch in route.fetches if fetch.response is not None]
    exchanges = {
        exchange.number: exchange for exchange in [*fetched, *(exchange for exchange, _ in _preflights(route))]
    }
    return tuple(
        dict.fromkeys(
            line
            for exchange in exchanges.values()
            if isinstance(exchange.response, HTTPResponse) and get(ALLOW_HEADERS, exchange.response.headers) is not None
            for line in response_lines(exchange, ALLOW_HEADERS)
        ),
    )


def link_relations(value: str) -> frozenset[str]:
    """The relations that a `Link` names, in lower case: https://www.rfc-editor.org/rfc/rfc8288.html#section-3.3."""
    found = _relations(byte_lowercase(value))
    return frozenset(relation for quoted, plain in found for relation in (quoted or plain).split())


def _judged_alike(route: RouteRecord, place: int, other: int) -> bool:
    """Whether two fetches got the same: `judge_headers` gives them the same verdicts then."""
    return all(header.verdicts[place] is header.verdicts[other] for header in route.headers)


def _with_different_responses(route: RouteRecord) -> list[FetchRecord]:
    """The fetches, one for each final exchange."""
    by_number = {fetch.exchanges[-1].number: fetch for fetch in reversed(route.fetches) if fetch.exchanges}
    return list(reversed(by_number.values()))


class _Lists:
    """The lists of a response and of the route's preflights."""

    def __init__(self, route: RouteRecord, place: int) -> None:
        fetch = route.fetches[place]
        listed = expose_list(fetch)
        self._is_split_into_letters = listed is not None and is_list_of_letters(_elements(fetch))
        hidden = [header for header in route.headers if header.verdicts[place].clause in _NOT_NAMED]
        self._misspelt = _misspelt(hidden, fetch, listed) if isinstance(listed, list) else {}
        self._is_exposed_on_preflight = listed is None and exposing_preflight(route) is not None
        self._allowed = _allowed_and_not_sent(route, fetch)

    def why_hidden(self, header: HeaderRecord, clause: Clause) -> tuple[Why, str]:
        """The reason, and the listed name that is meant to be this header's."""
        if self._is_split_into_letters:
            return Why.LETTERS, ""
        if clause is Clause.LIST_VOID:
            return Why.LIST_VOID, ""
        if clause is Clause.WILDCARD_WITH_CREDENTIALS:
            return Why.WILDCARD_WITH_CREDENTIALS, ""
        name = byte_lowercase(header.name)
        if name in self._misspelt:
            return Why.MISSPELT, self._misspelt[name]
        if self._is_exposed_on_preflight:
            return Why.PREFLIGHT_ONLY, ""
        return (Why.IN_ALLOW_HEADERS if header.custom and name in self._allowed else Why.NOT_NAMED), ""


def _misspelt(hidden: Sequence[HeaderRecord], fetch: FetchRecord, listed: Sequence[str]) -> dict[str, str]:
    """Hidden names in lower case -> the names under which they are listed."""
    received = fetch.response.headers if fetch.response is not None else ()
    sent = {byte_lowercase(name) for name, _ in received}
    spelt = {byte_lowercase(name): name for name in listed}
    by_name = {byte_lowercase(header.name): header for header in hidden}
    misspelt: dict[str, str] = {}
    for listed_as, name in near_pairs((name for name in spelt if name not in sent), by_name):
        # "X-Server" is a different header from "Server"; "Request-ID" is meant to be "X-Request-ID".
        if by_name[name].custom or not listed_as.startswith("x-"):
            misspelt.setdefault(name, spelt[listed_as])
    return misspelt


def _elements(fetch: FetchRecord) -> list[str]:
    lines = values_of(EXPOSE_HEADERS, fetch.response.headers) if fetch.response is not None else []
    return [element.strip() for line in lines for element in line.split(",")]


def _meant_names(fetch: FetchRecord) -> list[str]:
    """The names that faulty elements are meant to be, if that is clear: `X, -, A` was X-A, `X-A; X-B` are two."""
    lines = values_of(EXPOSE_HEADERS, fetch.response.headers) if fetch.response is not None else []
    if is_split_into_letters(fetch):
        lines = ["".join(line.split(", ")) for line in lines]
    elements = [element.strip(" \t'") for line in lines for element in line.split(",")]
    names = [[element] if is_token(element) else _names_within(element) for element in elements if element.isascii()]
    return [name for within in names for name in within]


def _preflights(route: RouteRecord) -> tuple[tuple[Exchange, HTTPResponse], ...]:
    """The preflights that have a response: the fetches' own, and the probe."""
    exchanges = list(route.exchanges)
    exchanges += [probe.exchange for probe in route.probes if probe.kind == "preflight"]
    return tuple(
        (exchange, exchange.response)
        for exchange in {exchange.number: exchange for exchange in exchanges}.values()
        if exchange.request.purpose == "preflight" and isinstance(exchange.response, HTTPResponse)
    )


def _exposed_on_preflight(route: RouteRecord) -> list[str]:
    preflight = exposing_preflight(route)
    response = preflight.response if preflight is not None else None
    return _names(EXPOSE_HEADERS, [response] if isinstance(response, HTTPResponse) else [])


def _allowed_and_not_sent(route: RouteRecord, fetch: FetchRecord) -> set[str]:
    """The request headers that are allowed and that no page here sends, in lower case."""
    responses = [response for _, response in _preflights(route)]
    responses += [] if fetch.response is None else [fetch.response]
    allowed = set(map(byte_lowercase, _names(ALLOW_HEADERS, responses)))
    if not allowed:
        return allowed
    requests = [exchange.request for exchange in {each.number: each for each in route.exchanges}.values()]
    wanted = [get("Access-Control-Request-Headers", request.headers) or "" for request in requests]
    sent = {name for names in wanted for name in names.split(",")}
    sent |= {byte_lowercase(name) for request in requests for name, _ in request.headers}
    return allowed - sent - IN_BOTH_LISTS


def _names(field: str, responses: Iterable[HTTPResponse]) -> list[str]:
    lists = [extract_token_list(field, response.headers) for response in responses]
    return [name for names in lists if isinstance(names, list) for name in names]


def _is_read_by_pages(header: HeaderRecord, fetch: FetchRecord) -> bool:
    """Whether a standard header is one that pages read, as it is sent here."""
    if fetch.response is None:
        return False
    value, own = byte_lowercase(get(header.name, fetch.response.headers) or ""), fetch.own_exchange
    match byte_lowercase(header.name):
        case "content-range" | "retry-after":
            return True
        case "www-authenticate":
            return fetch.response.status == _UNAUTHORIZED and _tells_where_to_log_in(value) is not None
        case "etag":
            is_write = own is not None and own.request.method in {"PUT", "POST", "PATCH"}
            return is_write and not value.startswith("w/")  # a weak one, as frameworks add to any body, is no If-Match
        case "content-disposition":
            return "filename" in value
        case "location":
            return fetch.response.status == _CREATED
        case "link":
            relations = link_relations(value)
            return not relations or bool(relations - _RELATIONS_FOR_BROWSERS)
        case _:
            return False
