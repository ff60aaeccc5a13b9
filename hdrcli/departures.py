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

from hdrcli.fetch import (
    STANDARD,
    USER_AGENTS,
    FetchParams,
    FilteredResponse,
    HTTPResponse,
    NetworkContext,
    NetworkError,
    TransportFailure,
    UserAgent,
    fetch,
)
from hdrcli.fetch import user_agent as documented
from hdrcli.fetch.network import Fetching
from hdrcli.fetch.request import Request
from hdrcli.model import Exchange, FetchRecord

Begin = Callable[[FetchRecord, UserAgent], tuple[Request | NetworkError, NetworkContext]]
"""How a fetch begins, were this the user agent."""

_Question = tuple[str, str, str]
_Answers = Mapping[_Question, Sequence[HTTPResponse | TransportFailure]]


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


def with_departures(fetches: Sequence[FetchRecord], begin: Begin) -> tuple[FetchRecord, ...]:
    """The fetches, those of browsers that come to different ends with the departures that decided."""
    alike: dict[object, list[FetchRecord]] = defaultdict(list)
    for each in fetches:
        alike[each.page, each.credentials].append(each)
    found: list[FetchRecord] = []
    for each in fetches:
        group = alike[each.page, each.credentials]
        differ = len({_end(other.result) for other in group}) > 1
        found.append(replace(each, departures=_decisive(each, group, begin)) if differ else each)
    return tuple(found)


def _decisive(record: FetchRecord, group: Sequence[FetchRecord], begin: Begin) -> tuple[str, ...]:
    answers = _answers(exchange for each in group for exchange in each.exchanges)
    browser = USER_AGENTS[record.browser]

    def end(changed: UserAgent) -> object:
        request, context = begin(record, changed)
        if isinstance(request, NetworkError):
            return _end(request)
        return _play(fetch(FetchParams(request=request, context=context)), answers)

    played = end(browser)
    return tuple(
        name
        for name in departing(browser)
        if any(getattr(USER_AGENTS[other.browser], name) != getattr(browser, name) for other in group)
        and end(replace(browser, **{name: getattr(STANDARD, name)})) != played
    )


def _play(fetching: Fetching[FilteredResponse | NetworkError], answers: _Answers) -> object:
    """How it ends, or what it asks that nobody has asked."""
    asked: Counter[_Question] = Counter()
    try:
        request = next(fetching)
        while True:
            question = request.purpose, request.method, str(request.url)
            known = answers.get(question, ())
            if asked[question] == len(known):
                return question
            asked[question] += 1
            request = fetching.send(known[asked[question] - 1])
    except StopIteration as stop:
        return _end(stop.value)


def _answers(exchanges: Iterable[Exchange]) -> _Answers:
    """By what was asked, whatever the words: browsers differ in them."""
    found: dict[_Question, list[HTTPResponse | TransportFailure]] = defaultdict(list)
    for exchange in exchanges:
        request = exchange.request
        found[request.purpose, request.method, str(request.url)].append(exchange.response)
    return found


def _end(result: FilteredResponse | NetworkError) -> object:
    """All that makes a difference to JavaScript."""
    if isinstance(result, NetworkError):
        return result.failure
    return result.type, result.status, result.url, result.headers
