"""HTTP/2 over real connections: what is sent, what comes back, how connections are shared, and what never ends."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
import trustme
from hyperframe.frame import ContinuationFrame, DataFrame, HeadersFrame, PingFrame, SettingsFrame

from hdrcli.fetch import CHROMIUM, FIREFOX, WEBKIT, Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.records.exchange import Exchange, RawStream, Received
from hdrcli.structs import replace
from hdrcli.wire.direct import HTTP2, DirectTransport
from hdrcli.wire.network import NetworkTransport
from hdrcli.wire.reading import read_response
from tests.cli.program import hdrcli
from tests.reporting import valid
from tests.serving import frames
from tests.serving.frames import Close, Data, GoAway, Headers, Request, Reset, Script
from tests.serving.http2 import HTTP2Server
from tests.serving.loopback import DEADLINE, LoopbackServer
from tests.serving.raw import RawServer
from tests.serving.tls import server_context, trust
from tests.wire.sending import exchange, http_request, read

OK: Final[Script] = (Headers(fields=((":status", "200"), ("x-a", "1"))), Data(data=b"[]", ends=True))
RESPONSE: Final = HTTPResponse(status=200, headers=(("x-a", "1"),), http_version="2")
TIMEOUT: Final = 0.5
MARGIN: Final = 2.0
"""Seconds for a machine that is busy."""

Serve = Callable[[frames.Connection, Iterator[Request]], None]


def answering(script: Script) -> Serve:
    """The same response to each request."""

    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        for request in requests:
            if not connection.send(script, request.stream):
                return

    return serve


def sending(begin: bytes, again: Iterable[bytes] = ()) -> Serve:
    """Bytes behind the first request, on its stream 1; the connection stays open."""

    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        next(requests)
        connection.send_bytes(begin)
        for data in again:
            connection.send_bytes(data)
        next(requests, None)

    return serve


class Server(LoopbackServer):
    """Serves each connection as `serve` does, and notes the requests."""

    def __init__(self, serve: Serve, tls: ssl.SSLContext, settings: dict[int, int] | None = None) -> None:
        tls.set_alpn_protocols(["h2"])
        super().__init__(tls=tls)
        self._script = serve
        self._settings = settings
        self.url = f"{self.origin}/"
        self.requests: list[Request] = []

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        peer = frames.Connection(connection, self._settings)
        self._script(peer, self._noted(peer.requests()))

    def _noted(self, requests: Iterator[Request]) -> Iterator[Request]:
        for request in requests:
            self.requests.append(request)
            yield request


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context, which this process and the ones it starts trust."""
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    return server_context("127.0.0.1", authority=authority)


def transport(timeout: float = DEADLINE, http2: HTTP2 = "auto") -> DirectTransport:
    return DirectTransport(timeout=timeout, verify=True, http2=http2)


def exchanges(*requests: HTTPRequest, at_once: bool = False) -> list[HTTPResponse | TransportFailure]:
    """The responses to requests over one transport, one after the other or all at once."""

    async def run() -> list[Received]:
        one = transport()
        try:
            if at_once:
                return list(await asyncio.gather(*map(one.exchange, requests)))
            return [await one.exchange(request) for request in requests]
        finally:
            await one.aclose()

    return [read(received, request) for received, request in zip(asyncio.run(run()), requests, strict=True)]


# --- a request and its response -----------------------------------------------------------------------------------


def test_a_request(tls: ssl.SSLContext) -> None:
    headers = (("Connection", "keep-alive"), ("X-A", "1"))
    with Server(answering(OK), tls) as server:
        response = exchange(transport(), http_request(server.url + "p?q", headers=headers))

    assert response == RESPONSE
    assert [request.fields for request in server.requests] == [
        (
            (":method", "GET"),
            (":authority", server.url.split("/")[2]),
            (":scheme", "https"),
            (":path", "/p?q"),
            ("x-a", "1"),
        )
    ]


@pytest.mark.parametrize("size", [1, 65535, 1_000_000])
def test_a_request_body_keeps_to_the_windows(size: int, tls: ssl.SSLContext) -> None:
    with Server(answering(OK), tls) as server:
        response = exchange(transport(), http_request(server.url, method="POST", body=b"x" * size))

    assert response == RESPONSE
    assert [len(request.body) for request in server.requests] == [size]
    assert server.requests[0].get("content-length") == str(size)


