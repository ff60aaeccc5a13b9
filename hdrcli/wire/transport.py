"""The seam between the engine and whatever answers it."""

from __future__ import annotations

from typing import Protocol

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import Received


class Transport(Protocol):
    """The network, a proxy, an in-process ASGI app: what takes an HTTP request and gives its answer."""

    async def exchange(self, request: HTTPRequest) -> Received:
        """Send the request in just these words. What goes wrong is a value, never an exception.

        Of the body as much comes along as the request's `body_wanted` asks for. Whoever has the bytes of the answer's
        head hands them over, too: browsers read odd ones in different ways.
        """
        ...

    async def aclose(self) -> None:
        """Let go of all connections."""
        ...
