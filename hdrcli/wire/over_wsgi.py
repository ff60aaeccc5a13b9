"""A WSGI app as a transport: https://peps.python.org/pep-3333/. It blocks, so that each exchange needs a thread."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote_to_bytes
from wsgiref.handlers import BaseHandler

from hdrcli.fetch import HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.headers import Header
from hdrcli.wire.over_asgi import response_of

if TYPE_CHECKING:
    from wsgiref.headers import Headers
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from _typeshed import OptExcInfo


def exchange(
    app: WSGIApplication, request: HTTPRequest, on_exception: Callable[[BaseException], None]
) -> HTTPResponse | TransportFailure:
    """Let the app respond to this request. What it raises is a 500, as servers make it, and goes to `on_exception`."""
    handler = _Handler(request, on_exception)
    with contextlib.suppress(BrokenPipeError):
        handler.run(app)
    return response_of(request, handler.status_code, handler.sent_headers, bytes(handler.body))


class _Handler(BaseHandler):
    """Builds the environment, and takes the response instead of writing it."""

    os_environ: dict[str, str] = {}  # noqa: RUF012 -- overrides that of a CGI script
    environ: WSGIEnvironment
    status: str | None
    headers: Headers | None

    def __init__(self, request: HTTPRequest, on_exception: Callable[[BaseException], None]) -> None:
        self.status_code = 0
        self.sent_headers: tuple[Header, ...] = ()
        self.body = bytearray()
        self._request = request
        self._on_exception = on_exception

    def add_cgi_vars(self) -> None:
        self.environ.update(_environment(self._request))

    def get_stdin(self) -> IO[bytes]:
        return io.BytesIO(self._request.body or b"")

    def get_stderr(self) -> IO[str]:
        return sys.stderr

    def get_scheme(self) -> str:
        return self._request.url.scheme

    def send_headers(self) -> None:
        """Keep them, if they can be written; the base class writes them."""
        if self.status is None or self.headers is None:
            raise AssertionError("headers are sent after start_response")
        self.cleanup_headers()
        bytes(self.headers)  # raises for what is not latin-1: a 500
        self.headers_sent = True
        self.status_code, self.sent_headers = int(self.status[:3]), tuple(self.headers.items())

    def _write(self, data: bytes) -> None:
        self.body += data
        if len(self.body) >= self._request.body_wanted_of(self.status_code):
            raise BrokenPipeError  # the base class ends quietly, as for a client that has closed the connection

    def _flush(self) -> None:
        """Nothing is buffered."""

    def log_exception(self, exc_info: OptExcInfo) -> None:
        """A crash is a 500 in the report, not a traceback."""
        if exc_info[1] is not None and not self.headers_sent:
            self._on_exception(exc_info[1])


def _environment(request: HTTPRequest) -> Iterator[tuple[str, str]]:
    url = request.url
    yield "REQUEST_METHOD", request.method
    yield "SCRIPT_NAME", ""
    yield "PATH_INFO", unquote_to_bytes(url.path).decode("latin-1")
    yield "QUERY_STRING", url.query.removeprefix("?")
    yield "SERVER_NAME", url.host
    yield "SERVER_PORT", str(url.effective_port)
    yield "SERVER_PROTOCOL", "HTTP/1.1"
    yield "REMOTE_ADDR", "127.0.0.1"
    if request.body:
        yield "CONTENT_LENGTH", str(len(request.body))
    for name, value in request.sent_headers:
        key = name.upper().replace("-", "_")
        yield key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}", value
