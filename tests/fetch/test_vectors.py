"""Every vector, judged by the engine as the standard has it and as each of the three browsers.

The real browsers judge the same ones in `tests/browser`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from hdrcli.fetch import STANDARD, USER_AGENTS, FilteredResponse, HTTPRequest, HTTPResponse, NetworkError, UserAgent
from hdrcli.fetch.headers import get
from hdrcli.structs import replace
from hdrcli.verdict.failures import sentence
from hdrcli.verdict.quirks import quirks_of, recording_reads
from tests.fetch.beyond_the_engine import BEYOND_THE_ENGINE, is_beyond_the_engine
from tests.fetch.playing import play
from tests.fetch.vector_files import Exchange, Outcome, Vector, load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _pytest.mark import ParameterSet

    from hdrcli.records.exchange import Exchange as RecordedExchange
    from tests.fetch import vector_files

VECTORS = load()


def _cases() -> list[ParameterSet]:
    return [
        pytest.param(vector, user_agent, id=f"{vector.id}-{user_agent.name}")
        for vector in VECTORS
        for user_agent in USER_AGENTS.values()
        if vector.is_for(user_agent.name) and not is_beyond_the_engine(vector.id, user_agent.name)
    ]


def _cases_beyond_the_engine() -> list[ParameterSet]:
    by_id = {vector.id: vector for vector in VECTORS}
    return [
        pytest.param(by_id[vector], USER_AGENTS[beyond.browser], beyond.engine, id=f"{vector}-{beyond.browser}")
        for beyond in BEYOND_THE_ENGINE
        for vector in beyond.vectors
    ]


def test_there_are_vectors_enough() -> None:
    assert len(VECTORS) >= 750


@pytest.mark.parametrize(("vector", "user_agent"), _cases())
def test_engine(vector: Vector, user_agent: UserAgent) -> None:
    play_vector(vector, user_agent)


@pytest.mark.parametrize(("vector", "user_agent", "engine"), _cases_beyond_the_engine())
def test_beyond_the_engine(vector: Vector, user_agent: UserAgent, engine: vector_files.UserAgent) -> None:
    """The engine does what the list says, and not yet what the browser does."""
    play_vector(replace(vector, steps=vector.steps_for(engine), steps_by_browser={}), user_agent)
    with pytest.raises(AssertionError):
        play_vector(vector, user_agent)


def test_what_is_beyond_the_engine_is_listed_once() -> None:
    listed = Counter((beyond.browser, vector) for beyond in BEYOND_THE_ENGINE for vector in beyond.vectors)
    assert not [case for case, count in listed.items() if count > 1]
    differing = {(browser, vector.id) for vector in VECTORS for browser in vector.steps_by_browser}
    assert listed.keys() <= differing


@pytest.mark.no_cover
@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(USER_AGENTS.keys() - {STANDARD.name}))
def test_every_quirk_is_proven(name: str) -> None:
    """Without any one of its quirks, a browser would fail one of its vectors, whose fetches read the quirk's field."""
    user_agent = USER_AGENTS[name]
    vectors = [
        vector
        for vector in VECTORS
        if user_agent.name in vector.steps_by_browser and not is_beyond_the_engine(vector.id, user_agent.name)
    ]
    assert quirks_of(user_agent)
    fields = {vector.id: _fields_read(vector, user_agent) for vector in vectors}
    for quirk in quirks_of(user_agent):
        failing = {vector.id for vector in vectors if not _passes(vector, quirk.removed_from(user_agent))}
        assert failing, quirk.name
        assert failing <= {id_ for id_, names in fields.items() if quirk.name in names}, quirk.name


def _fields_read(vector: Vector, user_agent: UserAgent) -> frozenset[str]:
    recording, read = recording_reads(user_agent)
    play_vector(vector, recording)
    return frozenset(read)


def _passes(vector: Vector, user_agent: UserAgent) -> bool:
    try:
        play_vector(vector, user_agent)
    except AssertionError:
        return False
    return True


def play_vector(vector: Vector, user_agent: UserAgent) -> None:
    for step, record in zip(vector.steps_for(user_agent.name), play(vector, user_agent), strict=True):
        sent = [exchange.request for exchange in record.exchanges]
        assert [(request.method, str(request.url)) for request in sent] == [
            (exchange.method, exchange.url) for exchange in step.exchanges
        ]
        for request, exchange in zip(sent, step.exchanges, strict=True):
            _assert_request(request, exchange)
        _assert_outcome(record.result, step.outcome)
        if isinstance(record.result, NetworkError):
            _assert_place(record.result, record.exchanges)


def _assert_request(request: HTTPRequest, exchange: Exchange) -> None:
    assert {name: get(name, request.headers) for name in exchange.headers} == exchange.headers
    if exchange.request_body is not None:
        assert (request.body or b"").decode() == exchange.request_body


def _assert_place(error: NetworkError, exchanges: Sequence[RecordedExchange]) -> None:
    """The error tells on which exchange the fetch failed."""
    assert (error.exchange is None) == (not exchanges) == (error.at == "request")
    if error.exchange is None:
        return
    failed = exchanges[error.exchange]
    assert (failed.request.purpose == "preflight") == (error.at == "preflight")
    assert error.status is None or (
        isinstance(failed.response, HTTPResponse) and failed.response.status == error.status
    )


def _assert_outcome(result: FilteredResponse | NetworkError, expected: Outcome) -> None:
    if isinstance(result, NetworkError):
        assert result.failure == expected.failure, sentence(result)
        assert sentence(result).endswith((".", "?"))
        return
    assert expected.failure is None
    assert (result.type, result.status, result.headers) == (expected.type, expected.status, expected.headers)
    assert expected.url in {None, result.url}
    assert expected.redirected in {None, result.redirected}
