"""The differences between a browser and the engine in random vectors, which have no expected outcome of their own."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from hdrcli.fetch import USER_AGENTS, NetworkError
from hdrcli.fetch.headers import get
from tests.browser import random_fetches, random_http2
from tests.browser.batch import run
from tests.fetch.playing import UnexpectedRequestError, play

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.browser.batch import Browser, Seen
    from tests.fetch.vector_files import Exchange, UserAgent, Vector

_COMPARED: Final = (
    *("origin", "referer", "cookie", "authorization", "content-type", "x-foo", "x-bar", "range", "sec-fetch-site"),
    *("access-control-request-method", "access-control-request-headers"),
)
_BATCH: Final = 300  # browsers keep only so many cookies for one site

Request = tuple[str, str, tuple[tuple[str, str | None], ...]]


def random_cases(seed: int, number: int) -> tuple[Vector, ...]:
    """The first cases of this seed: one of four is about a response over HTTP/2, the others are of all kinds."""
    over_http2 = number // 4
    return (*random_fetches.cases(seed, number - over_http2), *random_http2.cases(seed, over_http2))


def differences(vectors: Sequence[Vector], browser: Browser, program: str) -> dict[str, str]:
    """By the vectors' ids: what the browser does and what the engine does, if that differs twice.

    On a busy machine, browsers lose data that a closed connection follows, and ask a second time.
    """
    at_first = _differing(vectors, browser, program)
    return _differing([vector for vector in vectors if vector.id in at_first], browser, program)


def _differing(vectors: Sequence[Vector], browser: Browser, program: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(vectors), _BATCH):
        batch = vectors[start : start + _BATCH]
        seen = run(batch, browser, program)
        for vector in batch:
            text = _difference(vector, seen[vector.id], browser.NAME)
            if text:
                found[vector.id] = text
    return found


def _difference(vector: Vector, seen: Seen, browser: UserAgent) -> str:
    """The browser's outcome and requests and the engine's, where they differ; "" where they agree."""
    (outcome,) = seen.outcomes
    names = [name for name in _COMPARED if vector.page != "null" or name != "referer"]  # its URL is not the engine's
    requests = [
        (request.method, request.url, tuple((name, request.get(name)) for name in names)) for request in seen.requests
    ]
    theirs, ours = (_theirs(outcome), _once(requests)), _ours(vector, browser, names)
    if theirs == ours:
        return ""
    lines = [f"{vector.page} {dict(vector.steps[0].request)}"]
    lines += [f"  {browser}: {theirs[0]}", *(f"    {_shown(request)}" for request in theirs[1])]
    lines += [f"  engine: {ours[0]}", *(f"    {_shown(request)}" for request in ours[1])]
    lines += [f"  {exchange.method} {exchange.url}: {_response(exchange)}" for exchange in vector.steps[0].exchanges]
    return "\n".join(lines)


def _response(exchange: Exchange) -> object:
    return exchange.frames or (exchange.answer or b"").decode("latin-1")


def _shown(request: Request) -> str:
    method, url, headers = request
    return f"{method} {url} {dict(pair for pair in headers if pair[1] is not None)}"


def _once(requests: Sequence[Request]) -> list[Request]:
    """Browsers send some requests again that met an error."""
    return [request for request, _ in itertools.groupby(requests)]


def _theirs(outcome: Mapping[str, object]) -> object:
    """In WebKitGTK, a fetch whose response is too large never settles."""
    if "error" in outcome or "stuck" in outcome:
        return "rejected"
    headers = outcome["headers"]
    assert isinstance(headers, list)
    return outcome["type"], outcome["status"], sorted((name, value) for name, value in headers)


def _ours(vector: Vector, browser: UserAgent, names: Sequence[str]) -> tuple[object, list[Request]]:
    try:
        (record,) = play(vector, USER_AGENTS[browser])
    except UnexpectedRequestError as error:
        return f"sends {error}", []
    sent = [
        (
            exchange.request.method,
            str(exchange.request.url),
            tuple((name, get(name, exchange.request.headers)) for name in names),
        )
        for exchange in record.exchanges
    ]
    result = record.result
    if isinstance(result, NetworkError):
        return "rejected", _once(sent)
    return (result.type, result.status, sorted(result.headers)), _once(sent)
