"""The seam between the engine and whatever responds to it."""

from __future__ import annotations

from typing import Protocol

from hdrcli.fetch import HTTPRequest
from hdrcli.records.exchange import Received


class Transport(Protocol):
    """The network, a proxy, an in-process ASGI app: takes an HTTP request and returns its response."""

    async def exchange(self, request: HTTPRequest) -> Received:
        """Send exactly this request. A failure is a returned value, never an exception.

        The response comes with as much of its body as the request's `body_wanted` says. A transport that has the bytes
        of the response's head returns them, too: browsers read malformed heads in different ways.
        """
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
