"""What the rules on the expose list share: why a header is hidden, and the one list that mends it all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import extract_token_list, get, is_token, values_of
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import FORBIDDEN_RESPONSE_HEADER_NAMES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import Clause, HeaderRecord
from hdrcli.rules.evidence import answer_lines, answered, is_list_of_letters, sent_lines
from hdrcli.rules.finding import Context, Fault, Severity
from hdrcli.rules.near_names import near_pairs
from hdrcli.rules.two_answers import is_lost
from hdrcli.stacks.setting import Setting
from hdrcli.text.field_names import is_for_pages
from hdrcli.verdict.exposure import expose_list, mending_expose_list

EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"

_CREATED: Final = 201
_HIDING: Final = frozenset({Clause.NOT_LISTED, Clause.LIST_VOID, Clause.WILDCARD_WITH_CREDENTIALS})

_names_within = re.compile(r"\w[\w-]*").findall
_relations = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))').findall
_RELATIONS_FOR_BROWSERS: Final = frozenset(
    {"preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "stylesheet", "icon", "canonical"},
)


class Why(StrEnum):
    """Why a sent header stays hidden. The first that holds counts, so that one fault has one code."""

    LETTERS = "letters"
    LIST_VOID = "list-void"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    MISSPELT = "misspelt"
    PREFLIGHT_ONLY = "preflight-only"
    IN_ALLOW_HEADERS = "in-allow-headers"
    NOT_NAMED = "not-named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A header that pages are likely to want, and the fetches that hide it; `listed_as` is its misspelt name."""

    header: HeaderRecord
    why: Why
    listed_as: str
    fetches: tuple[FetchRecord, ...]

    @property
    def javascript(self) -> str:
        """What the page gets."""
        return f'JavaScript gets null from response.headers.get("{byte_lowercase(self.header.name)}").'


def hidden_headers(route: RouteRecord, context: Context, *whys: Why) -> tuple[Hidden, ...]:
    """The headers that are sent and hidden for these reasons, or for any.

    Custom ones, expected ones, and standard ones that pages read. None that only an unwanted fetch hides: but who
    exposes "*" and allows credentials means it for both. None where the list was lost on the way: that is HDR511's.
    """
    if is_lost(route, EXPOSE_HEADERS):
        return ()
    asked = context.asked(route)
    found: dict[tuple[int, Why, str], list[FetchRecord]] = {}
    for place, fetch in enumerate(route.fetches):
        lists = _Lists(route, context, place)
        for number, header in enumerate(route.headers):
            clause = header.verdicts[place].clause
            if clause not in _HIDING:
                continue
            why, listed_as = lists.why_hidden(header, clause)
            wanted = (header.custom and is_for_pages(header.name)) or context.expects_readable(header.name)
            if listed_as or wanted or _is_read_by_pages(header, fetch):
                found.setdefault((number, why, listed_as), []).append(fetch)
    return tuple(
        Hidden(header=route.headers[number], why=why, listed_as=listed_as, fetches=tuple(fetches))
        for (number, why, listed_as), fetches in found.items()
        if why in (whys or Why)
        if why is Why.WILDCARD_WITH_CREDENTIALS or any(fetch in asked for fetch in fetches)
    )


def hiding_fault(
    hidden: Sequence[Hidden],
    route: RouteRecord,
    context: Context,
    *,
    action: str,
    action_for_several: str = "",
    cause: str = "",
    seen: tuple[str, ...] = (),
) -> Fault:
    """One fault for these headers; an error, whatever hides them, where somebody demands one."""
    headers = tuple(each.header for each in hidden)
    fetches = tuple(dict.fromkeys(fetch for each in hidden for fetch in each.fetches))
    demanded = any(context.expects_readable(header.name) for header in headers)
    return Fault(
        cause=cause,
        fetches=fetches,
        seen=(*sent_lines(headers), *answer_lines(fetches, EXPOSE_HEADERS), *seen),
        javascript=tuple(dict.fromkeys(each.javascript for each in hidden)),
        action=action,
        action_for_several=action_for_several,
        setting=expose_setting(route, context),
        severity=Severity.ERROR if demanded else None,
    )


