"""Heads as bytes, and what is read of them, however they are portioned.

Where the three browsers agree, the wire must agree with them; the others are choices, and say so here. How each browser
reads them is shown by `tests/fetch/vectors/heads.json`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pytest

from hdrcli.fetch import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    USER_AGENTS,
    WEBKIT,
    Failure,
    HTTPResponse,
    TransportFailure,
    TransportSubject,
    UserAgent,
)
from hdrcli.records.exchange import Exchange, RawHead
from hdrcli.verdict.failures import transport_sentence
from hdrcli.wire.head import MAX_SIZE, HeadReader
from hdrcli.wire.reading import Head, is_read_alike, read_response
from tests.fetch.vector_files import load
from tests.wire.sending import http_request

OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, kw_only=True)
class Read:
    """What is read of the bytes; the connection ends behind them."""

    name: str
    data: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Bytes that are not a valid response, and the facts of the failure."""

    name: str
    data: bytes
    subject: TransportSubject = "status-line"
    seen: str = ""
    failure: Failure = Failure.INVALID_HTTP


def line(text: bytes, *headers: tuple[str, str], name: str) -> Read:
    """A good answer that has this line, or these lines."""
    return Read(name=name, data=OK + text + b"\r\n\r\n", headers=headers)


def status_line(text: bytes, status: int) -> Read:
    return Read(name=f"status line {text!r}", data=text + b"\r\nX-A: 1\r\n\r\n", status=status, headers=(("X-A", "1"),))


HEADER_LINES = [
    Read(name="no header", data=OK + b"\r\n"),
    line(b"X-A: 1\r\nx-b: 2\r\nX-A: 3", ("X-A", "1"), ("x-b", "2"), ("X-A", "3"), name="order, case and repetition"),
    line(b"X-A:1", ("X-A", "1"), name="no blank behind the colon"),
    line(b"X-A: \t 1 \t ", ("X-A", "1"), name="blanks and tabs around the value"),
    line(b"X-A: a \t b", ("X-A", "a \t b"), name="blanks and tabs within the value"),
    line(b"X-A:", ("X-A", ""), name="empty value"),
    line(b"X-A: \t", ("X-A", ""), name="blank value"),
    line(b"X-A: a:b: c", ("X-A", "a:b: c"), name="colons in the value"),
    line(b"X-A: \x0b1\x0c", ("X-A", "\x0b1\x0c"), name="VT and FF are no blanks"),
    line(b"X-A: \xa01\xa0", ("X-A", "\xa01\xa0"), name="no-break space is no blank"),
    line(b"X-A: \x851\x85", ("X-A", "\x851\x85"), name="NEL is no line end"),
    line(b"X-A: \x1b[2J\x7f", ("X-A", "\x1b[2J\x7f"), name="control characters stay"),
    line(b"X-A: \xff\xe9", ("X-A", "\xff\xe9"), name="bytes that are not UTF-8 are Latin-1"),
    line("X-A: é€".encode(), ("X-A", "Ã©â\x82¬"), name="UTF-8 is seen as Latin-1"),
    line(b"!#$%&'*+-.^_`|~09azAZ: 1", ("!#$%&'*+-.^_`|~09azAZ", "1"), name="every character of a token"),
    line(b"X-A: " + b"a" * 1000, ("X-A", "a" * 1000), name="long value"),
    line(b"X-A: 1\nX-B: 2", ("X-A", "1"), ("X-B", "2"), name="bare LF ends a line"),
    Read(name="bare LF everywhere", data=b"HTTP/1.1 200 OK\nX-A: 1\n\n", headers=(("X-A", "1"),)),
    Read(name="bare LF before CR LF", data=b"HTTP/1.1 200 OK\nX-A: 1\n\r\n", headers=(("X-A", "1"),)),
    Read(name="CR LF before bare LF", data=OK + b"X-A: 1\r\n\n", headers=(("X-A", "1"),)),
    line(b"no colon\r\nX-A: 1", ("X-A", "1"), name="line without a colon is skipped"),
    line(b"X A: 0\r\nX-A: 1", ("X-A", "1"), name="name with a blank is skipped"),
    line(b"X(A): 0\r\nX-A: 1", ("X-A", "1"), name="name that is no token is skipped"),
    line(b"X-\xe9: 0\r\nX-A: 1", ("X-A", "1"), name="name over 0x7F is skipped"),
    line(b": 0\r\nX-A: 1", ("X-A", "1"), name="empty name is skipped"),
    line(b"X-A : 0\r\nX-B\t: 0\r\nX-C: 1", ("X-C", "1"), name="blank before the colon (Firefox, WebKit: skipped)"),
    line(b" X-A: 0\r\nX-B: 1", ("X-B", "1"), name="first header line begins with a blank"),
    line(b"\tX-A: 0\r\n X-B: 0\r\nX-C: 1", ("X-C", "1"), name="first header lines begin with blanks"),
    line(b"X-A: a\r\n b", ("X-A", "a b"), name="obs-fold becomes one blank"),
    line(b"X-A: a\r\n\t \tb\r\n c\r\nX-B: 1", ("X-A", "a b c"), ("X-B", "1"), name="obs-fold with tabs, twice"),
    line(b"X-A: a\n b", ("X-A", "a b"), name="obs-fold at a bare LF"),
    line(b"X-A:\r\n a", ("X-A", "a"), name="obs-fold of an empty value"),
    line(b"X-A: a\r\n  \r\n b", ("X-A", "a  b"), name="blank line within an obs-fold"),
    line(b"X-A: a\r\n X-B: 0", ("X-A", "a X-B: 0"), name="obs-fold that looks like a header"),
    line(b"no colon\r\n X-A: 0\r\nX-B: 1", ("X-B", "1"), name="obs-fold of a skipped line is skipped, too"),
    line(b"X-A: a\rb", ("X-A", "a b"), name="bare CR becomes a blank (as in WebKit)"),
    line(b"X-A: a\rX-B: 0", ("X-A", "a X-B: 0"), name="bare CR ends no line (as in Firefox and WebKit)"),
    line(b"X-A\rX-B: 0\r\nX-C: 1", ("X-C", "1"), name="bare CR in a name"),
]

