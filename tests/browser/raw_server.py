"""A server on one loopback port for every host, http and https, that sends just the bytes it is given.

Hosts below h2.localhost speak HTTP/2, and send exactly the frames they are given. In the vectors their port is 8443.
WebKitGTK doesn't speak HTTP/2 through a proxy, so it connects to this server itself, by its real port: `has_real_port`
says that the one stands for the other in all that is sent, and the other way round in all that is received.

It is a SOCKS 5 proxy as well, for the browsers that cannot be told otherwise to connect to it whatever the host.
"""

from __future__ import annotations

import queue
import re
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trustme

from tests.fetch.vector_files import RESERVED
from tests.serving import http2

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.fetch.vector_files import Exchange
    from tests.serving.http2 import Script

_TLS_HANDSHAKE = b"\x16"
_SOCKS = b"\x05"
_SOCKS_NO_PASSWORD = b"\x05\x00"
_SOCKS_CONNECTED = b"\x05\x00\x00\x01" + bytes(6)  # to an IPv4 address that nobody looks at
_SOCKS_HOST_SIZES = {1: 4, 4: 16}  # by the type of address: IPv4, IPv6
_PATIENCE = 30  # seconds for an idle connection; browsers open some in advance
_FAREWELL = 2  # seconds for the browser to close its side
_UNEXPECTED = b"HTTP/1.1 500 Not in the vector\r\nContent-Length: 0\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_HTTP2_DOMAIN = ".h2.localhost"
_HTTP2_PORT = 8443
_HTTP2_IDLE = 2  # seconds for the next request; Firefox has only so many connections through a proxy
_DONE = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """A request as it arrived."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]  # names in lower case
    body: bytes

    def get(self, name: str) -> str | None:
        values = [value for header, value in self.headers if header == name]
        return ", ".join(values) if values else None


class _Play:
    """The exchanges of one vector, played one after the other."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self.requests: list[SeenRequest] = []
        self._exchanges = exchanges
        self._lock = threading.Lock()

    def answer(self, seen: SeenRequest) -> bytes | Script | None:
        with self._lock:
            played = len(self.requests)
            following = self._exchanges[played] if played < len(self._exchanges) else None
            if self._is_repeated(seen) and not (following and _is(following, seen)):
                return None
            self.requests.append(seen)
            if following is None:
                return _UNEXPECTED
            return following.frames or following.answer

    def _is_repeated(self, seen: SeenRequest) -> bool:
        """Is it the last request again, because an idle connection was closed without an answer?"""
        last = self._exchanges[: len(self.requests)][-1:]
        return bool(last) and last[0].answer is None and not last[0].frames and _is(last[0], seen)


def _is(exchange: Exchange, seen: SeenRequest) -> bool:
    return (exchange.method, exchange.url) == (seen.method, seen.url)