def test_a_large_request_head_continues(tls: ssl.SSLContext) -> None:
    value = "~" * 50_000  # 14 bits each in Huffman coding
    with Server(answering(OK), tls) as server:
        response = exchange(transport(), http_request(server.url, headers=[("X-Long", value)]))

    assert response == RESPONSE
    assert server.requests[0].get("x-long") == value


@pytest.mark.parametrize("wanted", [0, 10, 1_000_000, 4_000_000])
def test_the_body_is_read_as_far_as_it_is_wanted(wanted: int, tls: ssl.SSLContext) -> None:
    body = bytes(range(250)) * 6_000

    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        first = next(requests)
        connection.send((Headers(fields=((":status", "200"),)),), first.stream)
        connection.send_body(body, first.stream, requests)

    with Server(serve, tls) as server:
        response = exchange(transport(), replace(http_request(server.url), body_wanted=wanted))

    assert isinstance(response, HTTPResponse)
    assert response.body == body[:wanted]


@pytest.mark.parametrize(("status", "body"), [("200", b""), ("403", b"no")])
def test_the_body_of_an_error_is_wanted(status: str, body: bytes, tls: ssl.SSLContext) -> None:
    script = (Headers(fields=((":status", status),)), Data(data=b"nothing", ends=True))
    with Server(answering(script), tls) as server:
        response = exchange(transport(), replace(http_request(server.url), error_body_wanted=2))

    assert isinstance(response, HTTPResponse)
    assert (response.status, response.body) == (int(status), body)


def test_interim_responses(tls: ssl.SSLContext) -> None:
    hints = Headers(fields=((":status", "103"), ("link", "</a>")))

    async def received(url: str) -> Received:
        one = transport()
        try:
            return await one.exchange(http_request(url))
        finally:
            await one.aclose()

    with Server(answering((hints, *OK)), tls) as server:
        exchanged = asyncio.run(received(server.url))

    assert isinstance(exchanged, Exchange)
    assert exchanged.interim == (HTTPResponse(status=103, headers=(("link", "</a>"),), http_version="2"),)
    assert exchanged.response == RESPONSE


def test_the_header_blocks_are_recorded_as_they_came(tls: ssl.SSLContext) -> None:
    script = (Headers(fields=(("x-a", " 1 "), (":status", "200"), ("X-A", "\xe9"))), Data(data=b"", ends=True))

    async def received(url: str) -> Received:
        one = transport()
        try:
            return await one.exchange(http_request(url))
        finally:
            await one.aclose()

    with Server(answering(script), tls) as server:
        exchanged = asyncio.run(received(server.url))

    assert isinstance(exchanged, Exchange)
    assert isinstance(exchanged.raw, RawStream)
    assert exchanged.raw.heads == (b"x-a:  1 \r\n:status: 200\r\nX-A: \xe9\r\n",)
    assert isinstance(exchanged.response, TransportFailure)


def test_browsers_read_one_response_in_their_own_ways(tls: ssl.SSLContext) -> None:
    script = (Headers(fields=((":status", "200"), ("connection", "close"), ("x-a", " 1"))), Data(data=b"", ends=True))
    request = http_request("https://127.0.0.1/")

    async def received(url: str) -> Received:
        one = transport()
        try:
            return await one.exchange(http_request(url))
        finally:
            await one.aclose()

    with Server(answering(script), tls) as server:
        exchanged = asyncio.run(received(server.url))

    assert isinstance(exchanged, Exchange)
    assert exchanged.raw is not None
    responses = [read_response(exchanged.raw, request, browser).response for browser in (CHROMIUM, FIREFOX, WEBKIT)]
    assert [response.headers if isinstance(response, HTTPResponse) else None for response in responses] == [
        (("connection", "close"), ("x-a", "1")),
        (("x-a", "1"), ("x-firefox-spdy", "h2")),
        None,
    ]