STATUS_LINES = [
    status_line(b"HTTP/1.1 200 OK", 200),
    status_line(b"HTTP/1.1 200", 200),
    status_line(b" HTTP/1.1 200 OK", 200),
    status_line(b"\xef\xbb\xbfHTTP/1.1 200 OK", 200),
    status_line(b"HTTP/1.1", 200),
    status_line(b"HTTP/1.1 20 OK", 20),
    status_line(b"HTTP/1.1 200OK", 200),
    status_line(b"ICY 200 OK", 200),
    status_line(b"HTTP/1.1 200 ", 200),
    status_line(b"HTTP/1.1 404 \xe9 [/] \x1b[2J", 404),
    status_line(b"HTTP/1.1   200\tOK", 200),
    status_line(b"HTTP/1.0 200 OK", 200),
    status_line(b"HTTP/1.2 200 OK", 200),
    status_line(b"HTTP/2 200", 200),
    status_line(b"HTTP/2.0 200 OK", 200),
    status_line(b"HTTP/3.0 200 OK", 200),
    status_line(b"HTTP/1.1 999 Beyond", 999),
    status_line(b"HTTP/1.1 000 Nothing", 0),
    status_line(b"HTTP/1.1 099 Little", 99),
    status_line(b"HTTP/1.1 304 Not Modified", 304),
]

INTERIM = [
    Read(
        name=f"{name} before the answer",
        data=interim + OK + b"X-A: 1\r\n\r\n",
        headers=(("X-A", "1"),),
    )
    for name, interim in {
        "100": b"HTTP/1.1 100 Continue\r\n\r\n",
        "100 with bare LF": b"HTTP/1.1 100 Continue\n\n",
        "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "103 with headers": b"HTTP/1.1 103 Hints\r\nLink: </a>\r\nX-A: 0\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
        "100, 102, 103, 199": b"".join(b"HTTP/1.1 %d X\r\nX-B: 0\r\n\r\n" % status for status in (100, 102, 103, 199)),
        "empty lines behind 100": b"HTTP/1.1 100 Continue\r\n\r\n\r\n\n",
        "empty lines": b"\r\n\r\n",
    }.items()
]

