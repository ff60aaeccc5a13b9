"""HTTP/1.1 messages as bytes: requests as servers read them, responses as they send them."""

from __future__ import annotations

import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it arrived: `lines` are its header lines, as they are."""

    scheme: str
    method: str
    target: str
    lines: tuple[str, ...]
    body: bytes

    @property
    def url(self) -> str:
        """What was requested of the host in `Host`."""
        return f"{self.scheme}://{self.get('host') or ''}{self.target}"

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Names in lower case, and values without the white space around them."""
        pairs = (line.partition(":") for line in self.lines)
        return tuple((name.lower(), value.strip(" \t")) for name, _, value in pairs)

    def values(self, name: str) -> list[str]:
        """The values of the header lines of this name, in order."""
        return [value for known, value in self.headers if known == name.lower()]

    def get(self, name: str) -> str | None:
        """The values joined, or None without any."""
        values = self.values(name)
        return ", ".join(values) if values else None


def parse_request(data: bytes, scheme: str = "http") -> Request:
    """The request that `read_request` returned."""
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = start.split(" ", 2)
    return Request(scheme=scheme, method=method, target=target, lines=tuple(lines), body=body)


def read_request(connection: socket.socket) -> bytes:
    """One request, as long as its Content-Length says; nothing if it is not HTTP or the connection ends before."""
    request = b""
    while b"\r\n\r\n" not in request:
        received = connection.recv(65536)
        request += received
        if not received or not 0x21 <= request[0] <= 0x7E:
            return b""
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = sum(lengths[:1]) - len(body)
    while missing > 0 and (received := connection.recv(65536)):
        request += received
        missing -= len(received)
    return request


def answer(*lines: str, status: str = "200 OK") -> bytes:
    """The bytes of a response with these header lines and no body."""
    head = [f"HTTP/1.1 {status}", *lines, "Content-Length: 0", "Connection: close", "", ""]
    return "\r\n".join(head).encode("latin-1")


def send_and_end(connection: socket.socket, data: bytes, seconds: float) -> None:
    """Send the data and the end of the stream, then wait for the client's end: closing could cost it the last bytes."""
    connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(seconds)
    while connection.recv(4096):
        pass
