"""What no run of the vectors shows for sure: a session with Firefox ends well, whatever its console is about to say."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

from tests.browser.firefox import session
from tests.serving.scripted import ScriptedServer

if TYPE_CHECKING:
    from typing import BinaryIO

_ROUNDS = 20  # for the end to come at any moment


def test_a_session_ends_while_the_console_still_speaks() -> None:
    with ScriptedServer(_talk) as server:
        for _ in range(_ROUNDS):
            with session(server.port) as marionette, marionette.listening("about:blank") as console:
                console.wait_for("again")


def _talk(_number: int, connection: socket.socket) -> None:
    """Be a Marionette that answers each command at once with a line of the console, until the session ends."""
    with connection.makefile("rb") as commands:
        _send(connection, {"applicationType": "gecko"})
        while size := _until_colon(commands):
            _, number, *_ = json.loads(commands.read(int(size)))
            _send(connection, [1, number, None, {"value": [{"name": "", "text": "again", "url": ""}]}])


def _send(connection: socket.socket, message: object) -> None:
    text = json.dumps(message).encode()
    connection.sendall(b"%d:%b" % (len(text), text))


def _until_colon(stream: BinaryIO) -> bytes:
    """The size that a message begins with; nothing at the end."""
    size = b""
    while (byte := stream.read(1)) not in (b":", b""):
        size += byte
    return size
