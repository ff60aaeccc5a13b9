"""Servers on loopback that break HTTP, stall, or never end: one behaviour each, on a raw socket.

    with HostileServer(BEHAVIOURS["endless-body"]) as server:
        run_hdrcli("check", server.url)

`Behaviour.outcome` says which result is sane for a client that does as browsers do.
"""

import enum
import itertools
import socket
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.serving.http import parse_request, read_request
from tests.serving.loopback import LoopbackServer

# --- what a server can do -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sleep:
    seconds: float | None  # None: until the server is stopped


class Reset:
    """The connection is closed with RST; a script that merely ends closes it with FIN."""


Action = bytes | Sleep | Reset
Script = Callable[[str], Iterable[Action]]  # the path of the request -> what is done, in order


class Outcome(enum.Enum):
    ANSWERS = "answers"  # there is a readable head: exit status 0
    UNVERIFIED = "unverified"  # there is a readable head, whose status says nothing of the route: exit status 2
    BLOCKED = "blocked"  # there are heads, and fetch() gives up nevertheless: exit status 0
    UNREACHABLE = "unreachable"  # there is no head: exit status 3

    @property
    def exit_status(self) -> int:
        return {Outcome.UNREACHABLE: 3, Outcome.UNVERIFIED: 2}.get(self, 0)


@dataclass(frozen=True)
class Behaviour:
    name: str
    outcome: Outcome
    script: Script
    reads_request: bool = True  # False: it acts as soon as the connection stands


# --- the server -----------------------------------------------------------------------------------------


class HostileServer(LoopbackServer):
    """Behaves in one way on every connection."""

    def __init__(self, behaviour: Behaviour) -> None:
        super().__init__()
        self._behaviour = behaviour

    @property
    def url(self) -> str:
        return f"{self.origin}/{self._behaviour.name}"

    def serve(self, number: int, connection: socket.socket) -> None:
        del number
        path = _read_path(connection) if self._behaviour.reads_request else ""
        for action in self._behaviour.script(path):
            if self.stopped.is_set():
                return
            self._do(action, connection)

    def _do(self, action: Action, connection: socket.socket) -> None:
        match action:
            case Sleep(seconds):
                self.stopped.wait(seconds)
            case Reset():
                no_linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
                connection.close()
            case bytes():
                connection.sendall(action)


def _read_path(connection: socket.socket) -> str:
    request = read_request(connection)
    if not request:
        raise ConnectionAbortedError
    return parse_request(request).target


# --- the scripts ----------------------------------------------------------------------------------------

KILOBYTE: Final = 1024
MEGABYTE: Final = 1024 * KILOBYTE
GIGABYTE: Final = 1024 * MEGABYTE
_ZEROS: Final = bytes(64 * KILOBYTE)

_OPEN_TO_ALL: Final = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nConnection: close\r\n"
_OK: Final = b"HTTP/1.1 200 OK\r\n" + _OPEN_TO_ALL
_BODY: Final = b"Content-Length: 2\r\n\r\nhi"


def _says(*actions: Action) -> Script:
    return lambda _path: actions


def _says_forever(start: bytes, again: bytes) -> Script:
    return lambda _path: itertools.chain([start], itertools.repeat(again))


def _answers_with(*lines: bytes) -> Script:
    """A good answer that has these header lines too."""
    return _says(_OK + b"".join(line + b"\r\n" for line in lines) + _BODY)


def _header_bomb(_path: str) -> Iterator[Action]:
    yield _OK
    for start in range(0, 100_000, 1000):
        yield b"".join(b"X-%d: %d\r\n" % (number, number) for number in range(start, start + 1000))
    yield _BODY


def _slow_drip(_path: str) -> Iterator[Action]:
    for byte in itertools.chain(_OK + b"X-Drip: ", itertools.repeat(ord("a"))):
        yield bytes([byte])
        yield Sleep(0.2)


