"""The HTTP of a page's server, without lines in the access log, which all servers of a process share."""

from __future__ import annotations

import asyncio

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


class QuietProtocol(H11Protocol):
    """uvicorn's own, but for the log."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False
