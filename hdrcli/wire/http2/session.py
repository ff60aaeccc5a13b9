"""The client's side of one HTTP/2 connection, sans I/O: bytes in, events of streams and bytes to send out.

Theory of operation
-------------------
The frames are `hyperframe`'s and header compression is `hpack`'s, the two libraries under `h2`. `h2` itself is not
used: its streams reject what browsers accept (a Content-Length that doesn't match, trailers without END_STREAM, a
second head) and report nothing but the error. Here nothing is judged: `receive` hands each event to the
`StreamReader` of its stream, which records it. Only what breaks the connection for all browsers is an error: `failed`
is then set, GOAWAY is sent, and every open stream ends with an "error" event.

Flow control bounds bodies: a stream gets its first 64 KiB, and more only if the request wants more. The connection's
window is opened again as data arrives. Header blocks are bounded in size and in CONTINUATION frames; frames that bring
nothing (PING, SETTINGS, empty DATA ...) are bounded in number between those that do.

Source: https://www.rfc-editor.org/rfc/rfc9113.html
"""

from __future__ import annotations

from typing import Final

from hpack import Decoder, Encoder, HPACKError, OversizedHeaderListError
from hyperframe.exceptions import HyperframeError
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

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import StreamEvent
from hdrcli.wire.http2.block import CONNECTION_FIELDS
from hdrcli.wire.http2.bodies import RequestBodies
from hdrcli.wire.http2.stream import MAX_HEAD_SIZE, REFUSED_STREAM, WINDOW, StreamReader

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEADER_SIZE: Final = 9
_MAX_FRAME_SIZE: Final = 16384
_MAX_BLOCK_SIZE: Final = MAX_HEAD_SIZE + 64 * 1024
_MAX_CONTINUATIONS: Final = 1000
_MAX_IDLE_FRAMES: Final = 10_000
_MAX_STREAMS: Final = 100
"""Streams at a time until the server says how many: https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5.2"""
_MAX_STREAM_ID: Final = 2**31 - 1

_PROTOCOL_ERROR: Final = 1
_FRAME_SIZE_ERROR: Final = 6
_CANCEL: Final = 8
_COMPRESSION_ERROR: Final = 9
_ENHANCE_YOUR_CALM: Final = 11

_NOT_SENT: Final = CONNECTION_FIELDS | {"host"}