def test_a_server_of_another_maker(tls: ssl.SSLContext) -> None:
    """`h2` keeps to the protocol strictly, and would end the connection for any fault of ours."""
    with HTTP2Server(("x-a", "1"), tls=tls) as server:
        request = http_request(server.url, headers=[("X-Long", "~" * 30_000)])
        assert exchange(transport(), request) == RESPONSE


def test_the_report_says_so(tls: ssl.SSLContext) -> None:
    with HTTP2Server(("access-control-allow-origin", "*"), ("x-b", "2"), tls=tls) as server:
        table, document = (hdrcli("check", server.url, "--verbose", "--format", name) for name in ("table", "json"))

    assert "Responses came over HTTP/2, where header names are in lower case." in table.out
    assert "> :method: GET" in table.out
    assert "< :status: 200" in table.out
    assert "HTTP/1.1" not in table.out
    assert "> host:" not in table.out.lower()
    (service,) = valid(document.out)["services"]
    (exchanged,) = service["routes"][0]["fetches"][0]["exchanges"]
    assert exchanged["response"]["http_version"] == "2"
    assert "x-b" in str(service["findings"])
    assert "x-firefox-spdy" not in str(service["findings"])  # Firefox adds it


def test_http2_that_is_required_and_not_spoken_is_an_unreachable_service(tls: ssl.SSLContext) -> None:
    with RawServer(HTTP1, tls=tls) as server:
        done = hdrcli("check", server.url, "--http2")

    assert done.status == 3
    assert "does not speak HTTP/2, which --http2 requires" in done.err


@pytest.mark.parametrize(
    ("options", "variables", "versions"),
    [
        ([], {}, {"2"}),
        (["--http2"], {}, {"2"}),
        (["--http1.1"], {}, set()),
        ([], {"HDRCLI_HTTP2": "0"}, set()),
        (["--http2"], {"HDRCLI_HTTP2": "0"}, {"2"}),
        (["--http1.1"], {"HDRCLI_HTTP2": "1"}, set()),
    ],
    ids=str,
)
def test_options_choose_the_version(
    options: list[str], variables: dict[str, str], versions: set[str], tls: ssl.SSLContext
) -> None:
    """The server speaks nothing but HTTP/2."""
    with Server(answering(OK), tls) as server:
        arguments = ["check", server.url, "--no-probe", "--fail-on=never", "--format=json", "--exchanges", *options]
        ended = hdrcli(*arguments, env=variables)

    exchanges = [
        exchange for fetch in valid(ended.out)["services"][0]["routes"][0]["fetches"] for exchange in fetch["exchanges"]
    ]
    assert {each["response"]["http_version"] for each in exchanges if "response" in each} == versions
    assert ended.status == (0 if versions else 3)


def test_http2_is_not_spoken_over_http() -> None:
    with RawServer(HTTP1) as server:
        ended = hdrcli("check", server.url, "--http2")

    assert (ended.status, server.requests) == (3, [])
    assert "--http2 requires HTTP/2: use an https URL" in ended.err


# --- which protocol is spoken -------------------------------------------------------------------------------------


HTTP1: Final = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("alpn", [[], ["http/1.1"]])
def test_a_server_without_http2(alpn: list[str], tls: ssl.SSLContext) -> None:
    if alpn:
        tls.set_alpn_protocols(alpn)
    with RawServer(HTTP1, tls=tls) as server:
        response = exchange(transport(), http_request(server.url))

    assert response == HTTPResponse(status=200, headers=(("X-A", "1"), ("Content-Length", "0")))


def test_http2_that_is_off(tls: ssl.SSLContext) -> None:
    tls.set_alpn_protocols(["h2", "http/1.1"])
    with RawServer(HTTP1, tls=tls) as server:
        response = exchange(transport(http2="off"), http_request(server.url))

    assert isinstance(response, HTTPResponse)
    assert response.http_version == "1.1"


@pytest.mark.parametrize("alpn", [[], ["http/1.1"], None])
def test_http2_that_is_required_and_not_spoken(alpn: list[str] | None, tls: ssl.SSLContext) -> None:
    if alpn:
        tls.set_alpn_protocols(alpn)
    with RawServer(HTTP1, tls=None if alpn is None else tls) as server:
        response = exchange(transport(http2="required"), http_request(server.url))

    assert isinstance(response, TransportFailure)
    assert response.subject == ("http2-over-http" if alpn is None else "http2-required")
    assert server.requests == []


