"""HTTP/2 from a server's side, frame by frame: sends whatever it is given, and reads well-formed requests.

Header blocks are literals without indexing, so that a block is the same bytes on every connection, and any name and
value can be sent, even those that HTTP/2 forbids.

Sources: https://www.rfc-editor.org/rfc/rfc9113.html#section-4, https://www.rfc-editor.org/rfc/rfc7541.html#section-6.2
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hpack import Decoder
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

Field = tuple[str, str]

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_FRAME_SIZE: Final = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """A header block: of an interim response, of the final one, or of trailers."""

    fields: tuple[Field, ...]
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Bytes of a body."""

    data: bytes
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """RST_STREAM with this error code."""

    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoAway:
    """GOAWAY with this error code; the stream counts as processed, unless `last_stream` is 0."""

    code: int
    last_stream: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A pause of so many seconds: what follows comes apart from what came before."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """The end of the connection."""


Action = Headers | Data | Reset | GoAway | Wait | Close
Script = tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request, with its pseudo-headers first."""

    stream: int
    fields: tuple[Field, ...]
    body: bytes

    def get(self, name: str) -> str:
        return next((value for other, value in self.fields if other == name), "")


def literal(text: str) -> bytes:
    """A string literal without Huffman coding."""
    data = text.encode("latin-1")
    return _integer(len(data), 7) + data


def block(fields: Sequence[Field]) -> bytes:
    """A header block of literals without indexing."""
    return b"".join(b"\0" + literal(name) + literal(value) for name, value in fields)


def _integer(value: int, prefix: int) -> bytes:
    """https://www.rfc-editor.org/rfc/rfc7541.html#section-5.1."""
    limit = (1 << prefix) - 1
    if value < limit:
        return bytes([value])
    data, value = bytearray([limit]), value - limit
    while value >= 0x80:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(data) + bytes([value])


def frames(action: Action, stream: int) -> bytes:
    """The bytes of an action on a stream."""
    match action:
        case Headers(fields=fields, ends=ends):
            return header_frames(block(fields), stream, ends=ends)
        case Data(data=data, ends=ends):
            frame = DataFrame(stream, data, flags=["END_STREAM"] if ends else [])
            return frame.serialize()
        case Reset(code=code):
            return RstStreamFrame(stream, error_code=code).serialize()
        case GoAway(code=code, last_stream=last):
            return GoAwayFrame(0, last_stream_id=stream if last is None else last, error_code=code).serialize()
        case Wait() | Close():
            return b""


def bursts(script: Script, stream: int) -> list[bytes]:
    """The bytes of a script: those that are sent together, and those after each pause."""
    sent = [b""]
    for action in script:
        if isinstance(action, Wait):
            sent.append(b"")
        sent[-1] += frames(action, stream)
    return sent


def header_frames(data: bytes, stream: int, *, ends: bool) -> bytes:
    """HEADERS, and CONTINUATION as far as needed."""
    parts = [data[start : start + MAX_FRAME_SIZE] for start in range(0, max(len(data), 1), MAX_FRAME_SIZE)]
    sent: list[Frame] = [HeadersFrame(stream, parts[0], flags=["END_STREAM"] if ends else [])]
    sent += [ContinuationFrame(stream, part) for part in parts[1:]]
    sent[-1].flags.add("END_HEADERS")
    return b"".join(frame.serialize() for frame in sent)


def settings(values: dict[int, int] | None = None, *, ack: bool = False) -> bytes:
    return SettingsFrame(0, values or {}, flags=["ACK"] if ack else []).serialize()


