"""Evidence: which exchange blocked a fetch, what a preflight lists, and raw lines as they were sent."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hdrcli.fetch import Failure, FilteredResponse, HTTPRequest, HTTPResponse, NetworkError
from hdrcli.fetch.headers import UnparsableList, contains, extract_token_list, get
from hdrcli.fetch.infra import byte_lowercase
from hdrcli.fetch.response import REDIRECT_STATUSES
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord, RouteRecord
from hdrcli.records.verdict import HeaderRecord
from hdrcli.rules.finding import Context
from hdrcli.stacks.setting import Setting
from hdrcli.text.redaction import redact_response_header
from hdrcli.verdict.failures import sentence

CORS_CHECK: Final = frozenset(
    {
        Failure.ALLOW_ORIGIN_MISSING,
        Failure.ALLOW_ORIGIN_MISMATCH,
        Failure.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        Failure.ALLOW_CREDENTIALS_NOT_TRUE,
    },
)
"""The failures of https://fetch.spec.whatwg.org/#concept-cors-check."""

REFUSED_ORIGIN: Final = frozenset({Failure.ALLOW_ORIGIN_MISSING, Failure.ALLOW_ORIGIN_MISMATCH})

TYPE_ERROR: Final = "fetch() is rejected with a TypeError: the page gets no status, no header and no body."

_ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
_MIN_LETTERS: Final = 3


class Stage(StrEnum):
    """Which answer a fetch was blocked over. Each belongs to rules of its own, so that one fault has one code."""

    PREFLIGHT = "preflight"
    """A preflight's answer with an ok status."""
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_REDIRECT = "preflight-redirect"
    NULL_ORIGIN = "null-origin"
    """The CORS check of an answer behind redirects that have the browser say `Origin: null`."""
    REDIRECT = "redirect"
    ERROR = "error"
    """Status 400 or more."""
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A fetch that was blocked over an answer, the last that it met."""

    fetch: FetchRecord
    exchange: Exchange
    answer: HTTPResponse
    failure: Failure
    stage: Stage


def failing(route: RouteRecord, context: Context, failures: Iterable[Failure]) -> tuple[FetchRecord, ...]:
    """The fetches that failed so; none unless somebody wants one of them to work."""
    wanted = frozenset(failures)
    found = tuple(
        fetch for fetch in route.fetches if isinstance(fetch.result, NetworkError) and fetch.result.failure in wanted
    )
    return found if any(fetch in context.asked(route) for fetch in found) else ()


def blocked(
    route: RouteRecord,
    context: Context,
    failures: Iterable[Failure],
    *stages: Stage,
) -> tuple[Blocked, ...]:
    """The fetches that were blocked so, at one of these stages; none unless somebody wants one of them to work."""
    found = [
        _blocked(fetch, fetch.exchanges[-1], answer, fetch.result)
        for fetch in failing(route, context, failures)
        if isinstance(fetch.result, NetworkError) and isinstance(answer := _last_answer(fetch), HTTPResponse)
    ]
    found = [block for block in found if block.stage in stages]
    return tuple(found) if any(block.fetch in context.asked(route) for block in found) else ()


def failure_details(fetches: Iterable[FetchRecord]) -> tuple[str, ...]:
    """What the standard's algorithm saw, a sentence each."""
    return tuple(dict.fromkeys(sentence(fetch.result) for fetch in fetches if isinstance(fetch.result, NetworkError)))


def readable_across_origins(
    route: RouteRecord,
    context: Context,
) -> Iterator[tuple[FetchRecord, Exchange, HTTPResponse]]:
    """The wanted fetches with a response of type "cors", and the exchange that brought it."""
    for fetch in context.asked(route):
        answer = _last_answer(fetch)
        if isinstance(fetch.result, FilteredResponse) and fetch.result.type == "cors" and answer is not None:
            yield fetch, fetch.exchanges[-1], answer