def broken_list_fault(
    fetches: Sequence[FetchRecord],
    route: RouteRecord,
    context: Context,
    *,
    why: Why,
    cause: str,
    seen: str,
    action: str,
) -> Fault:
    """One fault for a list that exposes nothing at all, whatever headers this route sends."""
    hidden = hidden_headers(route, context, why)
    return Fault(
        cause=cause,
        fetches=tuple(fetches),
        seen=(*sent_lines(each.header for each in hidden), *answer_lines(fetches, EXPOSE_HEADERS), seen),
        javascript=tuple(dict.fromkeys(each.javascript for each in hidden))
        or ("JavaScript can read none of the headers that were to be exposed.",),
        action=action,
        setting=expose_setting(route, context),
    )


def expose_setting(route: RouteRecord, context: Context) -> Setting | None:
    """The one expose list that mends a route, whatever rule asks for it: all its findings have the same line."""
    hidden = hidden_headers(route, context)
    meant = [name for fetch in route.fetches for name in _meant_names(fetch)]
    if any(each.why is Why.PREFLIGHT_ONLY for each in hidden):
        meant += _exposed_on_preflight(route)
    wanted = [*meant, *(each.header.name for each in hidden)]
    wrong = FORBIDDEN_RESPONSE_HEADER_NAMES | {byte_lowercase(each.listed_as) for each in hidden}
    names = mending_expose_list(wanted, route.headers, route.fetches)
    values = tuple(
        name for name in names if len(name) > 1 and not name.startswith("'") and byte_lowercase(name) not in wrong
    )
    return Setting(concept="expose", values=values) if values else None


def falls_into_letters(fetch: FetchRecord) -> bool:
    """Whether the expose list is a string that stood where a list belongs."""
    return expose_list(fetch) is not None and is_list_of_letters(_elements(fetch))


def exposing_preflight(route: RouteRecord) -> Exchange | None:
    """A preflight whose answer has an expose list, where no browser looks."""
    return next((exchange for exchange, answer in _preflights(route) if _names(EXPOSE_HEADERS, [answer])), None)


def allow_headers_lines(route: RouteRecord) -> tuple[str, ...]:
    """The lists of request headers, and the answers they were seen in."""
    fetched = [fetch.exchanges[-1] for fetch in route.fetches if fetch.answer is not None]
    exchanges = dict.fromkeys([*fetched, *(exchange for exchange, _ in _preflights(route))])
    return tuple(
        dict.fromkeys(
            line
            for exchange in exchanges
            if isinstance(exchange.response, HTTPResponse) and get(ALLOW_HEADERS, exchange.response.headers) is not None
            for line in answered(exchange, ALLOW_HEADERS)
        ),
    )


class _Lists:
    """What an answer and the route's preflights list."""

    def __init__(self, route: RouteRecord, context: Context, place: int) -> None:
        fetch = route.fetches[place]
        self._exposes = expose_list(fetch) is not None
        self._falls_into_letters = falls_into_letters(fetch)
        hidden = [header for header in route.headers if header.verdicts[place].clause is Clause.NOT_LISTED]
        self._misspelt = _misspelt(hidden, fetch, context)
        self._exposed_on_preflight = _exposed_on_preflight(route)
        self._allowed = _allowed_for_nothing(route, fetch)

    def why_hidden(self, header: HeaderRecord, clause: Clause) -> tuple[Why, str]:
        """The reason, and the name that was meant to be this header's."""
        if self._falls_into_letters:
            return Why.LETTERS, ""
        if clause is Clause.LIST_VOID:
            return Why.LIST_VOID, ""
        if clause is Clause.WILDCARD_WITH_CREDENTIALS:
            return Why.WILDCARD_WITH_CREDENTIALS, ""
        name = byte_lowercase(header.name)
        if name in self._misspelt:
            return Why.MISSPELT, self._misspelt[name]
        if not self._exposes and self._exposed_on_preflight:
            return Why.PREFLIGHT_ONLY, ""
        return (Why.IN_ALLOW_HEADERS if header.custom and name in self._allowed else Why.NOT_NAMED), ""