class Session:
    """See the theory of operation above. `outgoing` holds the bytes to send."""

    def __init__(self) -> None:
        self._incoming = bytearray()
        self._decoder = Decoder(max_header_list_size=MAX_HEAD_SIZE)
        self._encoder = Encoder()
        self._streams: dict[int, StreamReader] = {}
        self._bodies = RequestBodies(_MAX_FRAME_SIZE)
        self._consumed: dict[int, int] = {0: 0}
        self._next_stream = 1
        self._block: list[HeadersFrame | ContinuationFrame] = []
        self._block_size = 0
        self._idle_frames = 0
        self._burst = 0
        self._ended_in_burst: list[StreamReader] = []
        self.outgoing = bytearray(_PREFACE)
        self.max_streams = _MAX_STREAMS
        self.failed = False
        self.goes_away = False
        self._send(SettingsFrame(0, {SettingsFrame.ENABLE_PUSH: 0, SettingsFrame.MAX_HEADER_LIST_SIZE: MAX_HEAD_SIZE}))

    @property
    def takes_streams(self) -> bool:
        """Whether the connection can carry further requests, as far as it is known."""
        return not (self.failed or self.goes_away) and self._next_stream <= _MAX_STREAM_ID

    def request(self, request: HTTPRequest, reader: StreamReader) -> int:
        """Send a request on a new stream; the stream's number."""
        stream = self._next_stream
        self._next_stream += 2
        self._streams[stream] = reader
        self._bodies.add(stream, request.body)
        self._consumed[stream] = 0
        block = self._encoder.encode(_fields(request))
        parts = [block[start : start + _MAX_FRAME_SIZE] for start in range(0, len(block), _MAX_FRAME_SIZE)]
        sent: list[Frame] = [HeadersFrame(stream, parts[0], flags=[] if request.body else ["END_STREAM"])]
        sent += [ContinuationFrame(stream, part) for part in parts[1:]]
        sent[-1].flags.add("END_HEADERS")
        for frame in sent:
            self._send(frame)
        self._send_bodies()
        return stream

    def forget(self, stream: int) -> None:
        """Give up a stream. Unless it has ended, the server gets RST_STREAM."""
        is_sending = self._bodies.forget(stream)
        is_receiving = self._streams.pop(stream, None) is not None
        self._consumed.pop(stream, None)
        if (is_sending or is_receiving) and not self.failed:
            self._send(RstStreamFrame(stream, error_code=_CANCEL))

    def receive(self, data: bytes) -> None:
        """Take the next bytes. Those that come together are one burst."""
        self._burst += 1
        self._ended_in_burst.clear()
        self._incoming += data
        while not self.failed and len(self._incoming) >= _HEADER_SIZE:
            size = int.from_bytes(self._incoming[:3], "big")
            if size > _MAX_FRAME_SIZE:
                self._fail(_FRAME_SIZE_ERROR)
                return
            if len(self._incoming) < _HEADER_SIZE + size:
                return
            portion = bytes(self._incoming[: _HEADER_SIZE + size])
            del self._incoming[: _HEADER_SIZE + size]
            self._receive_frame(portion)

    def end(self) -> None:
        """Take the end of the connection."""
        self.failed = True
        self._end_streams(StreamEvent(kind="closed", burst=self._burst))

    def _receive_frame(self, portion: bytes) -> None:
        try:
            frame, _ = Frame.parse_frame_header(memoryview(portion)[:_HEADER_SIZE])
            frame.parse_body(memoryview(portion)[_HEADER_SIZE:])
        except (HyperframeError, ValueError):
            self._fail(_PROTOCOL_ERROR)
            return
        self._idle_frames += 1
        if self._idle_frames > _MAX_IDLE_FRAMES:
            self._fail(_ENHANCE_YOUR_CALM)
        elif self._block and not isinstance(frame, ContinuationFrame):
            self._fail(_PROTOCOL_ERROR)
        else:
            self._dispatch(frame)

    def _dispatch(self, frame: Frame) -> None:
        match frame:
            case PushPromiseFrame():
                self._fail(_PROTOCOL_ERROR)
            case HeadersFrame() | ContinuationFrame():
                self._receive_block(frame)
            case DataFrame():
                self._receive_data(frame)
            case RstStreamFrame():
                self._end_stream(frame.stream_id, StreamEvent(kind="reset", burst=self._burst, code=frame.error_code))
            case SettingsFrame() if "ACK" not in frame.flags:
                self._apply(frame.settings)
                self._send(SettingsFrame(0, flags=["ACK"]))
            case PingFrame() if "ACK" not in frame.flags:
                self._send(PingFrame(0, frame.opaque_data, flags=["ACK"]))
            case WindowUpdateFrame():
                self._bodies.widen(frame.stream_id, frame.window_increment)
                self._send_bodies()
            case GoAwayFrame():
                self._receive_goaway(frame)

    def _receive_block(self, frame: HeadersFrame | ContinuationFrame) -> None:
        is_first = isinstance(frame, HeadersFrame)
        if is_first == bool(self._block) or (self._block and self._block[0].stream_id != frame.stream_id):
            self._fail(_PROTOCOL_ERROR)
            return
        self._block.append(frame)
        self._block_size += len(frame.data)
        if self._block_size > _MAX_BLOCK_SIZE or len(self._block) > _MAX_CONTINUATIONS:
            self._refuse_head(frame.stream_id)
            return
        if "END_HEADERS" not in frame.flags:
            return
        first, continuations = self._block[0], len(self._block) - 1
        data = b"".join(part.data for part in self._block)
        self._block, self._block_size = [], 0
        try:
            decoded = self._decoder.decode(data, raw=True)
        except OversizedHeaderListError:
            self._refuse_head(frame.stream_id)
            return
        except (HPACKError, UnicodeError, ValueError):
            self._fail(_COMPRESSION_ERROR)
            return
        self._idle_frames = 0
        reader = self._streams.get(first.stream_id)
        if reader is not None:
            fields = tuple((bytes(name).decode("latin-1"), bytes(value).decode("latin-1")) for name, value in decoded)
            ends = "END_STREAM" in first.flags
            reader.headers(fields, continuations, self._burst, ends=ends)
            if ends:
                self._ended_in_burst.append(self._streams.pop(first.stream_id))

    def _refuse_head(self, stream: int) -> None:
        """What is left of the block is not decoded, and without it no other block can be."""
        reader = self._streams.get(stream)
        if reader is not None:
            reader.too_large()
        self._fail(_ENHANCE_YOUR_CALM)

    def _receive_data(self, frame: DataFrame) -> None:
        if frame.data:
            self._idle_frames = 0
        size = frame.flow_controlled_length
        reader = self._streams.get(frame.stream_id)
        self._reopen(0, size)
        if reader is None:
            return
        ends = "END_STREAM" in frame.flags
        reader.data(bytes(frame.data), self._burst, ends=ends)
        if ends:
            self._ended_in_burst.append(self._streams.pop(frame.stream_id))
        elif reader.wants_more:
            self._reopen(frame.stream_id, size)

    def _reopen(self, stream: int, size: int) -> None:
        """Let the server send as many bytes as it has sent, once it is worth a frame."""
        self._consumed[stream] += size
        if self._consumed[stream] > WINDOW // 2:
            self._send(WindowUpdateFrame(stream, window_increment=self._consumed[stream]))
            self._consumed[stream] = 0

    def _receive_goaway(self, frame: GoAwayFrame) -> None:
        refused = StreamEvent(kind="reset", burst=self._burst, code=REFUSED_STREAM)
        for stream in list(self._streams):
            if stream > frame.last_stream_id:
                self._end_stream(stream, refused)
        if not self.goes_away:
            self.goes_away = True
            event = StreamEvent(kind="goaway", burst=self._burst, code=frame.error_code)
            for reader in (*self._streams.values(), *self._ended_in_burst):
                reader.event(event)

    def _apply(self, settings: dict[int, int]) -> None:
        self.max_streams = settings.get(SettingsFrame.MAX_CONCURRENT_STREAMS, self.max_streams)
        self._encoder.header_table_size = min(settings.get(SettingsFrame.HEADER_TABLE_SIZE, 4096), 4096)
        initial = settings.get(SettingsFrame.INITIAL_WINDOW_SIZE)
        if initial is not None:
            self._bodies.set_initial_window(initial)
            self._send_bodies()

    def _send_bodies(self) -> None:
        for frame in self._bodies.take():
            self._send(frame)
            self._idle_frames = 0

    def _fail(self, code: int) -> None:
        """End the connection for a fault of the server's."""
        self._send(GoAwayFrame(0, last_stream_id=0, error_code=code))
        self.failed = True
        self._end_streams(StreamEvent(kind="error", burst=self._burst, code=code))

    def _end_streams(self, event: StreamEvent) -> None:
        for stream in list(self._streams):
            self._end_stream(stream, event)

    def _end_stream(self, stream: int, event: StreamEvent) -> None:
        reader = self._streams.pop(stream, None)
        if reader is not None:
            reader.event(event)

    def _send(self, frame: Frame) -> None:
        self.outgoing += frame.serialize()


def _fields(request: HTTPRequest) -> list[tuple[bytes, bytes]]:
    """The request's header list: https://www.rfc-editor.org/rfc/rfc9113.html#section-8.3.1."""
    pseudo = [
        (":method", request.method),
        (":authority", request.url.authority),
        (":scheme", request.url.scheme),
        (":path", request.url.target),
    ]
    headers = [(name.lower(), value) for name, value in request.sent_headers]
    fields = [*pseudo, *((name, value) for name, value in headers if name not in _NOT_SENT)]
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