def test_http2_that_is_required_and_spoken(tls: ssl.SSLContext) -> None:
    with Server(answering(OK), tls) as server:
        assert exchange(transport(http2="required"), http_request(server.url)) == RESPONSE


def test_http2_that_is_required_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(b"") as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        network = NetworkTransport(timeout=DEADLINE, verify=True, http2="required")
        response = exchange(network, http_request("https://api.invalid/"))

    assert isinstance(response, TransportFailure)
    assert proxy.requests == []


# --- shared connections -------------------------------------------------------------------------------------------


def test_requests_share_a_connection_one_after_the_other(tls: ssl.SSLContext) -> None:
    with Server(answering(OK), tls) as server:
        requests = [http_request(server.url, method=method, body=b"x") for method in ("GET", "POST", "PUT")]
        assert exchanges(*requests) == [RESPONSE] * 3

    assert server.connections == 1


@pytest.mark.parametrize("limit", [None, 3, 1])
def test_requests_share_a_connection_at_once(limit: int | None, tls: ssl.SSLContext) -> None:
    settings = None if limit is None else {SettingsFrame.MAX_CONCURRENT_STREAMS: limit}
    with Server(answering(OK), tls, settings) as server:
        requests = [http_request(server.url + str(number)) for number in range(50)]
        assert exchanges(*requests, at_once=True) == [RESPONSE] * 50

    assert server.connections == 1


def test_the_server_s_limit_of_streams_is_kept(tls: ssl.SSLContext) -> None:
    """The server responds only when two requests are there, and would reset a third."""
    most: list[int] = []

    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        open_streams: list[int] = []
        for request in requests:
            open_streams.append(request.stream)
            most.append(len(open_streams))
            if len(open_streams) == 2:
                for stream in open_streams:
                    connection.send(OK, stream)
                open_streams.clear()

    with Server(serve, tls, {SettingsFrame.MAX_CONCURRENT_STREAMS: 2}) as server:
        first = http_request(server.url + "first")
        requests = [http_request(server.url + str(number)) for number in range(9)]
        assert exchanges(first, *requests, at_once=True) == [RESPONSE] * 10

    assert max(most) <= 3  # the first requests may precede the SETTINGS


def test_a_server_that_allows_no_stream(tls: ssl.SSLContext) -> None:
    with Server(answering(OK), tls, {SettingsFrame.MAX_CONCURRENT_STREAMS: 0}) as server:

        async def run() -> list[Received]:
            one = transport(TIMEOUT)
            try:
                return [await one.exchange(http_request(server.url)) for _ in range(2)]
            finally:
                await one.aclose()

        _, second = asyncio.run(run())

    assert isinstance(second, TransportFailure)
    assert second.failure is Failure.TIMEOUT


def test_requests_at_once_to_a_server_with_http1_have_connections_of_their_own(tls: ssl.SSLContext) -> None:
    tls.set_alpn_protocols(["http/1.1"])
    with RawServer(HTTP1, tls=tls) as server:

        async def run() -> list[Received]:
            one = transport()
            try:
                return list(await asyncio.gather(*(one.exchange(http_request(server.url)) for _ in range(5))))
            finally:
                await one.aclose()

        asyncio.run(run())

    assert len(server.requests) == 5


def test_a_request_after_goaway_opens_a_connection(tls: ssl.SSLContext) -> None:
    with Server(answering((*OK, GoAway(code=0))), tls) as server:
        assert exchanges(*[http_request(server.url)] * 2) == [RESPONSE] * 2

    assert server.connections == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("refusal", [(Reset(code=7),), (GoAway(code=0, last_stream=0),)], ids=["reset", "goaway"])
def test_a_request_that_was_not_processed_is_sent_again(refusal: Script, method: str, tls: ssl.SSLContext) -> None:
    scripts = itertools.chain([refusal], itertools.repeat(OK))

    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        for request in requests:
            connection.send(next(scripts), request.stream)

    with Server(serve, tls) as server:
        request = http_request(server.url, method=method)
        assert exchanges(request) == [RESPONSE]

    assert len(server.requests) == 2