def is_nginx(answer: HTTPResponse) -> bool:
    """Whether nginx, or what is built on it, passed the answer on."""
    return (get("Server", answer.headers) or "").lower().startswith(("nginx", "openresty"))


def is_redirect(answer: HTTPResponse) -> bool:
    """https://fetch.spec.whatwg.org/#redirect-status."""
    return answer.status in REDIRECT_STATUSES


def followed_redirects(fetch: FetchRecord) -> tuple[tuple[Exchange, HTTPRequest], ...]:
    """Each exchange that ended in a redirect, and the request (or its preflight) that came of it."""
    return tuple(
        (exchange, following.request)
        for exchange, following in itertools.pairwise(fetch.exchanges)
        if exchange.request.purpose == "request"
        and isinstance(exchange.response, HTTPResponse)
        and is_redirect(exchange.response)
    )


def redirect_lines(exchanges: Iterable[Exchange], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`answered` of redirects, with their Location."""
    return answers_lines(exchanges, "Location", *names, if_sent=if_sent)


def _last_answer(fetch: FetchRecord) -> HTTPResponse | None:
    response = fetch.exchanges[-1].response if fetch.exchanges else None
    return response if isinstance(response, HTTPResponse) else None


def _blocked(fetch: FetchRecord, exchange: Exchange, answer: HTTPResponse, error: NetworkError) -> Blocked:
    return Blocked(fetch=fetch, exchange=exchange, answer=answer, failure=error.failure, stage=_stage(error))


def _stage(error: NetworkError) -> Stage:
    """The stage of a fetch that failed on a response."""
    if error.tainted_origin and error.failure in CORS_CHECK:
        return Stage.NULL_ORIGIN
    match error.at, (error.status or 0) // 100:
        case "preflight", 2:
            return Stage.PREFLIGHT
        case "preflight", 3:
            return Stage.PREFLIGHT_REDIRECT
        case "preflight", _:
            return Stage.PREFLIGHT_STATUS
        case "redirect", _:
            return Stage.REDIRECT
        case _, 4 | 5:
            return Stage.ERROR
        case _:
            return Stage.ANSWER


def is_list_of_letters(names: Iterable[str]) -> bool:
    """Whether a string stands where a list belongs: joined by commas, it falls into its letters."""
    return sum(len(name) == 1 and name != "*" for name in names) >= _MIN_LETTERS


def preflight_list(block: Blocked, name: str) -> list[str]:
    """What a preflight's answer lists under this name, as far as that can be read."""
    listed = extract_token_list(name, block.answer.headers)
    return _words(block, name) if isinstance(listed, UnparsableList) else listed or []


def mended_list(
    blocks: Sequence[Blocked], name: str, missing: Iterable[str], *, keep_wildcard: bool = False
) -> Setting:
    """The list under this name of preflights' answers, and what is missing there, each name once.

    The letters that a string fell into are joined again, if they are all in their order, and left out if not.
    """
    meant = [meant for block in blocks for meant in _names_meant(block, name) if keep_wildcard or meant != "*"]
    if name == "Access-Control-Allow-Methods":  # whose case counts
        return Setting(concept="methods", values=tuple(dict.fromkeys([*meant, *missing])))
    known = set(map(byte_lowercase, meant))
    values = [*meant, *(name for name in missing if byte_lowercase(name) not in known)]
    return Setting(concept="request-headers", values=tuple(dict.fromkeys(values)))


def _names_meant(block: Blocked, name: str) -> list[str]:
    listed = preflight_list(block, name)
    if not is_list_of_letters(listed):
        return listed
    letters = (get(name, block.answer.headers) or "").split(", ")
    if all(len(letter) == 1 for letter in letters):
        return re.findall(r"[^,\s]+", "".join(letters))
    return [word for word in listed if len(word) > 1 or word == "*"]


def _words(block: Blocked, name: str) -> list[str]:
    return re.findall(r"[\w*-]+", get(name, block.answer.headers) or "", re.ASCII)


def requested_method(block: Blocked) -> str:
    """The method that a preflight asked for."""
    return get("Access-Control-Request-Method", block.exchange.request.headers) or block.exchange.request.method


def requested_header_names(block: Blocked) -> list[str]:
    """The request headers that a preflight asked for, in lower case."""
    names = get("Access-Control-Request-Headers", block.exchange.request.headers)
    return names.split(",") if names else []


def answered(exchange: Exchange, *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """The answer's lines, of `names`, sent or not, and of `if_sent`; then a line that says which answer it was."""
    answer = exchange.response
    if not isinstance(answer, HTTPResponse):
        return ()
    shown = [*names, *(name for name in if_sent if contains(name, answer.headers))]
    return *raw_lines(answer, *shown), f"in the answer to {_wording(exchange.request)}, status {answer.status}"


def _wording(request: HTTPRequest) -> str:
    origin = get("Origin", request.headers)
    page = "without Origin" if origin is None else f"from {origin}"
    if request.purpose != "preflight":
        return f"{request.method} {page}"
    names = get("Access-Control-Request-Headers", request.headers)
    method = get("Access-Control-Request-Method", request.headers)
    return f"the preflight for {method}{f' with {names}' if names else ''} {page}"


def blocking_lines(blocks: Iterable[Blocked], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`answered` of the exchanges that these fetches were blocked over."""
    return answers_lines((block.exchange for block in blocks), *names, if_sent=if_sent)


def answers_lines(exchanges: Iterable[Exchange], *names: str, if_sent: Iterable[str] = ()) -> tuple[str, ...]:
    """`answered` of these exchanges: lines that answers have alike stand once, and behind them which answers these are.

    A line that one answer has twice stands there twice.
    """
    shown = tuple(if_sent)
    told: dict[tuple[str, ...], list[str]] = {}
    for lines in dict.fromkeys(answered(exchange, *names, if_sent=shown) for exchange in exchanges):
        told.setdefault(lines[:-1], []).extend(lines[-1:])
    return tuple(line for lines, answers in told.items() for line in (*lines, *answers))


def raw_lines(answer: HTTPResponse, *names: str) -> tuple[str, ...]:
    """The lines of these names, each as sent but for secrets, in order; "no Name" for a name that is not there."""
    wanted = {byte_lowercase(name): name for name in names}
    found = [(byte_lowercase(name), f"{name}: {value}") for name, value in map(redact_response_header, answer.headers)]
    missing = wanted.keys() - {name for name, _ in found}
    return (
        *(line for name, line in found if name in wanted),
        *(f"no {name}" for lowercase, name in wanted.items() if lowercase in missing),
    )


def answer_lines(fetches: Sequence[FetchRecord], *names: str) -> tuple[str, ...]:
    """`raw_lines` of the answers that these fetches got."""
    return tuple(
        dict.fromkeys(
            line for fetch in fetches if fetch.answer is not None for line in raw_lines(fetch.answer, *names)
        ),
    )


def sent_lines(headers: Iterable[HeaderRecord]) -> tuple[str, ...]:
    """The lines of these headers, without secrets, from the first fetch that was sent them."""
    return tuple(
        dict.fromkeys(
            f"{header.name}: {redact_response_header((header.name, value))[1]}"
            for header in headers
            for value in next((verdict.values for verdict in header.verdicts if verdict.sent), ())
        ),
    )


def readable_custom_headers(
    route: RouteRecord,
    context: Context,
) -> Iterator[tuple[HeaderRecord, tuple[str, ...], tuple[FetchRecord, ...]]]:
    """The custom headers that the wanted fetches let JavaScript read, each with its lines' values as first sent."""
    asked = context.asked(route)
    for header in route.headers:
        verdicts = [
            (fetch, verdict)
            for fetch, verdict in zip(route.fetches, header.verdicts, strict=True)
            if verdict.readable and fetch in asked
        ]
        if header.custom and verdicts:
            yield header, verdicts[0][1].values, tuple(fetch for fetch, _ in verdicts)
