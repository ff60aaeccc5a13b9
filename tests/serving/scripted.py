"""A server that runs a function on each connection."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable

from tests.serving.http import read_request
from tests.serving.loopback import LoopbackServer

Script = Callable[[int, socket.socket], None]
"""Takes the number of the connection, from 0, and the connection."""


class ScriptedServer(LoopbackServer):
    """Runs a script on each connection, in a thread of its own."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._script = script

    @property
    def url(self) -> str:
        return f"{self.origin}/"

    def serve(self, number: int, connection: socket.socket) -> None:
        self._script(number, connection)


def responding(response: bytes) -> Script:
    """One response to each request, for as long as the client sends requests."""

    def script(_number: int, connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(response)

    return script
