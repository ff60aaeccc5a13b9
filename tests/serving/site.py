"""A server that finds the bytes of a response by method and path, and notes the requests."""

from __future__ import annotations

import queue
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.serving.http import Request, answer, parse_request, read_request, send_and_end
from tests.serving.loopback import DEADLINE, LoopbackServer

PAGE: Final = "http://localhost:3000"
"""The page that calls the server unless an option says otherwise."""
OPEN_TO_PAGE: Final = (f"Access-Control-Allow-Origin: {PAGE}", "Access-Control-Allow-Credentials: true")

Response = bytes | None | Callable[[Request], bytes | None]
"""None is a response that never comes."""


NOT_FOUND: Final = answer(status="404 Not Found")


class Site(LoopbackServer):
    """Responses by "/path" or, for preflights and the like, "METHOD /path"; `otherwise` to any other path."""

    def __init__(
        self,
        responses: Mapping[str, Response],
        *,
        otherwise: Response = NOT_FOUND,
        tls: ssl.SSLContext | None = None,
        unix_socket: Path | None = None,
    ) -> None:
        super().__init__(tls=tls, unix_socket=unix_socket)
        self._otherwise = otherwise
        self.requests: list[Request] = []
        self._responses = dict(responses)
        self._arrivals: queue.SimpleQueue[Request] = queue.SimpleQueue()

    @property
    def url(self) -> str:
        """Its origin."""
        return self.origin

    def wait_for_request(self) -> Request:
        """The next request that was not waited for so far, as soon as it is there."""
        return self._arrivals.get(timeout=DEADLINE)

    def serve(self, number: int, connection: socket.socket) -> None:
        """One request."""
        del number
        data = read_request(connection)
        if not data:
            send_and_end(connection, answer(status="400 Bad Request"), DEADLINE)
            return
        request = parse_request(data)
        self.requests.append(request)
        self._arrivals.put(request)
        path = request.target.partition("?")[0]
        found = self._responses.get(f"{request.method} {path}", self._responses.get(path, self._otherwise))
        if callable(found):
            found = found(request)
        if found is None:
            self.stopped.wait()
        else:
            connection.sendall(found)