def _misspelt(hidden: Sequence[HeaderRecord], fetch: FetchRecord, context: Context) -> dict[str, str]:
    """Hidden names in lower case, and as what they are listed."""
    listed = expose_list(fetch)
    answered = fetch.answer.headers if fetch.answer is not None else ()
    sent = context.sent_names.union(byte_lowercase(name) for name, _ in answered)
    spelt = {byte_lowercase(name): name for name in (listed if isinstance(listed, list) else ())}
    by_name = {byte_lowercase(header.name): header for header in hidden}
    misspelt: dict[str, str] = {}
    for listed_as, name in near_pairs((name for name in spelt if name not in sent), by_name):
        # "X-Server" is a header of its own beside "Server"; "Request-ID" is none beside "X-Request-ID".
        if by_name[name].custom or not listed_as.startswith("x-"):
            misspelt.setdefault(name, spelt[listed_as])
    return misspelt


def _elements(fetch: FetchRecord) -> list[str]:
    lines = values_of(EXPOSE_HEADERS, fetch.answer.headers) if fetch.answer is not None else []
    return [element.strip() for line in lines for element in line.split(",")]


def _meant_names(fetch: FetchRecord) -> list[str]:
    """The names in elements that are none, so far as they can be told: `X, -, A` was X-A, `X-A; X-B` are two."""
    lines = values_of(EXPOSE_HEADERS, fetch.answer.headers) if fetch.answer is not None else []
    if falls_into_letters(fetch):
        lines = ["".join(line.split(", ")) for line in lines]
    elements = [element.strip(" \t'") for line in lines for element in line.split(",")]
    names = [[element] if is_token(element) else _names_within(element) for element in elements if element.isascii()]
    return [name for within in names for name in within]


def _preflights(route: RouteRecord) -> tuple[tuple[Exchange, HTTPResponse], ...]:
    """The preflights that were answered: the fetches' own, and the one that was tried."""
    exchanges = [exchange for fetch in route.fetches for exchange in fetch.exchanges]
    exchanges += [probe.exchange for probe in route.probes if probe.kind == "preflight"]
    return tuple(
        (exchange, exchange.response)
        for exchange in dict.fromkeys(exchanges)
        if exchange.request.purpose == "preflight" and isinstance(exchange.response, HTTPResponse)
    )


def _exposed_on_preflight(route: RouteRecord) -> list[str]:
    preflight = exposing_preflight(route)
    answer = preflight.response if preflight is not None else None
    return _names(EXPOSE_HEADERS, [answer] if isinstance(answer, HTTPResponse) else [])


def _allowed_for_nothing(route: RouteRecord, fetch: FetchRecord) -> set[str]:
    """The request headers that are allowed, and that no page here sends, in lower case."""
    answers = [answer for _, answer in _preflights(route)] + ([] if fetch.answer is None else [fetch.answer])
    requests = [exchange.request for each in route.fetches for exchange in each.exchanges]
    asked = [get("Access-Control-Request-Headers", request.headers) or "" for request in requests]
    sent = {name for names in asked for name in names.split(",")}
    sent |= {byte_lowercase(name) for request in requests for name, _ in request.headers}
    return set(map(byte_lowercase, _names(ALLOW_HEADERS, answers))) - sent


def _names(field: str, answers: Sequence[HTTPResponse]) -> list[str]:
    lists = [extract_token_list(field, answer.headers) for answer in answers]
    return [name for names in lists if isinstance(names, list) for name in names]


def _is_read_by_pages(header: HeaderRecord, fetch: FetchRecord) -> bool:
    """Whether a standard header is one that pages read, as it is sent here."""
    if fetch.answer is None:
        return False
    value = byte_lowercase(get(header.name, fetch.answer.headers) or "")
    match byte_lowercase(header.name):
        case "content-range" | "retry-after":
            return True
        case "content-disposition":
            return "filename" in value
        case "location":
            return fetch.answer.status == _CREATED
        case "link":
            relations = {relation for quoted, plain in _relations(value) for relation in (quoted or plain).split()}
            return not relations or bool(relations - _RELATIONS_FOR_BROWSERS)
        case _:
            return False