ENDS_OF_CONNECTION = [
    Read(name="end behind a header line", data=OK + b"X-A: 1\r\n", headers=(("X-A", "1"),)),
    Read(name="end within a line's end", data=OK + b"X-A: 1\r", headers=(("X-A", "1"),)),
    Read(name="end within a value", data=OK + b"X-A: 1\r\nX-B: va", headers=(("X-A", "1"), ("X-B", "va"))),
    Read(name="end within a name", data=OK + b"X-A: 1\r\nX-", headers=(("X-A", "1"),)),
    Read(name="end behind the status line", data=OK),
    Read(name="end within the reason phrase", data=b"HTTP/1.1 200 O"),
    Read(name="end behind the status", data=b"HTTP/1.1 200"),
    Read(name="end within the empty line", data=OK + b"X-A: 1\r\n\r", headers=(("X-A", "1"),)),
    Read(name="end behind 100 and a status line", data=b"HTTP/1.1 100 Continue\r\n\r\n" + OK),
]

CONTENT_LENGTHS = [
    line(b"Content-Length: 3\r\nContent-Length: 3", *[("Content-Length", "3")] * 2, name="Content-Length twice, equal"),
    line(b"Content-Length: 3, 3", ("Content-Length", "3, 3"), name="Content-Length with a list"),
    line(b"Content-Length: abc", ("Content-Length", "abc"), name="Content-Length that is no number"),
    line(b"Content-Length: -1", ("Content-Length", "-1"), name="Content-Length below zero"),
]

BODIES = [
    Read(name="body", data=OK + b"X-A: 1\r\n\r\nX-B: 2\r\n\r\nX-C: 3", headers=(("X-A", "1"),)),
    Read(name="NUL in the body", data=OK + b"X-A: 1\r\n\r\n\0\0", headers=(("X-A", "1"),)),
    Read(name="body that looks like an answer", data=OK + b"\r\nHTTP/1.1 404 Not Found\r\n\r\n"),
]

REFUSED = [
    Refused(name="nothing", data=b"", failure=Failure.EMPTY_REPLY, subject=""),
    Refused(name="empty lines only", data=b"\r\n\r\n\r\n", failure=Failure.EMPTY_REPLY, subject=""),
    Refused(
        name="end behind 100",
        data=b"HTTP/1.1 100 Continue\r\n\r\n",
        failure=Failure.EMPTY_REPLY,
        subject="",
    ),
    Refused(name="end within the version", data=b"HTTP/1", seen="HTTP/1"),
    Refused(name="HTTP/0.9", data=b"<!doctype html>\r\n\r\n", seen="<!doctype html>"),
    Refused(name="another protocol", data=b"SSH-2.0-OpenSSH_9.9\r\n", seen="SSH-2.0-OpenSSH_9.9"),
    Refused(name="another protocol's answer", data=b"RTSP/1.0 200 OK\r\n\r\n", seen="RTSP/1.0 200 OK"),
    Refused(name="lower-case version", data=b"http/1.1 200 OK\r\n\r\n", seen="http/1.1 200 OK"),
    Refused(name="status with letters", data=b"HTTP/1.1 abc OK\r\n\r\n", seen="HTTP/1.1 abc OK"),
    Refused(name="status of four digits", data=b"HTTP/1.1 2000 OK\r\n\r\n", seen="HTTP/1.1 2000 OK"),
    Refused(name="status below zero", data=b"HTTP/1.1 -200 OK\r\n\r\n", seen="HTTP/1.1 -200 OK"),
    Refused(
        name="digits of another script",
        data=b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        subject="status-line",
        seen="HTTP/1.1 \xb2\xb2\xb2 OK",
    ),
    Refused(name="only 40 characters are quoted", data=b"x" * 60 + b"\n\n", seen="x" * 40),
    Refused(name="NUL in a value", data=OK + b"X-A: a\0b\r\n\r\n", subject="nul"),
    Refused(name="NUL in a name (as in Chromium and WebKit)", data=OK + b"X-\0: a\r\n\r\n", subject="nul"),
    Refused(name="NUL in the status line", data=b"HTTP/1.1 200 \0\r\n\r\n", subject="nul"),
    Refused(
        name="Content-Length twice, different",
        data=OK + b"Content-Length: 3\r\ncontent-length: 4\r\n\r\n",
        subject="content-lengths",
    ),
    Refused(name="too many empty lines", data=b"\r\n\r\n\r\n" + OK + b"\r\n", subject="empty-lines"),
    Refused(
        name="no answer behind 100",
        data=b"HTTP/1.1 100 Continue\r\n\r\nhello you\r\n",
        subject="status-line",
        seen="hello you",
    ),
    Refused(name="TLS alert", data=b"\x15\x03\x01\x00\x02\x02\x46", subject="tls-alert"),
    Refused(name="end within 100", data=b"HTTP/1.1 100 Continue\r\n", failure=Failure.EMPTY_REPLY, subject=""),
    Refused(name="end within 103", data=b"HTTP/1.1 103 Hints\r\nLink: </", failure=Failure.EMPTY_REPLY, subject=""),
]

