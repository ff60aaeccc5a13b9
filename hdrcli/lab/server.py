"""The lab's server, from bind to stop."""

from __future__ import annotations

import contextlib
import secrets
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from hdrcli.lab.listening import listen_on_loopback, port_of
from hdrcli.lab.subject import Subject

if TYPE_CHECKING:
    from uvicorn import Server

_SHUTDOWN_SECONDS: Final = 1


class Lab:
    """Listens from its construction on, and responds from `start` on. A context manager, which stops it.

    `page_port` is that of the page, 0 for any free one. Raises `UsageError` if it cannot be used.
    """

    def __init__(self, page_port: int) -> None:
        self._sockets = listen_on_loopback(page_port, "--page-port")
        self._port = port_of(self._sockets)
        self._token = secrets.token_urlsafe(32)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def origin(self) -> str:
        """The origin of the page under the name that is printed."""
        return f"http://localhost:{self._port}"

    @property
    def url(self) -> str:
        """The URL for the visitor's browser, with the token."""
        return f"{self.origin}/#{self._token}"

    def start(self, subject: Subject) -> None:
        """Serve the page in a thread; requests that came before wait until then."""
        from uvicorn import Config, Server

        from hdrcli.lab.app import lab_app
        from hdrcli.lab.guard import Guard

        app = lab_app(subject, Guard(port=self._port, api=subject.base, token=self._token))
        config = Config(
            app,
            http="hdrcli.lab.protocol:QuietProtocol",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        self._server = Server(config)
        sockets = list(self._sockets)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": sockets}, name="lab", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(2 * _SHUTDOWN_SECONDS)
        with contextlib.ExitStack() as closing:
            for listener in self._sockets:
                closing.enter_context(listener)
