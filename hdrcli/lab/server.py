"""The lab's server, from bind to stop."""

from __future__ import annotations

import secrets
from types import TracebackType
from typing import Self

from hdrcli.lab.background import SHUTDOWN_SECONDS, Background
from hdrcli.lab.listening import listen_on_loopback
from hdrcli.lab.subject import Subject


class Lab:
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

    def start(self, subject: Subject) -> None:
        """Serve the page in a thread."""
        from uvicorn import Config

        from hdrcli.lab.app import lab_app
        from hdrcli.lab.guard import Guard
        from hdrcli.lab.protocol import QuietProtocol

        guard = Guard(port=self._background.port, api=subject.base, token=self._token)
        self._background.start(
            Config(
                lab_app(subject, guard),
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