READ = [*HEADER_LINES, *STATUS_LINES, *INTERIM, *ENDS_OF_CONNECTION, *CONTENT_LENGTHS, *BODIES]


def params(cases: Sequence[Read] | Sequence[Refused]) -> list[object]:
    """Each case under its name."""
    return [pytest.param(case, id=case.name) for case in cases]


def receive(portions: Iterable[bytes]) -> RawHead:
    """What comes of a connection that brings these bytes and then ends."""
    reader = HeadReader()
    for portion in portions:
        raw = reader.feed(portion)
        if raw is not None:
            return raw
    return reader.end()


def reading(*portions: bytes, user_agent: UserAgent = STANDARD, url: str = "http://a.example/") -> Exchange:
    return read_response(receive(portions), http_request(url), user_agent)


def read(portions: Iterable[bytes]) -> Head:
    return reading(*portions).response


def portionings(data: bytes) -> list[list[bytes]]:
    halves = [[data[:at], data[at:]] for at in range(1, len(data))]
    return [[data], [data[at : at + 1] for at in range(len(data))], *halves]


@pytest.mark.parametrize("case", params(READ))
def test_read_in_every_portioning(case: Read) -> None:
    expected = HTTPResponse(status=case.status, headers=case.headers)

    assert [read(portions) for portions in portionings(case.data)] == [expected] * (len(case.data) + 1)


@pytest.mark.parametrize("case", params(REFUSED))
def test_refused_in_every_portioning(case: Refused) -> None:
    heads = [read(portions) for portions in portionings(case.data)]

    assert isinstance(heads[0], TransportFailure)
    assert heads[0].failure is case.failure
    assert (heads[0].subject, heads[0].seen) == (case.subject, case.seen)
    assert transport_sentence(heads[0]).endswith((".", "?"))
    assert heads == [heads[0]] * len(heads)


@pytest.mark.parametrize("case", HEADER_LINES, ids=lambda case: case.name)
def test_a_head_is_not_whole_before_its_last_byte(case: Read) -> None:
    reader = HeadReader()

    assert reader.feed(case.data[:-1]) is None
    assert reader.feed(case.data[-1:]) == RawHead(heads=(case.data,), end="whole")


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH_9.9\r\n", b"220 mail.example ESMTP\r\n", b"<!doctype html>\n<html>", b"\r\n" * 4]
)
def test_another_protocol_is_not_waited_for(greeting: bytes) -> None:
    reader = HeadReader()

    assert reader.feed(greeting[:7]) is None
    assert not reader.is_not_http
    assert reader.feed(greeting[7:]) == RawHead(heads=(greeting,), end="whole")


