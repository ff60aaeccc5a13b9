"""Hostile servers by composition: what is sent too much of, where, how fast, in response to which requests.

`cases(seed, number)` draws that many of millions. `python -m tests.safety SEED N` measures the program against them.
"""

from __future__ import annotations

import itertools
import random
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

from tests.serving import frames
from tests.serving.http import parse_request, read_request
from tests.serving.loopback import LoopbackServer

TIMEOUT: Final = 1.0
"""The value of --timeout."""

Unit = Callable[[bytes, int], bytes]
"""The n-th piece that is sent too often, from the text."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a response: what comes before it, the pieces that are sent there, and what would complete it."""

    before: bytes
    unit: Unit
    after: bytes


# --- HTTP/1.1 -------------------------------------------------------------------------------------------

_CORS: Final = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: PUT\r\n"
_OK: Final = b"HTTP/1.1 200 OK\r\n" + _CORS
_END: Final = b"Content-Length: 2\r\n\r\n{}"
_CHUNKED: Final = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD: Final = _OK + _END

HTTP1: Final[Mapping[str, Place]] = {
    "garbage": Place(b"", lambda text, _: text, GOOD),
    "empty-lines": Place(b"", lambda _text, _: b"\r\n", GOOD),
    "interim": Place(b"", lambda text, _: b"HTTP/1.1 100 %b\r\n\r\n" % text, GOOD),
    "hints": Place(b"HTTP/1.1 103 \r\n", lambda text, n: b"Link: <%d>; %b\r\n" % (n, text), b"\r\n" + GOOD),
    "version": Place(b"HTTP/", lambda text, _: text, b" 200 OK\r\n" + _CORS + _END),
    "status": Place(b"HTTP/1.1 ", lambda text, _: text, b"\r\n" + _CORS + _END),
    "reason": Place(b"HTTP/1.1 200 ", lambda text, _: text, b"\r\n" + _CORS + _END),
    "name": Place(_OK + b"X-", lambda text, _: text, b": 1\r\n" + _END),
    "value": Place(_OK + b"X-A: ", lambda text, _: text, b"\r\n" + _END),
    "lines": Place(_OK, lambda text, _: b"X-A: %b\r\n" % text, _END),
    "names": Place(_OK, lambda text, n: b"X-%d: %b\r\n" % (n, text), _END),
    "folded": Place(_OK + b"X-A: a\r\n", lambda text, _: b" %b\r\n" % text, _END),
    "cookies": Place(_OK, lambda text, n: b"Set-Cookie: c%d=%b; Path=/\r\n" % (n, text), _END),
    "exposed": Place(
        _OK + b"Access-Control-Expose-Headers: X-A", lambda text, n: b",X-%d%b" % (n, text), b"\r\nX-A: 1\r\n" + _END
    ),
    "origin": Place(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: ", lambda text, _: text, b"\r\n" + _END),
    "allowed": Place(_OK + b"Access-Control-Allow-Headers: a", lambda text, _: b"," + text, b"\r\n" + _END),
    "vary": Place(_OK + b"Vary: Origin", lambda text, n: b", X-%d%b" % (n, text), b"\r\n" + _END),
    "location": Place(
        b"HTTP/1.1 302 Found\r\n%bLocation: /" % _CORS, lambda text, _: text, b"\r\nContent-Length: 0\r\n\r\n"
    ),
    "body": Place(_OK + b"Content-Length: 999999999999\r\n\r\n", lambda text, _: text, b""),
    "unframed-body": Place(_OK + b"Connection: close\r\n\r\n", lambda text, _: text, b""),
    "json": Place(_OK + b"Content-Type: application/json\r\n\r\n", lambda _text, _: b'[{"openapi":', b""),
    "chunk-size": Place(_CHUNKED, lambda _text, _: b"0", b"\r\n\r\n"),
    "chunk-extension": Place(_CHUNKED + b"2;", lambda text, _: text, b"\r\n{}\r\n0\r\n\r\n"),
    "chunks": Place(_CHUNKED, lambda _text, _: b"1\r\na\r\n", b"0\r\n\r\n"),
    "extended-chunks": Place(_CHUNKED, lambda text, n: b"1;%d=%b\r\na\r\n" % (n, text), b"0\r\n\r\n"),
    "trailers": Place(_CHUNKED + b"0\r\n", lambda text, n: b"X-%d: %b\r\n" % (n, text), b"\r\n"),
    "trailer": Place(_CHUNKED + b"0\r\nX-A: ", lambda text, _: text, b"\r\n\r\n"),
    "gzip": Place(_OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff", lambda text, _: text, b""),
}

# --- HTTP/2 ---------------------------------------------------------------------------------------------

_STREAM: Final = 1
_FIELDS: Final = ((":status", "200"), ("access-control-allow-origin", "*"), ("access-control-allow-methods", "PUT"))
_HEAD: Final = frames.header_frames(frames.block(_FIELDS), _STREAM, ends=False)
_WHOLE: Final = frames.header_frames(frames.block(_FIELDS), _STREAM, ends=True)


def _field(name: str, text: bytes) -> bytes:
    return frames.block(((name, text.decode("latin-1")),))


def _each(frame: Callable[[bytes, int], Frame]) -> Unit:
    return lambda text, n: frame(text, n).serialize()


def _interim(text: bytes, _: int) -> bytes:
    data = frames.block(((":status", "103"),)) + _field("x-a", text)
    return frames.header_frames(data, _STREAM, ends=False)


_BEGUN: Final = HeadersFrame(_STREAM, frames.block(_FIELDS)).serialize()
_INDEXED: Final = HeadersFrame(
    _STREAM, frames.block(_FIELDS) + b"\x40" + frames.literal("x-a") + frames.literal("a" * 4000)
).serialize()
_ENDED: Final = ContinuationFrame(_STREAM, b"", flags=["END_HEADERS"]).serialize()

HTTP2: Final[Mapping[str, Place]] = {
    "garbage": Place(b"", lambda text, _: text, _WHOLE),
    "ping": Place(b"", _each(lambda _, n: PingFrame(0, n.to_bytes(8))), _WHOLE),
    "settings": Place(b"", _each(lambda _, n: SettingsFrame(0, {1: n % 2**16, 3: n % 100})), _WHOLE),
    "settings-of-a-window": Place(b"", _each(lambda _, n: SettingsFrame(0, {4: n % 2**31})), _WHOLE),
    "window": Place(b"", _each(lambda _, n: WindowUpdateFrame(n % 3, window_increment=1)), _WHOLE),
    "priority": Place(b"", _each(lambda _, n: PriorityFrame(n % 9 + 1, depends_on=0)), _WHOLE),
    "unknown": Place(
        b"", lambda text, n: struct.pack(">I", len(text))[1:] + bytes([99, n % 256, 0, 0, 0, 1]) + text, _WHOLE
    ),
    "push": Place(b"", _each(lambda text, n: PushPromiseFrame(_STREAM, 2 * n + 2, _field("x-a", text))), _WHOLE),
    "reset-of-others": Place(b"", _each(lambda _, n: RstStreamFrame(2 * n + 3, error_code=0)), _WHOLE),
    "goaway": Place(b"", _each(lambda text, _: GoAwayFrame(0, last_stream_id=1, additional_data=text)), _WHOLE),
    "interim": Place(b"", _interim, _WHOLE),
    "fields": Place(_BEGUN, _each(lambda text, n: ContinuationFrame(_STREAM, _field(f"x-{n}", text))), _ENDED),
    "lines": Place(_BEGUN, _each(lambda text, _: ContinuationFrame(_STREAM, _field("x-a", text))), _ENDED),
    "indexed-fields": Place(_INDEXED, _each(lambda _text, _: ContinuationFrame(_STREAM, b"\xbe" * 100)), _ENDED),
    "empty-continuations": Place(_BEGUN, _each(lambda _text, _: ContinuationFrame(_STREAM, b"")), _ENDED),
    "table-sizes": Place(_BEGUN, _each(lambda _text, _: ContinuationFrame(_STREAM, b"\x20" * 100)), _ENDED),
    "data": Place(_HEAD, _each(lambda text, _: DataFrame(_STREAM, text)), b""),
    "empty-data": Place(_HEAD, _each(lambda _text, _: DataFrame(_STREAM, b"")), b""),
    "padding": Place(_HEAD, _each(lambda _text, _: DataFrame(_STREAM, b"", pad_length=255, flags=["PADDED"])), b""),
    "data-of-others": Place(b"", _each(lambda text, n: DataFrame(2 * n + 3, text)), _WHOLE),
    "trailers": Place(
        _HEAD + HeadersFrame(_STREAM, b"", flags=["END_STREAM"]).serialize(),
        _each(lambda text, n: ContinuationFrame(_STREAM, _field(f"x-{n}", text))),
        _ENDED,
    ),
}

# --- TLS ------------------------------------------------------------------------------------------------

TLS: Final[Mapping[str, Place]] = {
    "garbage": Place(b"", lambda text, _: text, b""),
    "handshake": Place(b"", lambda _text, _: b"\x16\x03\x03\x40\x00" + bytes(0x4000), b""),
    "alerts": Place(b"", lambda _text, n: b"\x15\x03\x03\x00\x02\x01" + bytes([n % 256]), b""),
    "empty-records": Place(b"", lambda _text, _: b"\x16\x03\x03\x00\x00", b""),
}

# --- the other dimensions -------------------------------------------------------------------------------

PROTOCOLS: Final[Mapping[str, Mapping[str, Place]]] = {"http": HTTP1, "https": HTTP1, "http2": HTTP2, "tls": TLS}
TEXTS: Final[Mapping[str, bytes]] = {
    "letter": b"a",
    "letters": b"abcdefghij" * 100,
    "spaces": b" \t" * 50,
    "commas": b"," * 40,
    "colons": b":" * 40,
    "quotes": b'a="',
    "digits": b"1234567890" * 5,
    "zeros": b"\0" * 100,
    "bytes": bytes(range(128, 256)),
    "controls": b"\x1b[2J\x1b]0;owned\x07\x9b2J",
    "commands": b"::error::owned ##[error]owned",
    "carriage-returns": b"a\rb\r",
    "line-ends": b"\n\r\n",
    "letters-of-others": "\u202e\u3164\U000e0041漢字".encode(),
    "secret": b"token=eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0; Bearer abc",
}
AMOUNTS: Final[Mapping[str, int | None]] = {"few": 2_000, "many": 200_000, "millions": 4_000_000, "endless": None}
"""Bytes of the pieces."""
PACES: Final = ("at-once", "late", "in-portions", "byte-by-byte", "half")
"""Late: shortly before the client gives up. Half: then nothing more."""
ENDINGS: Final = ("completed", "closed", "reset", "silent")
WHEN: Final = ("always", "preflights", "probes", "later", "often", "openapi")
OPTIONS: Final = (
    (),
    ("--method=PUT",),
    ("--verbose",),
    ("--format=json", "--exchanges"),
    ("--format=html", "--exchanges"),
    ("--format=junit", "--expect-readable=X-A"),
    ("--format=sarif", "--expect-readable=X-A"),
    ("--format=markdown", "--show=all"),
    ("--cookie=a=1", "--header=X-A: 1"),
    ("--credentials=include", "--origin=https://a.example", "--origin=null", "--format=jsonl"),
)
_PORTION: Final = 64 * 1024
_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hostile server, and the options with which it is checked."""

    protocol: str
    place: str
    text: str
    amount: str
    pace: str
    ending: str
    when: str
    options: tuple[str, ...]

    def __str__(self) -> str:
        words = (self.protocol, self.place, self.text, self.amount, self.pace, self.ending, self.when)
        return " ".join([*words, *self.options])

    def is_due(self, number: int, head: str) -> bool:
        """Whether this request gets the hostile response: its number from 0, and its head."""
        match self.when:
            case "preflights":
                return head.startswith("OPTIONS ")
            case "probes":
                return number > 0 and not head.startswith("OPTIONS ")
            case "later":
                return number > 0
            case "often":
                return number % 3 == 1
            case "openapi":
                return head.startswith("GET /openapi.json")
            case _:
                return True


def cases(seed: int, number: int) -> Iterator[Case]:
    """Random cases; each protocol has as many of them as it has places."""
    chosen = random.Random(seed)  # noqa: S311 -- the same in each run
    places = [(protocol, place) for protocol, its_places in PROTOCOLS.items() for place in its_places]
    chosen.shuffle(places)
    for protocol, place in itertools.islice(itertools.cycle(places), number):
        yield Case(
            protocol=protocol,
            place=place,
            text=chosen.choice(list(TEXTS)),
            amount=chosen.choice(list(AMOUNTS)),
            pace=chosen.choice(PACES),
            ending=chosen.choice(ENDINGS),
            when=chosen.choice(WHEN),
            options=chosen.choice(OPTIONS),
        )


class HostileServer(LoopbackServer):
    """The server of a case."""

    def __init__(self, case: Case, tls: ssl.SSLContext) -> None:
        is_secure = case.protocol in {"https", "http2"}
        if is_secure:
            tls.set_alpn_protocols(["h2" if case.protocol == "http2" else "http/1.1"])
        super().__init__(tls=tls if is_secure else None)
        self._case = case
        self._place = PROTOCOLS[case.protocol][case.place]
        self._count = itertools.count()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.origin.replace('http:', 'https:') if self._case.protocol == 'tls' else self.origin}/a"

    def serve(self, number: int, connection: socket.socket) -> None:
        """See `LoopbackServer`."""
        del number
        if self._case.protocol == "tls":
            self._misbehave(connection)
        elif self._case.protocol == "http2":
            self._serve_http2(connection)
        else:
            self._serve_http1(connection)

    def _serve_http1(self, connection: socket.socket) -> None:
        while data := read_request(connection):
            if self._case.is_due(next(self._count), data.decode("latin-1")):
                self._misbehave(connection)
                return
            request = parse_request(data)
            connection.sendall(_OK + b"\r\n" if request.method == "HEAD" else GOOD)

    def _serve_http2(self, connection: socket.socket) -> None:
        client = frames.Connection(connection)
        for request in client.requests():
            head = f"{request.get(':method')} {request.get(':path')}"
            if self._case.is_due(next(self._count), head):
                self._misbehave(connection, request.stream)
                return
            client.send((frames.Headers(fields=_FIELDS, ends=True),), request.stream)

    def _misbehave(self, connection: socket.socket, stream: int = _STREAM) -> None:
        for portion in self._portions(stream):
            if self.stopped.is_set():
                return
            connection.sendall(portion)
            if self._case.pace in {"in-portions", "byte-by-byte"}:
                self.stopped.wait(_PAUSE)
        if self._case.ending == "silent" or self._case.pace == "half":
            self.stopped.wait()
        elif self._case.ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    def _portions(self, stream: int) -> Iterator[bytes]:
        case, place = self._case, self._place
        if case.pace == "late":
            self.stopped.wait(0.85 * TIMEOUT)
        text, limit = TEXTS[case.text], AMOUNTS[case.amount]
        if case.pace == "half":
            limit = (limit or 8_000_000) // 2
        portion, sent = bytearray(place.before), 0
        size = {"in-portions": 1000, "byte-by-byte": 0}.get(case.pace, _PORTION)
        for number in itertools.count():
            unit = place.unit(text, number)
            portion += unit
            sent += len(unit)
            if len(portion) > size:
                ready = bytes(portion) if stream == _STREAM else _moved(portion, stream)
                yield from _bytes(ready) if case.pace == "byte-by-byte" else [ready]
                portion.clear()
            if limit is not None and sent >= limit:
                break
        if case.ending == "completed" and case.pace != "half":
            portion += place.after
        yield bytes(portion) if stream == _STREAM else _moved(portion, stream)


def _bytes(portion: bytes) -> Iterator[bytes]:
    return (portion[start : start + 1] for start in range(len(portion)))


def _moved(data: bytearray, stream: int) -> bytes:
    """Frames of the first stream as frames of another one; what is not a frame stays as it is."""
    moved = data.copy()
    position = 0
    while position + 9 <= len(moved):
        size = int.from_bytes(moved[position : position + 3])
        if moved[position + 5 : position + 9] == _STREAM.to_bytes(4):
            moved[position + 5 : position + 9] = stream.to_bytes(4)
        position += 9 + size
    return bytes(moved)
