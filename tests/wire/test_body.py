"""Where a body ends and what comes of it: from bytes, and over real sockets, direct and by httpx."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import httpx
import pytest

from hdrcli.fetch import HTTPRequest, HTTPResponse
from hdrcli.records.exchange import RawHead
from hdrcli.structs import replace
from hdrcli.wire.body import MAX_LINE_SIZE, BodyReader, is_without_body
from hdrcli.wire.direct import DirectTransport
from hdrcli.wire.over_httpx import HTTPXTransport
from hdrcli.wire.transport import Transport
from tests.serving.hostile import BEHAVIOURS, Behaviour, HostileServer, Outcome, Sleep
from tests.serving.loopback import DEADLINE
from tests.serving.raw import RawServer
from tests.wire.sending import exchange, http_request, read

LIMIT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Case:
    """The bytes behind a head with these lines, and what is made of them."""

    name: str
    head: bytes
    data: bytes
    body: bytes
    done: bool = True
    ended: bool = False
    method: str = "GET"
    status: bytes = b"200 OK"


def chunked(name: str, data: bytes, body: bytes, *, done: bool = True, ended: bool = False) -> Case:
    return Case(name=name, head=b"Transfer-Encoding: chunked", data=data, body=body, done=done, ended=ended)


CASES: Final = (
    Case(name="length", head=b"Content-Length: 2", data=b"[]", body=b"[]", ended=True),
    Case(name="length 0", head=b"Content-Length: 0", data=b"", body=b"", ended=True),
    Case(name="more than the length", head=b"Content-Length: 2", data=b"[]HTTP/1.1 200 OK", body=b"[]"),
    Case(name="less than the length", head=b"Content-Length: 3", data=b"[]", body=b"[]", done=False),
    Case(name="length of no digit", head=b"Content-Length: \xb2", data=b"[]", body=b"[]", done=False),
    Case(name="negative length", head=b"Content-Length: -1", data=b"[]", body=b"[]", done=False),
    Case(name="huge length", head=b"Content-Length: " + b"9" * 5000, data=b"[]", body=b"[]", done=False),
    Case(name="beyond the limit", head=b"Content-Length: 200", data=b"x" * 200, body=b"x" * LIMIT),
    Case(name="at the limit", head=b"Content-Length: 100", data=b"x" * 100, body=b"x" * LIMIT, ended=True),
    Case(name="no framing", head=b"X-A: 1", data=b"[]", body=b"[]", done=False),
    Case(name="no framing, beyond the limit", head=b"X-A: 1", data=b"x" * 101, body=b"x" * LIMIT),
    Case(name="HEAD", method="HEAD", head=b"X-A: 1", data=b"", body=b"", ended=True),
    Case(name="HEAD, length 0", method="HEAD", head=b"Content-Length: 0", data=b"", body=b"", ended=True),
    Case(name="HEAD that announces a body", method="HEAD", head=b"Content-Length: 2", data=b"", body=b""),
    Case(name="HEAD that announces chunks", method="HEAD", head=b"Transfer-Encoding: chunked", data=b"", body=b""),
    Case(name="HEAD with a body", method="HEAD", head=b"Content-Length: 2", data=b"[]", body=b""),
    Case(name="204", status=b"204 No Content", head=b"X-A: 1", data=b"", body=b"", ended=True),
    Case(name="204 that announces a body", status=b"204 No Content", head=b"Content-Length: 2", data=b"", body=b""),
    Case(name="304", status=b"304 Not Modified", head=b"X-A: 1", data=b"", body=b"", ended=True),
    Case(name="304 that announces a body", status=b"304 Not Modified", head=b"Content-Length: 2", data=b"", body=b""),
    chunked("chunks", b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc", ended=True),
    chunked("no chunk", b"0\r\n\r\n", b"", ended=True),
    chunked("hexadecimal size", b"0a\r\n0123456789\r\n0\r\n\r\n", b"0123456789", ended=True),
    chunked("extensions", b'2 ;a="\xff"\r\nab\r\n0;b\r\n\r\n', b"ab", ended=True),
    chunked("trailers", b"2\r\nab\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n", b"ab", ended=True),
    chunked("bare LF", b"2\nab\n0\n\n", b"ab", ended=True),
    chunked("more than the last chunk", b"1\r\na\r\n0\r\n\r\nHTTP/1.1 200 OK", b"a"),
    chunked("cut off in a size", b"2\r\nab\r\n1", b"ab", done=False),
    chunked("cut off in a chunk", b"3\r\nab", b"ab", done=False),
    chunked("cut off behind a chunk", b"2\r\nab\r", b"ab", done=False),
    chunked("cut off in the trailers", b"2\r\nab\r\n0\r\nX-A: 1\r\n", b"ab", done=False),
    chunked("beyond the limit, chunked", b"%x\r\n" % 200 + b"x" * 200, b"x" * LIMIT),
    chunked("no size", b"1\r\na\r\nzz\r\n", b"a"),
    chunked("negative size", b"-5\r\nhello\r\n0\r\n\r\n", b""),
    chunked("huge size", b"f" * 40 + b"\r\nhello", b""),
    chunked("a chunk longer than its size", b"2\r\nabc\r\n0\r\n\r\n", b"ab"),
    chunked("extension without end", b"2;" + b"a" * MAX_LINE_SIZE, b""),
    chunked("trailer without end", b"0\r\n" + b"a" * (MAX_LINE_SIZE + 1), b""),
    Case(
        name="another coding first",
        head=b"Transfer-Encoding: gzip, Chunked",
        data=b"1\r\na\r\n0\r\n\r\n",
        body=b"a",
        ended=True,
    ),
    Case(name="another coding last", head=b"Transfer-Encoding: gzip", data=b"1\r\n", body=b"1\r\n", done=False),
    Case(
        name="chunked beside a length: who is in front may see another end",
        head=b"Transfer-Encoding: chunked\r\nContent-Length: 2",
        data=b"2\r\nab\r\n0\r\n\r\n",
        body=b"ab",
    ),
)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_where_a_body_ends(case: Case, size: int) -> None:
    raw = RawHead(heads=(b"HTTP/1.1 %b\r\n%b\r\n" % (case.status, case.head),), end="whole")
    head = read(raw, http_request("http://a.example/"))
    assert isinstance(head, HTTPResponse)
    is_empty = is_without_body(case.method, head.status)
    reader = BodyReader(head.headers, LIMIT, is_empty=is_empty)
    follower = BodyReader(head.headers, None, is_empty=is_empty)
    for start in range(0, len(case.data), size):
        reader.feed(case.data[start : start + size])
        follower.feed(case.data[start : start + size])

    assert (bytes(reader.body), reader.done, reader.ended) == (case.body, case.done, case.ended)
    assert follower.ended == case.ended or len(case.body) >= LIMIT
    assert not follower.body


# --- over sockets ---------------------------------------------------------------------------------------


def transports(timeout: float = DEADLINE) -> list[Transport]:
    return [
        DirectTransport(timeout=timeout, verify=True),
        HTTPXTransport(httpx.AsyncHTTPTransport(), timeout=timeout),
    ]


def asking(url: str, wanted: int) -> HTTPRequest:
    return replace(http_request(url), body_wanted=wanted)


LARGE: Final = bytes(range(256)) * 4096
BODIES: Final = [
    (b"Content-Length: 2\r\n\r\n[]", 10, b"[]"),
    (b"Content-Length: 2\r\n\r\n[]", 1, b"["),
    (b"Content-Length: 2\r\n\r\n[]", 0, b""),
    (b"Content-Encoding: gzip\r\n\r\n\x1f\x8b", 10, b"\x1f\x8b"),
    (b"Transfer-Encoding: chunked\r\n\r\n1\r\n[\r\n1\r\n]\r\n0\r\n\r\n", 10, b"[]"),
    (b"\r\n" + LARGE, len(LARGE) + 1, LARGE),
    (b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE, len(LARGE), LARGE),
    (b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE, 100_000, LARGE[:100_000]),
]


@pytest.mark.parametrize(("answer", "wanted", "body"), BODIES, ids=range(len(BODIES)))
def test_the_body_is_read_as_far_as_it_is_wanted(answer: bytes, wanted: int, body: bytes) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + answer) as server:
        for transport in transports():
            response = exchange(transport, asking(server.url, wanted))

            assert isinstance(response, HTTPResponse)
            assert response.body == body


@pytest.mark.parametrize(
    ("status", "body"), [(b"200 OK", b"["), (b"399 A", b"["), (b"400 B", b"[]"), (b"500 C", b"[]")]
)
def test_more_of_an_error_may_be_wanted(status: bytes, body: bytes) -> None:
    with RawServer(b"HTTP/1.1 " + status + b"\r\nContent-Length: 3\r\n\r\n[]]") as server:
        for transport in transports():
            response = exchange(transport, replace(http_request(server.url), body_wanted=1, error_body_wanted=2))

            assert isinstance(response, HTTPResponse)
            assert response.body == body


@pytest.mark.parametrize(
    ("behaviour", "body"),
    [
        ("body-ends-early", b"short"),
        ("reset-within-body", b"short"),
        ("endless-body", bytes(1000)),
        ("gigabyte-body", bytes(1000)),
        ("endless-chunked-body", bytes(1000)),
    ],
)
def test_a_body_that_is_cut_off_or_without_end(behaviour: str, body: bytes) -> None:
    for transport in transports():
        with HostileServer(BEHAVIOURS[behaviour]) as server:
            response = exchange(transport, asking(server.url, 1000))

        assert isinstance(response, HTTPResponse)
        assert response.body == body


def test_events_are_not_waited_for() -> None:
    """An event stream has no end, and nothing may come for hours."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n: begin\n\n"
    with HostileServer(Behaviour("events", Outcome.ANSWERS, lambda _: (head, Sleep(None)))) as server:
        start = time.monotonic()
        response = exchange(DirectTransport(timeout=DEADLINE, verify=True), asking(server.url, 1000))

    assert isinstance(response, HTTPResponse)
    assert (response.body, response.is_body_late) == (b": begin\n\n", True)
    assert time.monotonic() - start < DEADLINE / 2


def test_a_success_is_not_waited_for_where_the_body_of_an_error_is_wanted() -> None:
    """A write may start a stream."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
    for transport in transports():
        with HostileServer(Behaviour("lines", Outcome.ANSWERS, lambda _: (head, Sleep(None)))) as server:
            start = time.monotonic()
            response = exchange(transport, replace(http_request(server.url), error_body_wanted=1000))

        assert isinstance(response, HTTPResponse)
        assert (response.body, response.is_body_late) == (b"", False)
        assert time.monotonic() - start < DEADLINE / 2


@pytest.mark.parametrize("behaviour", ["body-never-comes", "endless-chunk-extension"])
def test_a_body_is_waited_for_as_long_as_for_the_head(behaviour: str) -> None:
    for transport in transports(timeout=0.3):
        with HostileServer(BEHAVIOURS[behaviour]) as server:
            start = time.monotonic()
            response = exchange(transport, asking(server.url, 1000))

        assert isinstance(response, HTTPResponse)
        assert (response.body, response.is_body_late) == (b"", behaviour == "body-never-comes")
        assert time.monotonic() - start < DEADLINE / 2