def _gigabyte_body(_path: str) -> Iterator[Action]:
    yield _OK + b"Content-Length: %d\r\n\r\n" % GIGABYTE
    yield from itertools.repeat(_ZEROS, GIGABYTE // len(_ZEROS))


def _gzip_bomb(_path: str) -> Iterator[Action]:
    """10 GB in 10 MB: made while it is sent, as fast as zlib goes."""
    yield _OK + b"Content-Type: text/plain\r\nContent-Encoding: gzip\r\n\r\n"
    packer = zlib.compressobj(level=1, wbits=31)
    for _ in range(10 * GIGABYTE // len(_ZEROS)):
        yield packer.compress(_ZEROS)
    yield packer.flush()


def _redirect(location: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\n%bLocation: %b\r\nContent-Length: 0\r\n\r\n" % (_OPEN_TO_ALL, location)


def _redirect_chain(path: str) -> Iterator[Action]:
    """/redirect-chain -> /redirect-chain/1 -> ... -> /redirect-chain/25, which answers."""
    hops = path.removeprefix("/redirect-chain").removeprefix("/")
    done = int(hops) if hops.isdigit() else 0
    yield _OK + _BODY if done == 25 else _redirect(b"/redirect-chain/%d" % (done + 1))


def _redirect_to_controls(path: str) -> Iterator[Action]:
    location = b"/elsewhere/\x1b]0;owned\x07\x1b[2J\x9b2J?\x01=\x7f"
    yield _redirect(location) if path == "/location-control-characters" else _OK + _BODY


_TITLE: Final = b"\x1b]0;owned\x07"
_CLEAR: Final = b"\x1b[2J\x1b[H"

_ANSWERS: Final = (
    # the body: nobody needs to read it
    ("gigabyte-body", _gigabyte_body),
    ("endless-body", _says_forever(_OK + b"\r\n", _ZEROS)),
    (
        "endless-chunked-body",
        _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n%b\r\n" % _ZEROS),
    ),
    (
        "endless-chunk-extension",
        _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a" * 64 * KILOBYTE),
    ),
    ("one-byte-chunks", _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000)),
    (
        "chunk-extensions",
        _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;%b\r\na\r\n" % (b"a" * 8 * KILOBYTE)),
    ),
    ("endless-trailers", _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-T: 1\r\n" * 5_000)),
    ("endless-trailer-line", _says_forever(_OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", _ZEROS)),
    ("gzip-bomb", _gzip_bomb),
    ("body-never-comes", _says(_OK + b"Content-Length: 10\r\n\r\n", Sleep(None))),
    ("body-ends-early", _says(_OK + b"Content-Length: 1000\r\n\r\nshort")),
    ("reset-within-body", _says(_OK + b"Content-Length: 1000\r\n\r\nshort", Sleep(0.2), Reset())),
    ("invalid-chunk-size", _says(_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")),
    ("huge-chunk-size", _says(_OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nhello")),
    ("negative-chunk-size", _says(_OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n")),
    # header values and the reason phrase: on the way to a terminal
    ("escape-in-value", _answers_with(b"X-Title: " + _TITLE, b"X-Clear: " + _CLEAR + b"x")),
    ("c1-in-value", _answers_with(b"X-C1: \x9b2J\x9d0;owned\x9c", b"X-C1-Utf8: \xc2\x9b2J")),
    ("bell-in-value", _answers_with(b"X-Bell: " + b"\x07" * 50, b"X-Delete: a\x7f\x08b")),
    ("markup-in-value", _answers_with(b"X-Bold: [bold red]x[/]", b"X-Link: [link=http://evil]x[/link]")),
    ("broken-markup-in-value", _answers_with(b"X-End: [/]", b"X-Other: [/bold][", b"X-Slash: \\[x]\\")),
    ("escape-in-reason", _says(b"HTTP/1.1 200 %bOK%b[/]\r\n" % (_CLEAR, _TITLE) + _OPEN_TO_ALL + _BODY)),
    ("invalid-utf8", _answers_with(b"X-Bytes: \xff\xfe\xc3\x28\xed\xa0\x80\xf5\x80")),
    ("bidi-override", _answers_with("X-Order: \u202egnp.exe\u202c\u200b\ufeff".encode())),
    ("long-value", _answers_with(b"X-Long: " + b"a" * 60_000)),
    ("comma-flood", _answers_with(b"Access-Control-Expose-Headers: " + b"," * 60_000)),
    ("set-cookie-flood", _answers_with(*(b"Set-Cookie: c%d=%d; Path=/" % (n, n) for n in range(200)))),
    (
        "thousands-of-headers-and-names",
        _answers_with(
            b"Access-Control-Expose-Headers: " + b", ".join(b"x-%d" % n for n in range(0, 3_000, 2)),
            *(b"X-%d: %d" % (n, n) for n in range(3_000)),
        ),
    ),
    # against RFC 9112, and readable all the same
    ("long-values", _answers_with(*(b"X-Long-%d: %b" % (n, b"a" * 60_000) for n in range(3)))),
    ("bare-cr-in-value", _answers_with(b"X-Cr: a\rX-Injected: b")),
    ("escape-in-name", _answers_with(b"X-" + _TITLE + _CLEAR + b": x")),
    ("c1-in-name", _answers_with(b"X-\x9b2J: x")),
    ("markup-in-name", _answers_with(b"[bold red]X[/]: x", b"[link=http://evil]Y[/link]: y")),
    ("nameless-header", _answers_with(b": x", b" : y", b"no colon")),
    ("location-control-characters", _redirect_to_controls),
    ("status-000", _says(b"HTTP/1.1 000 Nothing\r\n" + _OPEN_TO_ALL + _BODY)),
    ("head-ends-at-eof", _says(_OK)),
    ("negative-content-length", _says(_OK + b"Content-Length: -1\r\n\r\nhi")),
    ("huge-content-length", _says(_OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhi")),
    ("folded-lines", _answers_with(b"X-Folded: a", b" b", b"\tc")),
    ("empty-lines-first", _says(b"\r\n\r\n" + _OK + _BODY)),
    ("empty-line-before-continue", _says(b"\r\nHTTP/1.1 100 Continue\r\n\r\n" + _OK + _BODY)),
)

_UNREACHABLE: Final = (
    ("endless-headers", _says_forever(_OK, b"X-Again: and again\r\n" * 1000)),
    ("endless-header-line", _says_forever(_OK + b"X-Long: ", b"a" * 64 * KILOBYTE)),
    ("endless-header-name", _says_forever(_OK, b"a" * 64 * KILOBYTE)),
    ("endless-status-line", _says_forever(b"HTTP/1.1 200 ", b"a" * 64 * KILOBYTE)),
    ("endless-empty-lines", _says_forever(b"", b"\r\n" * 32 * KILOBYTE)),
    ("endless-continue", _says_forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100)),
    ("endless-shortest-interim-heads", _says_forever(b"", b"HTTP/1 100\n\n" * 10_000)),
    ("garbage-status-line", _says(b"SPQR/9.9 ok fine\r\n" + _OPEN_TO_ALL + _BODY)),
    ("binary-garbage", _says(bytes(range(256)) * 16)),
    ("tls-alert", _says(b"\x15\x03\x01\x00\x02\x02\x46")),
    ("http-0.9", _says(b"<!doctype html><title>no head</title><p>just a body</p>\r\n")),
    ("reset-within-head", _says(_OK + b"X-Cut: ", Sleep(0.2), Reset())),
    ("close-without-a-byte", _says()),
    ("slow-drip", _slow_drip),
    ("never-answers", _says(Sleep(None))),
    ("head-stalls", _says(_OK + b"X-Wait: ", Sleep(None))),
    # where browsers are lenient, but not as lenient as this
    ("header-bomb", _header_bomb),  # 100,000 headers, 1.5 MB: browsers stop at some 256 kB
    ("nul-in-value", _answers_with(b"X-Nul: a\0b")),
    ("switching-protocols", _says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")),
    ("two-content-lengths", _says(_OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nhi")),
)

_BLOCKED: Final = (  # fetch() gives up after 20 redirects
    ("redirect-loop", _says(_redirect(b"/redirect-loop"))),
    ("redirect-chain", _redirect_chain),
)

BEHAVIOURS: Final = {
    behaviour.name: behaviour
    for behaviour in (
        Behaviour("reset-at-accept", Outcome.UNREACHABLE, _says(Reset()), reads_request=False),
        *(Behaviour(name, Outcome.UNREACHABLE, script) for name, script in _UNREACHABLE),
        *(Behaviour(name, Outcome.ANSWERS, script) for name, script in _ANSWERS),
        Behaviour("status-999", Outcome.UNVERIFIED, _says(b"HTTP/1.1 999 Beyond\r\n" + _OPEN_TO_ALL + _BODY)),
        *(Behaviour(name, Outcome.BLOCKED, script) for name, script in _BLOCKED),
    )
}