@pytest.mark.parametrize(
    ("data", "heads", "end"),
    [
        (b"", [b""], "cut off"),
        (OK, [OK], "cut off"),
        (b"\r\n" + OK + b"\r\nbody", [b"\r\n" + OK + b"\r\n"], "whole"),
        (b"HTTP/1.1 103 E\nX: \xff\r b\n\n" + OK + b"\n", [b"HTTP/1.1 103 E\nX: \xff\r b\n\n", OK + b"\n"], "whole"),
        (b"HTTP/1.1 101 S\r\n\r\n", [b"HTTP/1.1 101 S\r\n\r\n", b""], "cut off"),
    ],
)
def test_every_byte_is_recorded(data: bytes, heads: list[bytes], end: str) -> None:
    for portions in portionings(data):
        raw = receive(portions)
        assert (list(raw.heads), raw.end) == (heads, end)


def test_interim_responses_are_returned() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n"
    links = HTTPResponse(status=103, headers=(("Link", "</a>"), ("Link", "</b>")))
    answer = HTTPResponse(status=200, headers=())
    no_answer = TransportFailure(failure=Failure.EMPTY_REPLY)

    for data, interim, response in [
        (
            b"HTTP/1.1 100 Continue\r\n\r\n" + hints + OK + b"\r\n",
            (HTTPResponse(status=100, headers=()), links),
            answer,
        ),
        (hints, (links,), no_answer),
        (hints + hints[:-4], (links,), no_answer),
    ]:
        exchange = reading(data)
        assert (exchange.interim, exchange.response) == (interim, response)


@pytest.mark.parametrize("user_agent", USER_AGENTS.values(), ids=lambda user_agent: user_agent.name)
def test_an_ordinary_head_is_read_alike(user_agent: UserAgent) -> None:
    head = OK + b"Date: today\r\nX-A:  1 \r\nX-B:\r\nTransfer-Encoding: chunked\r\n\r\n"
    headers = (("Date", "today"), ("X-A", "1"), ("X-B", ""), ("Transfer-Encoding", "chunked"))

    assert reading(head, user_agent=user_agent).response == HTTPResponse(status=200, headers=headers)


@pytest.mark.parametrize(
    ("user_agent", "digits", "status"),
    [
        (CHROMIUM, b"65535", 65535),
        (CHROMIUM, b"65536", 0),  # JavaScript gets 16 bits
        (CHROMIUM, b"2147483648", 65535),
        (CHROMIUM, b"9" * 5000, 65535),
        (CHROMIUM, b"0" * 5000, 0),
        (CHROMIUM, b"0" * 5000 + b"404", 404),
        (FIREFOX, b"099", 99),
        (WEBKIT, b"999", 999),
    ],
)
def test_status_of_any_digits(user_agent: UserAgent, digits: bytes, status: int) -> None:
    response = reading(b"HTTP/1.1 " + digits + b" X\r\n\r\n", user_agent=user_agent).response

    assert response == HTTPResponse(status=status, headers=())


@pytest.mark.parametrize("user_agent", [CHROMIUM, FIREFOX], ids=lambda user_agent: user_agent.name)
def test_on_other_ports_only_firefox_takes_a_response_without_a_head(user_agent: UserAgent) -> None:
    response = reading(b"<html>hello</html>", user_agent=user_agent, url="http://a.example:8080/").response

    assert isinstance(response, HTTPResponse) == (user_agent is FIREFOX)


