"""The server of a page, from bind to stop."""

from __future__ import annotations

import secrets
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hdrcli.loopback.background import SHUTDOWN_SECONDS, Background
from hdrcli.loopback.listening import listen_on_loopback

if TYPE_CHECKING:
    from fastapi import FastAPI


class PageServer:
    """Listens from its construction on, and responds from `start` on. A context manager, which stops it.

    `page_port` is that of the page, 0 for any free one. Raises `UsageError` if it cannot be used.
    """

    def __init__(self, page_port: int) -> None:
        self._background = Background(listen_on_loopback(page_port, "--page-port"))
        self._token = secrets.token_urlsafe(32)

    @property
    def origin(self) -> str:
        """The origin of the page under the name that is printed."""
        return f"http://localhost:{self._background.port}"

    @property
    def url(self) -> str:
        """The URL for the visitor's browser, with the token."""
        return f"{self.origin}/#{self._token}"

    def start(self, app: FastAPI, *connects_to: str) -> None:
        """Serve the app in a thread, behind the guard; `connects_to` are the other origins that the page requests."""
        from uvicorn import Config

        from hdrcli.loopback.guard import Guard
        from hdrcli.loopback.protocol import QuietProtocol

        app.middleware("http")(Guard(port=self._background.port, connects_to=connects_to, token=self._token))
        self._background.start(
            Config(
                app,
                http=QuietProtocol,
                ws="none",
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._background.__exit__(kind, error, traceback)