def test_a_request_that_is_refused_again_fails(tls: ssl.SSLContext) -> None:
    with Server(answering((Reset(code=7),)), tls) as server:
        (response,) = exchanges(http_request(server.url))

    assert isinstance(response, TransportFailure)
    assert response.failure is Failure.INVALID_HTTP
    assert len(server.requests) == 2


@pytest.mark.parametrize(("method", "is_sent_again"), [("GET", True), ("POST", False)])
def test_a_reused_connection_that_closes(method: str, is_sent_again: bool, tls: ssl.SSLContext) -> None:  # noqa: FBT001
    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        connection.send(OK, next(requests).stream)
        next(requests, None)

    with Server(serve, tls) as server:
        first, second = exchanges(http_request(server.url), http_request(server.url, method=method))

    assert first == RESPONSE
    assert (second == RESPONSE) is is_sent_again
    assert server.connections == (2 if is_sent_again else 1)


def test_a_421_is_the_last_response_of_its_connection(tls: ssl.SSLContext) -> None:
    misdirected = (Headers(fields=((":status", "421"),), ends=True),)
    with Server(answering(misdirected), tls) as server:
        responses = exchanges(*[http_request(server.url)] * 2)

    assert [response.status for response in responses if isinstance(response, HTTPResponse)] == [421, 421]
    assert server.connections == 2


def test_a_silent_server_gets_another_connection(tls: ssl.SSLContext) -> None:
    def serve(connection: frames.Connection, requests: Iterator[Request]) -> None:
        for request in requests:
            if request.get(":path") == "/good":
                connection.send(OK, request.stream)

    with Server(serve, tls) as server:

        async def run() -> list[Received]:
            one = transport(TIMEOUT)
            try:
                paths = ("good", "bad", "good")
                return [await one.exchange(http_request(server.url + path)) for path in paths]
            finally:
                await one.aclose()

        first, second, third = (read(received, http_request(server.url)) for received in asyncio.run(run()))

    assert first == third == RESPONSE
    assert isinstance(second, TransportFailure)
    assert second.failure is Failure.TIMEOUT
    assert server.connections == 2


# --- bounds -------------------------------------------------------------------------------------------------------


HEAD: Final = frames.frames(Headers(fields=((":status", "200"),)), 1)
MANY: Final = 2_000
BOMB: Final = frames.block([("x-a", "a" * 4000)]).replace(b"\0", b"\x40", 1) + b"\xbe" * 12_000
"""A field of 4 kB, put into the table, and 12,000 references to it: 48 MB."""


def endless(data: bytes, begin: bytes = b"") -> Serve:
    return sending(begin, itertools.repeat(data))


ENDLESS: Final[dict[str, Serve]] = {
    "nothing": sending(b""),
    "head": sending(HEAD),
    "pings": endless(PingFrame(0, b"12345678").serialize() * MANY),
    "settings": endless(frames.settings({3: 100}) * MANY),
    "empty-data": endless(DataFrame(1, b"").serialize() * MANY, HEAD),
    "empty-data-without-head": endless(DataFrame(1, b"").serialize() * MANY),
    "data": endless(DataFrame(1, bytes(16384)).serialize(), HEAD),
    "one-byte-data": endless(DataFrame(1, b"a").serialize() * MANY, HEAD),
    "padding": endless(DataFrame(1, b"", pad_length=255, flags=["PADDED"]).serialize() * MANY, HEAD),
    "unknown-frames": endless(b"\0\0\1\xee\0\0\0\0\0a" * MANY),
    "continuations": endless(
        ContinuationFrame(1, b"").serialize() * MANY, HeadersFrame(1, frames.block([(":status", "200")])).serialize()
    ),
    "large-continuations": endless(ContinuationFrame(1, bytes(16384)).serialize(), HeadersFrame(1, b"").serialize()),
    "interim": endless(frames.frames(Headers(fields=((":status", "103"),)), 1) * MANY),
    "other-streams": endless(frames.frames(Headers(fields=((":status", "200"),)), 3) * MANY),
    "trailers": endless(frames.frames(Headers(fields=(("x-t", "1"),)), 1) * MANY, HEAD),
    "bomb": sending(frames.header_frames(BOMB, 1, ends=False)),
    "bombs": endless(frames.header_frames(BOMB, 3, ends=False)),
    "goaways": endless(frames.frames(GoAway(code=0), 1) * MANY),
    "resets": endless(frames.frames(Reset(code=2), 3) * MANY),
}