@pytest.mark.parametrize("user_agent", USER_AGENTS.values(), ids=lambda user_agent: user_agent.name)
@pytest.mark.parametrize("flood", [b"X-A: 1\r\n b", b"\r", b" ", b"\t\r", b"X:\r ", b"9", b"\r\n \t", b"HTTP/1.1 1"])
def test_a_hostile_head_takes_no_long_time(user_agent: UserAgent, flood: bytes) -> None:
    room = user_agent.head.max_head_size - 100
    for beginning in (b"HTTP/1.1 200", b"HTTP/1.", OK, OK + b"X-A: "):
        raw = receive([beginning + flood * (room // len(flood)) + b"\r\n\r\n"])
        began = time.process_time()
        read_response(raw, http_request("http://a.example/"), user_agent)
        assert time.process_time() - began < 1


# --- the limits: a head of `max_head_size` bytes and no more -----------------------------------------------

MAX_HEAD_SIZE = STANDARD.head.max_head_size
LARGEST = OK + b"X-A: " + b"a" * (MAX_HEAD_SIZE - len(OK) - 9) + b"\r\n\r\n"
TOO_LARGE = TransportFailure(failure=Failure.INVALID_HTTP, subject="head-too-large", expected="256 KiB")


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 1000, 65536, 2 * MAX_HEAD_SIZE])
def test_the_largest_head_is_read(size: int) -> None:
    assert len(LARGEST) == MAX_HEAD_SIZE
    head = read(chunks(LARGEST + b"body", size))

    assert isinstance(head, HTTPResponse)
    assert len(head.headers[0][1]) == MAX_HEAD_SIZE - len(OK) - 9


@pytest.mark.parametrize(
    ("size", "end"),
    [
        (1, b"\r\n\r\n"),
        (1000, b"\r\n\r\n"),
        pytest.param(65536, b"\r\n\r\n"),
        (1, b""),
        (1000, b""),
        (65536, b""),
    ],
)
def test_a_larger_head_is_refused(size: int, end: bytes) -> None:
    data = LARGEST.rstrip(b"\r\n") + b"a" * 1000 + end

    assert read(chunks(data, size)) == TOO_LARGE


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", id="1xx answers"),
        pytest.param(b"X-A: and again\r\n", id="header lines"),
        pytest.param(b"a", id="one line"),
    ],
)
@pytest.mark.parametrize("user_agent", USER_AGENTS.values(), ids=lambda user_agent: user_agent.name)
def test_an_endless_head_is_refused(again: bytes, user_agent: UserAgent) -> None:
    reader = HeadReader()
    portion = again * (1024 // len(again) + 1)
    assert reader.feed(b"" if again.startswith(b"HTTP") else OK) is None
    portions = 0
    while (raw := reader.feed(portion)) is None:
        portions += 1

    response = read_response(raw, http_request("http://a.example/"), user_agent).response
    limit = f"{user_agent.head.max_head_size // 1024} KiB"
    assert response == TransportFailure(failure=Failure.INVALID_HTTP, subject="head-too-large", expected=limit)
    assert portions <= MAX_SIZE // len(portion)


# --- what all read alike ----------------------------------------------------------------------------------

ANSWERS: Final = sorted(
    {exchange.answer for vector in load() for step in vector.steps for exchange in step.exchanges if exchange.answer}
)


def test_every_user_agent_reads_a_well_formed_response_the_same_way() -> None:
    alike = [answer for answer in ANSWERS if is_read_alike(reading(answer))]

    assert len(ANSWERS) * 0.6 < len(alike) < len(ANSWERS)
    for answer in alike:
        assert len({reading(answer, user_agent=user_agent).response for user_agent in USER_AGENTS.values()}) == 1, (
            answer
        )


@pytest.mark.parametrize(
    "odd",
    [
        b"Content-Length: 2\r\nContent-Length: 2",
        b"Content-Length: +2",
        b"Content-Length: 2, 2",
        b"Transfer-Encoding: gzip",
        b"Transfer-Encoding: chunked\r\nContent-Length: 2",
        b"X-A: 1\r\n 2",
        b"X-A : 1",
        b"X-A: 1\r2",
        b"X-A: 1\n",
        b"X-A: \0",
        b"X A: 1",
        b"nothing",
        b"X-A: " + b"1" * 70_000,
    ],
)
def test_what_is_odd_is_read_by_each(odd: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-B: \xff\r\n"

    assert is_read_alike(reading(head + b"\r\n"))
    assert not is_read_alike(reading(head + odd + b"\r\n\r\n"))


@pytest.mark.parametrize(
    "line", [b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 99 x", b"http/1.1 200 OK", b"ICY 200 x"]
)
def test_an_odd_status_line_is_read_by_each(line: bytes) -> None:
    assert not is_read_alike(reading(line + b"\r\n\r\n"))
