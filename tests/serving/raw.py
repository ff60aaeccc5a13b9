"""A server that gives the n-th request the n-th bytes.

with RawServer(b"HTTP/1.1 200 OK\\r\\n\\r\\n") as server:
    check(Settings(targets=(server.url,)))
assert server.requests == [b"GET / HTTP/1.1\\r\\n..."]
"""

from __future__ import annotations

import socket
import ssl
import threading

from tests.serving.http import read_request
from tests.serving.loopback import LoopbackServer


class RawServer(LoopbackServer):
    """Gives the n-th request the n-th response, later ones the last; closes the connection, and notes the requests."""

    def __init__(self, *responses: bytes, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        super().__init__(host=host, tls=tls)
        self.requests: list[bytes] = []
        self._responses = responses
        self._counting = threading.Lock()

    @property
    def url(self) -> str:
        return f"{self.origin}/"

    def serve(self, number: int, connection: socket.socket) -> None:
        """One request."""
        del number
        request = read_request(connection)
        if not request:
            return
        with self._counting:
            response = self._responses[min(len(self.requests), len(self._responses) - 1)]
            self.requests.append(request)
        connection.sendall(response)
