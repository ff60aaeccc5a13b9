"""A server on one port for every host, http and https, that sends browsers the responses of the vectors.

It is a SOCKS 5 proxy as well, for browsers that offer no other way to connect every host to it.

Hosts below h2.localhost speak HTTP/2, and send exactly the frames they are given. In the vectors their port is 8443.
WebKitGTK does not speak HTTP/2 through a proxy, so it connects to this server itself, by its real port: `has_real_port`
says that the one replaces the other in everything that is sent, and the other way round in everything that is received.
"""

from __future__ import annotations

import queue
import re
import socket
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hdrcli.structs import replace
from tests.fetch.vector_files import RESERVED, exchange_for
from tests.serving import frames
from tests.serving.http import Request, parse_request, read_request, send_and_end
from tests.serving.loopback import LoopbackServer
from tests.serving.tls import server_context

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.fetch.vector_files import Exchange
    from tests.serving.frames import Script

_TLS_HANDSHAKE: Final = b"\x16"
_SOCKS: Final = b"\x05"
_SOCKS_NO_PASSWORD: Final = b"\x05\x00"
_SOCKS_CONNECTED: Final = b"\x05\x00\x00\x01" + bytes(6)  # to an IPv4 address that no browser reads
_SOCKS_HOST_SIZES: Final = {1: 4, 4: 16}  # by the type of address: IPv4, IPv6
_CLOSING_SECONDS: Final = 2  # for the browser to close its side
_HTTP2_DOMAIN: Final = ".h2.localhost"
_HTTP2_PORT: Final = 8443
_HTTP2_IDLE: Final = 2  # seconds for the next request; Firefox has only so many connections through a proxy
_UNEXPECTED: Final = b"HTTP/1.1 500 Not in the vector\r\nContent-Length: 0\r\n\r\n"
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_DONE: Final = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Exchanges:
    """The exchanges of one vector, one after the other."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self.requests: list[Request] = []
        self._exchanges = exchanges
        self._lock = threading.Lock()

    def response(self, request: Request) -> bytes | Script | None:
        with self._lock:
            done = len(self.requests)
            following = exchange_for(self._exchanges, done, request.method, request.url)
            if self._is_repeated(request) and not (following and _is(following, request)):
                return None
            self.requests.append(request)
            if following is None:
                return _UNEXPECTED
            return following.frames or following.answer

    def _is_repeated(self, request: Request) -> bool:
        """Is it the last request again, because an idle connection was closed without a response?"""
        last = self._exchanges[: len(self.requests)][-1:]
        return bool(last) and last[0].answer is None and not last[0].frames and _is(last[0], request)


def _is(exchange: Exchange, request: Request) -> bool:
    return (exchange.method, exchange.url) == (request.method, request.url)


class VectorServer(LoopbackServer):
    """Gives the n-th request of a vector, found by its id in the path, the vector's n-th response."""

    def __init__(
        self, vectors: Mapping[str, Sequence[Exchange]], pages: Mapping[str, bytes], *, has_real_port: bool = False
    ) -> None:
        super().__init__()
        self._port_on_wire = self.port if has_real_port else _HTTP2_PORT
        self.reports: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._vectors = {vector: _Exchanges(exchanges) for vector, exchanges in vectors.items()}
        self._pages = pages
        self._context = server_context("*.example", "localhost", "127.0.0.1")
        self._http2_context = server_context(f"*{_HTTP2_DOMAIN}")
        self._http2_context.set_alpn_protocols(["h2"])
        self._context.sni_callback = self._choose_protocol

    def _choose_protocol(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and name.endswith(_HTTP2_DOMAIN):
            connection.context = self._http2_context

    def requests(self, vector: str) -> tuple[Request, ...]:
        return tuple(self._vectors[vector].requests)

    def serve(self, number: int, connection: socket.socket) -> None:
        """One request; browsers open some connections in advance that have none."""
        first = connection.recv(1, socket.MSG_PEEK)
        if first == _SOCKS:
            _agree_to_socks(connection)
            first = connection.recv(1, socket.MSG_PEEK)
        if first == _TLS_HANDSHAKE:
            with self.secured(number, connection, self._context) as secured:
                if secured.selected_alpn_protocol() == "h2":
                    self._respond_over_http2(secured)
                else:
                    self._respond(secured, "https")
        else:
            self._respond(connection, "http")

    def _respond(self, connection: socket.socket, scheme: str) -> None:
        data = read_request(connection)
        if data:
            response = self._response(parse_request(data, scheme))
            _send_all(connection, self._with_port_in_head(response) if isinstance(response, bytes) else b"")

    def _respond_over_http2(self, connection: ssl.SSLSocket) -> None:
        """All requests of a connection; one that is not in its vector ends it."""
        connection.settimeout(_HTTP2_IDLE)
        server = frames.Connection(connection)
        for request in server.requests():
            lines = [f"host: {request.get(':authority')}"]
            lines += [f"{name}: {value}" for name, value in request.fields if not name.startswith(":")]
            response = self._response(
                Request(
                    scheme=request.get(":scheme"),
                    method=request.get(":method"),
                    target=request.get(":path"),
                    lines=tuple(lines),
                    body=request.body,
                )
            )
            script = response if isinstance(response, tuple) else (frames.Close(),)
            if not server.send(tuple(self._with_port_on_wire(action) for action in script), request.stream):
                connection.unwrap()
                return

    def _with_port_in_head(self, response: bytes) -> bytes:
        """For a Location that leads to HTTP/2."""
        return _with_port(response.decode("latin-1"), _HTTP2_PORT, self._port_on_wire).encode("latin-1")

    def _with_port_on_wire(self, action: frames.Action) -> frames.Action:
        if not isinstance(action, frames.Headers):
            return action
        fields = tuple((name, _with_port(value, _HTTP2_PORT, self._port_on_wire)) for name, value in action.fields)
        return frames.Headers(fields=fields, ends=action.ends)

    def _response(self, request: Request) -> bytes | Script | None:
        path = request.target
        if path.startswith(RESERVED):
            if request.method != "POST":
                page = self._pages.get(path, _NOT_FOUND).decode("latin-1")
                return _with_port(page, _HTTP2_PORT, self._port_on_wire).encode("latin-1")
            report = _with_port(request.body.decode("latin-1"), self._port_on_wire, _HTTP2_PORT)
            self.reports.put(report.encode("latin-1"))
            return _DONE
        lines = tuple(_with_port(line, self._port_on_wire, _HTTP2_PORT) for line in request.lines)
        target = _with_port(request.target, self._port_on_wire, _HTTP2_PORT)
        request = replace(request, lines=lines, target=target)
        vector = next((part for part in re.split(r"[/?&=]", path) if part in self._vectors), None)
        if vector is None:
            return _NOT_FOUND
        return self._vectors[vector].response(request)


def _with_port(text: str, before: int, after: int) -> str:
    return text.replace(f"{_HTTP2_DOMAIN}:{before}", f"{_HTTP2_DOMAIN}:{after}")


def _agree_to_socks(connection: socket.socket) -> None:
    """Be connected at once, wherever to: https://www.rfc-editor.org/rfc/rfc1928.html."""
    _, methods = _take(connection, 2)
    _take(connection, methods)
    connection.sendall(_SOCKS_NO_PASSWORD)
    *_, address_type = _take(connection, 4)
    _take(connection, (_SOCKS_HOST_SIZES.get(address_type) or _take(connection, 1)[0]) + 2)
    connection.sendall(_SOCKS_CONNECTED)


def _take(connection: socket.socket, size: int) -> bytes:
    """Just these bytes, and none after them."""
    taken = b""
    while len(taken) < size:
        portion = connection.recv(size - len(taken))
        if not portion:
            raise ConnectionAbortedError("closed within the SOCKS handshake")
        taken += portion
    return taken


def _send_all(connection: socket.socket, data: bytes) -> None:
    """Send the data together with the end of the stream: or the browser might use the connection again."""
    if hasattr(socket, "TCP_CORK"):  # Linux: data is gathered until the end
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    if isinstance(connection, ssl.SSLSocket):
        connection.sendall(data)
        data = b""
        connection.settimeout(0)
        with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):  # the browser's end is not waited for
            connection.unwrap()
    send_and_end(connection, data, _CLOSING_SECONDS)