@pytest.mark.parametrize("wanted", [0, 4 * 1024 * 1024], ids=["unwanted", "wanted"])
@pytest.mark.parametrize("name", ENDLESS)
def test_the_timeout_holds(name: str, wanted: int, tls: ssl.SSLContext) -> None:
    with Server(ENDLESS[name], tls) as server:
        start = time.monotonic()
        response = exchange(transport(TIMEOUT), replace(http_request(server.url), body_wanted=wanted))
        seconds = time.monotonic() - start

    assert seconds < TIMEOUT + MARGIN
    assert isinstance(response, HTTPResponse) is (
        name in {"head", "data", "one-byte-data", "empty-data", "padding", "trailers"}
    )
    if name == "head":
        assert isinstance(response, HTTPResponse)
        assert response.is_body_late is bool(wanted)


def test_events_are_not_waited_for(tls: ssl.SSLContext) -> None:
    """An event stream has no end, and nothing may come for hours."""
    fields = ((":status", "200"), ("content-type", "text/event-stream"))
    with Server(sending(frames.frames(Headers(fields=fields), 1)), tls) as server:
        start = time.monotonic()
        response = exchange(transport(DEADLINE), replace(http_request(server.url), body_wanted=1000))

    assert isinstance(response, HTTPResponse)
    assert response.is_body_late
    assert time.monotonic() - start < DEADLINE / 2


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", id="http1"),
        pytest.param(b"\0\x40\1\0\0\0\0\0\1" + bytes(0x4001), id="large frame"),
        pytest.param(b"\xff" * 9, id="largest frame"),
        pytest.param(HeadersFrame(1, b"\xff", flags=["END_HEADERS"]).serialize(), id="hpack"),
        pytest.param(HeadersFrame(1, b"\x40\x83\xff\xff\xff\1a", flags=["END_HEADERS"]).serialize(), id="huffman"),
        pytest.param(b"\0\0\4\5\4\0\0\0\1\0\0\0\2", id="push"),
        pytest.param(ContinuationFrame(1, b"").serialize(), id="continuation without headers"),
        pytest.param(
            HeadersFrame(1, b"").serialize() + PingFrame(0, b"12345678").serialize(), id="ping within a block"
        ),
        pytest.param(b"\0\0\1\6\0\0\0\0\0a", id="short ping"),
        pytest.param(b"\0\0\0\0\0\0\0\0\0", id="data on stream 0"),
        pytest.param(b"\0\0\1\0\x08\0\0\0\1\xff", id="padding beyond the frame"),
    ],
)
def test_a_server_that_breaks_the_protocol(data: bytes, tls: ssl.SSLContext) -> None:
    with Server(sending(data), tls) as server:
        response = exchange(transport(), http_request(server.url))

    assert isinstance(response, TransportFailure)
    assert response.failure is Failure.INVALID_HTTP


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        ((Close(),), Failure.EMPTY_REPLY),
        ((Headers(fields=((":status", "103"),)), Close()), Failure.INVALID_HTTP),
        ((Reset(code=2),), Failure.INVALID_HTTP),
        ((GoAway(code=2), Close()), Failure.INVALID_HTTP),
        ((Headers(fields=((":status", "abc"),), ends=True),), Failure.INVALID_HTTP),
        ((Headers(fields=(("x-a", "1"),), ends=True),), Failure.INVALID_HTTP),
    ],
)
def test_no_response(script: Script, failure: Failure, tls: ssl.SSLContext) -> None:
    with Server(answering(script), tls) as server:
        response = exchange(transport(), http_request(server.url))

    assert isinstance(response, TransportFailure)
    # A server that closes while bytes are unread resets the connection.
    assert response.failure in {failure, *([Failure.CONNECTION_RESET] if Close() in script else [])}
