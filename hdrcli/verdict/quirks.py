"""Why browsers come to different ends: which of their departures from the standard decided.

A fetch is played again with the answers that are known, and without one departure: if it then comes out otherwise, that
departure is a reason. Nothing is sent.
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Final

from hdrcli.fetch import (
    STANDARD,
    USER_AGENTS,
    FetchParams,
    FilteredResponse,
    HTTPRequest,
    NetworkContext,
    NetworkError,
    UserAgent,
    fetch,
)
from hdrcli.fetch import user_agent as documented
from hdrcli.fetch.headers import get
from hdrcli.fetch.network import Fetching
from hdrcli.fetch.request import Request
from hdrcli.records.exchange import Exchange
from hdrcli.records.route import FetchRecord
from hdrcli.wire.reading import is_read_alike, read_response

Begin = Callable[[FetchRecord, UserAgent], tuple[Request | NetworkError, NetworkContext]]
"""How a fetch begins, were this the user agent."""

_Question = tuple[str, str, str, str | None]
_End = FilteredResponse | NetworkError | _Question
"""How a fetch comes out, or what it asks that nobody has asked."""

_MOST_BYTES_READ_ANEW: Final = 128 * 1024

_Answers = Mapping[_Question, Sequence[Exchange]]


def departing(browser: UserAgent) -> tuple[str, ...]:
    """The fields in which a browser departs from the standard."""
    return tuple(
        field.name
        for field in fields(UserAgent)
        if field.name != "name" and getattr(browser, field.name) != getattr(STANDARD, field.name)
    )


@cache
def sentences() -> Mapping[str, str]:
    """The docstring of each field of `UserAgent`; none where hdrcli is installed without its source."""
    try:
        source = inspect.getsource(documented)
    except OSError:
        return {}
    (definition,) = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {
        node.target.id: following.value.value
        for node, following in zip(definition.body, definition.body[1:], strict=False)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    }


def sentence(name: str) -> str:
    """What a field is about and who departs, on one line; without its source no more than its name."""
    text = sentences().get(name, f"{name}.").rpartition("https://")
    return " ".join((text[0] or text[2]).split())


def with_quirks(fetches: Sequence[FetchRecord], begin: Begin) -> tuple[FetchRecord, ...]:
    """The fetches, those of browsers that come to different ends with the departures that decided."""
    alike: dict[object, list[FetchRecord]] = defaultdict(list)
    for each in fetches:
        alike[each.page, each.credentials].append(each)
    divided = {key for key, group in alike.items() if not all(_is_same(group[0].result, each.result) for each in group)}
    return tuple(
        replace(each, quirks=_decisive(each, alike[key], begin))
        if (key := (each.page, each.credentials)) in divided
        else each
        for each in fetches
    )


def _decisive(record: FetchRecord, group: Sequence[FetchRecord], begin: Begin) -> tuple[str, ...]:
    answers = _answers(exchange for each in group for exchange in each.exchanges)
    browser = USER_AGENTS[record.browser]

    def end(changed: UserAgent) -> _End:
        request, context = begin(record, changed)
        if isinstance(request, NetworkError):
            return request
        return _play(fetch(FetchParams(request=request, context=context)), answers, changed)

    if _takes_too_long(record.exchanges):
        return ()
    played = end(browser)
    if not _is_same(played, record.result):
        return ()
    return tuple(
        name
        for name in departing(browser)
        if any(getattr(USER_AGENTS[other.browser], name) != getattr(browser, name) for other in group)
        and not _is_same(end(replace(browser, **{name: getattr(STANDARD, name)})), played)
    )


def _play(fetching: Fetching[FilteredResponse | NetworkError], answers: _Answers, reader: UserAgent) -> _End:
    asked: Counter[_Question] = Counter()
    try:
        request = next(fetching)
        while True:
            question = _question(request)
            known = answers.get(question, ())
            if asked[question] == len(known):
                return question
            exchange = known[asked[question]]
            asked[question] += 1
            if exchange.raw is not None and not is_read_alike(exchange):
                exchange = read_response(exchange.raw, request, reader)
            request = fetching.send(exchange.response)
    except StopIteration as stop:
        result: FilteredResponse | NetworkError = stop.value
        return result


def _answers(exchanges: Iterable[Exchange]) -> _Answers:
    """Each answer once, by what was asked."""
    found: dict[_Question, list[Exchange]] = defaultdict(list)
    for exchange in {exchange.number: exchange for exchange in exchanges}.values():
        found[_question(exchange.request)].append(exchange)
    return found


def _question(request: HTTPRequest) -> _Question:
    """What an answer may depend on, whatever the words: browsers differ in them."""
    return request.purpose, request.method, str(request.url), get("Cookie", request.headers)


def _takes_too_long(exchanges: Iterable[Exchange]) -> bool:
    """Whether to read anew, for every departure, the heads that each browser reads in its own way."""
    raws = (exchange.raw for exchange in exchanges if exchange.raw is not None and not is_read_alike(exchange))
    return sum(len(head) for raw in raws for head in raw.heads) > _MOST_BYTES_READ_ANEW


def _is_same(one: _End, other: _End) -> bool:
    """Whether it makes no difference to JavaScript."""
    if isinstance(one, FilteredResponse) and isinstance(other, FilteredResponse):
        if (one.type, one.status, one.url) != (other.type, other.status, other.url):
            return False
        # What is the same before it is filtered needs no filtering: a hostile answer has tens of thousands of headers.
        unfiltered = (one.internal.header_list, one.cors_exposed_header_names)
        return unfiltered == (other.internal.header_list, other.cors_exposed_header_names) or (
            one.headers == other.headers
        )
    if isinstance(one, NetworkError) and isinstance(other, NetworkError):
        return one.failure == other.failure
    return one == other