class Connection:
    """The requests of one connection, as they come; SETTINGS, PING and WINDOW_UPDATE are sent meanwhile."""

    def __init__(self, connection: socket.socket, values: dict[int, int] | None = None) -> None:
        self._connection = connection
        self._decoder = Decoder()
        self._decoder.max_allowed_table_size = 65536
        self._fields: dict[int, tuple[Field, ...]] = {}
        self._bodies: dict[int, bytearray] = {}
        self._settings = values
        self.windows: dict[int, int] = {}
        """What the client granted beyond the first 65,535 bytes, by stream; 0: the connection."""
        self.granted = threading.Event()

    def requests(self) -> Iterator[Request]:
        """Until the client ends the connection, or resets a stream: WebKitGTK's fetch() doesn't settle otherwise."""
        if self._take(len(PREFACE)) != PREFACE:
            return
        self._connection.sendall(settings(self._settings))
        block = bytearray()
        ended: set[int] = set()
        while header := self._take(9):
            frame, size = Frame.parse_frame_header(memoryview(header))
            payload = self._take(size)
            if len(payload) < size:
                return
            frame.parse_body(memoryview(payload))
            if isinstance(frame, RstStreamFrame):
                return
            self._reply(frame)
            if isinstance(frame, HeadersFrame | ContinuationFrame) and not isinstance(frame, PushPromiseFrame):
                block += frame.data
                if "END_HEADERS" in frame.flags:
                    self._fields[frame.stream_id] = tuple(
                        (name.decode("latin-1"), value.decode("latin-1"))
                        for name, value in self._decoder.decode(bytes(block), raw=True)
                    )
                    block.clear()
                self._bodies.setdefault(frame.stream_id, bytearray())
            elif isinstance(frame, DataFrame):
                self._bodies[frame.stream_id] += frame.data
                if size:
                    self._connection.sendall(
                        WindowUpdateFrame(0, window_increment=size).serialize()
                        + WindowUpdateFrame(frame.stream_id, window_increment=size).serialize()
                    )
            if "END_STREAM" in frame.flags:
                ended.add(frame.stream_id)
            if frame.stream_id in ended and frame.stream_id in self._fields:
                stream = frame.stream_id
                yield Request(stream=stream, fields=self._fields.pop(stream), body=bytes(self._bodies.pop(stream)))

    def _reply(self, frame: Frame) -> None:
        if isinstance(frame, SettingsFrame) and "ACK" not in frame.flags:
            self._connection.sendall(settings(ack=True))
        elif isinstance(frame, PingFrame) and "ACK" not in frame.flags:
            self._connection.sendall(PingFrame(0, frame.opaque_data, flags=["ACK"]).serialize())
        elif isinstance(frame, WindowUpdateFrame):
            self.windows[frame.stream_id] = self.windows.get(frame.stream_id, 0) + frame.window_increment
            self.granted.set()

    def send(self, script: Script, stream: int) -> bool:
        """Send all frames at once, as far as there is no pause; whether the connection goes on."""
        pauses = (action.seconds for action in script if isinstance(action, Wait))
        for burst in bursts(script, stream):
            self._connection.sendall(burst)
            time.sleep(next(pauses, 0))
        return not any(isinstance(action, Close) for action in script)

    def send_bytes(self, data: bytes) -> None:
        self._connection.sendall(data)

    def send_body(self, body: bytes, stream: int, requests: Iterator[Request]) -> None:
        """Send a body and its end as the client's windows allow, as long as the client doesn't reset the stream."""
        sent = 0
        waiting = threading.Thread(target=next, args=[requests, None], daemon=True)
        waiting.start()
        while sent < len(body) and waiting.is_alive():
            allowed = 65535 + min(self.windows.get(stream, 0), self.windows.get(0, 0)) - sent
            portion = body[sent : sent + min(allowed, MAX_FRAME_SIZE)]
            if portion:
                sent += len(portion)
                self._connection.sendall(DataFrame(stream, portion).serialize())
            else:
                self.granted.wait(1)
                self.granted.clear()
        if sent == len(body):
            self._connection.sendall(DataFrame(stream, b"", flags=["END_STREAM"]).serialize())
        waiting.join()

    def _take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size and (portion := self._connection.recv(size - len(taken))):
            taken += portion
        return taken if len(taken) == size else b""