class RawServer(socketserver.ThreadingTCPServer):
    """Answers the n-th request of a vector, found by its id in the path, with the vector's n-th answer."""

    request_queue_size = 128

    def __init__(
        self, vectors: Mapping[str, Sequence[Exchange]], pages: Mapping[str, bytes], *, has_real_port: bool = False
    ) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self._port_on_wire = self.port if has_real_port else _HTTP2_PORT
        self.reports: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._plays = {vector: _Play(exchanges) for vector, exchanges in vectors.items()}
        self._pages = pages
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority = trustme.CA()
        authority.issue_cert("*.example", "localhost", "127.0.0.1").configure_cert(self._tls)
        self._http2 = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(f"*{_HTTP2_DOMAIN}").configure_cert(self._http2)
        self._http2.set_alpn_protocols(["h2"])
        self._tls.sni_callback = self._choose_protocol

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def _choose_protocol(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None and name.endswith(_HTTP2_DOMAIN):
            connection.context = self._http2

    def requests(self, vector: str) -> tuple[SeenRequest, ...]:
        return tuple(self._plays[vector].requests)

    def finish_request(self, request: object, client_address: object) -> None:
        """Serve one connection, which is to say one request."""
        del client_address
        assert isinstance(request, socket.socket)
        request.settimeout(_PATIENCE)
        with suppress(OSError):  # the browser goes away when it likes
            first = request.recv(1, socket.MSG_PEEK)
            if first == _SOCKS:
                _agree_to_socks(request)
                first = request.recv(1, socket.MSG_PEEK)
            if first == _TLS_HANDSHAKE:
                with self._tls.wrap_socket(request, server_side=True) as secured:
                    if secured.selected_alpn_protocol() == "h2":
                        self._serve_http2(secured)
                    else:
                        self._serve(secured, "https")
            else:
                self._serve(request, "http")

    def _serve(self, connection: socket.socket, scheme: str) -> None:
        seen = _read_request(connection, scheme)
        if seen is None:
            return
        answer = self._answer(seen)
        _send_all_there_is(connection, answer if isinstance(answer, bytes) else b"")

    def _serve_http2(self, connection: ssl.SSLSocket) -> None:
        """Serve all requests of a connection; one whose vector says nothing more ends it."""
        connection.settimeout(_HTTP2_IDLE)
        server = http2.Connection(connection)
        for request in server.requests():
            answer = self._answer(_seen_over_http2(request))
            script = answer if isinstance(answer, tuple) else (http2.Close(),)
            if not server.send(tuple(self._with_port_on_wire(action) for action in script), request.stream):
                connection.unwrap()
                return

    def _with_port_on_wire(self, action: http2.Action) -> http2.Action:
        if not isinstance(action, http2.Headers):
            return action
        fields = tuple((name, _with_port(value, _HTTP2_PORT, self._port_on_wire)) for name, value in action.fields)
        return http2.Headers(fields=fields, ends=action.ends)

    def _answer(self, seen: SeenRequest) -> bytes | Script | None:
        path = "/" + seen.url.split("/", 3)[3]
        if path.startswith(RESERVED):
            if seen.method != "POST":
                page = self._pages.get(path, _NOT_FOUND)
                return _with_port(page.decode("latin-1"), _HTTP2_PORT, self._port_on_wire).encode("latin-1")
            report = _with_port(seen.body.decode("latin-1"), self._port_on_wire, _HTTP2_PORT)
            self.reports.put(report.encode("latin-1"))
            return _DONE
        seen = SeenRequest(
            method=seen.method,
            url=_with_port(seen.url, self._port_on_wire, _HTTP2_PORT),
            headers=tuple((name, _with_port(value, self._port_on_wire, _HTTP2_PORT)) for name, value in seen.headers),
            body=seen.body,
        )
        vector = next((part for part in re.split(r"[/?&=]", path) if part in self._plays), None)
        if vector is None:
            return _NOT_FOUND
        return self._plays[vector].answer(seen)


def _with_port(text: str, before: int, after: int) -> str:
    return text.replace(f"{_HTTP2_DOMAIN}:{before}", f"{_HTTP2_DOMAIN}:{after}")


def _seen_over_http2(request: http2.Request) -> SeenRequest:
    return SeenRequest(
        method=request.get(":method"),
        url=f"{request.get(':scheme')}://{request.get(':authority')}{request.get(':path')}",
        headers=tuple((name, value) for name, value in request.fields if not name.startswith(":")),
        body=request.body,
    )


def _agree_to_socks(connection: socket.socket) -> None:
    """Be connected at once, wherever to: https://www.rfc-editor.org/rfc/rfc1928.html."""
    _, methods = _take(connection, 2)
    _take(connection, methods)
    connection.sendall(_SOCKS_NO_PASSWORD)
    *_, address_type = _take(connection, 4)
    _take(connection, (_SOCKS_HOST_SIZES.get(address_type) or _take(connection, 1)[0]) + 2)
    connection.sendall(_SOCKS_CONNECTED)


def _take(connection: socket.socket, size: int) -> bytes:
    """Just these bytes, and none behind them."""
    taken = b""
    while len(taken) < size:
        portion = connection.recv(size - len(taken))
        if not portion:
            raise ConnectionAbortedError("closed within the SOCKS handshake")
        taken += portion
    return taken


def _read_request(connection: socket.socket, scheme: str) -> SeenRequest | None:
    with connection.makefile("rb") as stream:
        start = stream.readline().decode("latin-1").split()
        if len(start) != 3:
            return None
        lines = [line.decode("latin-1") for line in iter(stream.readline, b"\r\n") if line]
        headers = tuple(
            (name.lower(), value.strip(" \t\r\n")) for name, _, value in (line.partition(":") for line in lines)
        )
        fields = dict(headers)
        body = stream.read(int(fields.get("content-length", "0")))
    method, target, _ = start
    return SeenRequest(method=method, url=f"{scheme}://{fields.get('host', '')}{target}", headers=headers, body=body)


def _send_all_there_is(connection: socket.socket, answer: bytes) -> None:
    """Send the answer together with the stream's end: or the browser might take the connection for one to use again.

    Then wait for the browser's end: closing at once could cost it the last bytes.
    """
    if hasattr(socket, "TCP_CORK"):  # Linux: what is written is gathered until the end
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    connection.sendall(answer)
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(0)
        with suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError):  # the browser's end is not waited for
            connection.unwrap()
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(_FAREWELL)
    while connection.recv(4096):
        pass
