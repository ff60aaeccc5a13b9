"""However fast or slow a server sends, and whatever never ends: an exchange ends in time, and holds only so much."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from hdrcli.fetch import Failure, HTTPResponse, TransportFailure
from hdrcli.records.exchange import Received
from hdrcli.structs import replace
from hdrcli.wire.body import MAX_EXCESS, MAX_LINE_SIZE, MAX_TRAILERS_SIZE, BodyReader
from hdrcli.wire.connection import Connection
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.head import MAX_HEADS, MAX_SIZE, HeadReader
from hdrcli.wire.over_httpx import HTTPXTransport
from hdrcli.wire.transport import Transport
from tests.serving.hostile import BEHAVIOURS, Behaviour, HostileServer, Outcome, Script, Sleep
from tests.wire.sending import exchange, http_request

TIMEOUT: Final = 0.5
MARGIN: Final = 2.0
"""Seconds for a machine that is busy."""
DISTANT: Final = 30.0
"""A timeout that must not be what ends an exchange."""
WANTED: Final = 4 * 1024 * 1024
CHUNKED: Final = (("Transfer-Encoding", "chunked"),)
TRANSPORTS: Final[dict[str, Callable[[float], Transport]]] = {
    "direct": lambda timeout: DirectTransport(timeout=timeout, verify=True),
    "httpx": lambda timeout: HTTPXTransport(httpx.AsyncHTTPTransport(), timeout=timeout),  # for proxies
}


def timed(transport: Transport, url: str, *, body_wanted: int = 0) -> tuple[HTTPResponse | TransportFailure, float]:
    """The response or the failure, and how many seconds it took."""
    start = time.monotonic()
    response = exchange(transport, replace(http_request(url), body_wanted=body_wanted))
    return response, time.monotonic() - start


@pytest.mark.parametrize("way", TRANSPORTS)
@pytest.mark.parametrize("wanted", [0, WANTED], ids=["unwanted", "wanted"])
@pytest.mark.parametrize(
    "behaviour",
    [behaviour for behaviour in BEHAVIOURS.values() if behaviour.name.startswith(("endless", "one-byte", "slow"))],
    ids=lambda behaviour: behaviour.name,
)
def test_the_timeout_holds(behaviour: Behaviour, wanted: int, way: str) -> None:
    with HostileServer(behaviour) as server:
        response, seconds = timed(TRANSPORTS[way](TIMEOUT), server.url, body_wanted=wanted)

    assert isinstance(response, HTTPResponse) is (behaviour.outcome is Outcome.ANSWERS)
    assert seconds < TIMEOUT + MARGIN


@pytest.mark.parametrize(
    "name",
    [
        "chunk-extensions",
        "endless-chunk-extension",
        "endless-continue",
        "endless-headers",
        "endless-shortest-interim-heads",
        "endless-status-line",
        "endless-trailer-line",
        "endless-trailers",
    ],
)
def test_bytes_are_bounded_whatever_the_timeout(name: str) -> None:
    with HostileServer(BEHAVIOURS[name]) as server:
        _, seconds = timed(TRANSPORTS["direct"](DISTANT), server.url, body_wanted=WANTED)

    assert seconds < DISTANT / 2


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda _: [Sleep(None)], id="silent"),
        pytest.param(lambda _: itertools.cycle([b"\x16", Sleep(0.05)]), id="slow"),
        pytest.param(lambda _: itertools.repeat(b"\x16\x03\x03\x40\x00" + bytes(0x4000)), id="endless"),
    ],
)
def test_a_handshake_without_end(script: Script) -> None:
    behaviour = Behaviour("handshake", Outcome.UNREACHABLE, script, reads_request=False)
    with HostileServer(behaviour) as server:
        response, seconds = timed(TRANSPORTS["direct"](TIMEOUT), server.url.replace("http", "https"))

    assert isinstance(response, TransportFailure)
    assert response.failure in {Failure.TIMEOUT, Failure.TLS}
    assert seconds < TIMEOUT + MARGIN


def body_read(*portions: bytes, limit: int = WANTED) -> BodyReader:
    body = BodyReader(CHUNKED, limit, is_empty=False)
    for portion in portions:
        body.feed(portion)
    return body


def test_trailers_are_bounded_together() -> None:
    line = b"X-T: " + b"1" * 1000 + b"\r\n"

    assert not body_read(b"0\r\n", line * (MAX_TRAILERS_SIZE // 1100)).done
    too_many = body_read(b"0\r\n", line * (MAX_TRAILERS_SIZE // 900))
    assert (too_many.done, too_many.ended) == (True, False)


def test_small_chunks_are_no_excess_and_long_extensions_are() -> None:
    assert not body_read(b"1\r\na\r\n" * 100_000).done
    assert not body_read(b"1;name=value\r\na\r\n" * 100_000).done
    assert not body_read(b"4000;%b\r\n%b\r\n" % (b"a" * (MAX_LINE_SIZE - 100), bytes(0x4000)) * 10).done
    excessive = body_read(b"1;%b\r\na\r\n" % (b"a" * 1000) * (MAX_EXCESS // 900))
    assert (excessive.done, excessive.ended) == (True, False)


def test_interim_responses_are_bounded_in_number() -> None:
    interim = b"HTTP/1 100\n\n"
    reader = HeadReader()

    assert reader.feed(interim * (MAX_HEADS - 1)) is None
    raw = reader.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    assert raw is not None
    assert (len(raw.heads), raw.end) == (MAX_HEADS, "whole")

    raw = HeadReader().feed(interim * (MAX_HEADS + 1))
    assert raw is not None
    assert (len(raw.heads), raw.end) == (MAX_HEADS + 1, "too large")


def test_heads_are_bounded_together() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\nX-A: %b\r\n\r\n" % (b"a" * 1000)
    raw = HeadReader().feed(interim * (MAX_SIZE // len(interim) + 1))

    assert raw is not None
    assert raw.end == "too large"


def test_nothing_is_read_before_the_request_is_sent() -> None:
    """The early bytes of a server that does not wait are held once, however many more it would send."""
    behaviour = Behaviour(
        "early",
        Outcome.ANSWERS,
        lambda _: itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(bytes(65536))),
        reads_request=False,
    )
    with HostileServer(behaviour) as server:
        response, seconds = timed(TRANSPORTS["direct"](DISTANT), server.url)

    assert isinstance(response, HTTPResponse)
    assert seconds < MARGIN


class SteppedLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock goes on by a hundredth of a second each time bytes arrive."""

    now = 0.0

    def time(self) -> float:
        return self.now

    async def feed(self, connection: Connection, result: asyncio.Future[Received]) -> int:
        """One byte of a body in each turn of the loop, before its timers; how many it took until the exchange ended."""
        connection.data_received(b"HTTP/1.1 200 OK\r\n\r\n")
        for count in itertools.count(1):
            await asyncio.sleep(0)
            if result.done() or count > 1000:
                return count
            self.now += 0.01
            connection.data_received(b"a")
        return 0


@pytest.mark.parametrize(("wanted", "seconds"), [(0, 0.1), (WANTED, 1.0)])
def test_bytes_that_are_always_ready_do_not_starve_the_timer(wanted: int, seconds: float) -> None:
    async def count_bytes() -> int:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SteppedLoop)
        connection = Connection(("http", "127.0.0.1", 80, False))
        request = replace(http_request("http://127.0.0.1/"), body_wanted=wanted)
        return await loop.feed(connection, connection.exchange(request, deadline=1.0))

    with asyncio.Runner(loop_factory=SteppedLoop) as runner:
        count = runner.run(count_bytes())

    assert count == pytest.approx(seconds / 0.01, abs=2)
