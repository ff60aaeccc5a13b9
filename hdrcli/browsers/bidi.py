"""A client for WebDriver BiDi: https://w3c.github.io/webdriver-bidi/."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

JSON = dict[str, Any]


class BiDiError(Exception):
    """The browser rejected a command, or the connection ended."""


class Session:
    """Runs one command at a time, and passes events that arrive meanwhile to `on_event(session, method, params)`."""

    def __init__(self, connection: ClientConnection, on_event: Callable[[Session, str, JSON], Awaitable[None]]) -> None:
        self._connection = connection
        self._on_event = on_event
        self._numbers = itertools.count(1)

    async def send(self, method: str, **params: object) -> int:
        """Send a command without waiting for its result, and return its number. Raises `BiDiError`."""
        number = next(self._numbers)
        try:
            await self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        except ConnectionClosed as error:
            raise BiDiError(f"{method}: {error}") from None
        return number

    async def command(self, method: str, **params: object) -> JSON:
        """Send a command and return its result. Raises `BiDiError`."""
        number = await self.send(method, **params)
        message = await self._next_message()
        while message.get("id") != number:
            if message["type"] == "event":
                await self._on_event(self, message["method"], message["params"])
            message = await self._next_message()
        if message["type"] == "error":
            raise BiDiError(f"{method}: {message['error']}: {message['message']}".partition("\n")[0])
        result: JSON = message["result"]
        return result

    async def _next_message(self) -> JSON:
        try:
            message: JSON = json.loads(await self._connection.recv())
        except ConnectionClosed as error:
            raise BiDiError(str(error)) from None
        return message


@contextlib.asynccontextmanager
async def session(url: str, on_event: Callable[[Session, str, JSON], Awaitable[None]]) -> AsyncIterator[Session]:
    """Connect to the browser that listens at `url`, for the duration of the block."""
    async with connect(f"{url}/session", proxy=None, max_size=None) as connection:
        yield Session(connection, on_event)
