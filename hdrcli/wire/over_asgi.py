"""An ASGI app as a transport: no port, no bytes.

An exchange ends when the head and the wanted part of the body are there. The app then receives `http.disconnect`, as
when a browser closes the connection, and runs on: endless streams and background tasks delay nothing, and no task of
the app is cancelled. Its faults have the same effect as in a server: an exception before the response begins is a 500
in plain text, an invalid header ends the connection. Exceptions are logged, which is visible only where logging is
configured, as in pytest.

Source: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import unquote

from hdrcli.fetch import Failure, HTTPRequest, HTTPResponse, TransportFailure
from hdrcli.fetch.headers import Header, IndexedHeaders, is_header_value, is_token
from hdrcli.fetch.infra import byte_lowercase

Message = MutableMapping[str, Any]  # Any: as the specification has it
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Message, Receive, Send], Awaitable[None]]

ASGI: Final = {"version": "3.0", "spec_version": "2.3"}

_LOG: Final = logging.getLogger(__name__)
_LOG.addHandler(logging.NullHandler())

_CRASHED: Final = (500, (("content-type", "text/plain; charset=utf-8"),), b"Internal Server Error")
"""What servers send in place of an app that raises."""

_NO_BODY: Final = frozenset({204, 304})


async def exchange(
    app: ASGIApp,
    request: HTTPRequest,
    scope: Message,
    running: set[asyncio.Task[None]],
    on_exception: Callable[[BaseException], None],
) -> HTTPResponse | TransportFailure:
    """Let the app respond to this request, whose scope it may change.

    The app's task is in `running` until it ends; it is cancelled if the exchange is. `on_exception` gets what the app
    raises in place of a response or with one that says so; what it raises after another one has no effect on the page.
    """
    response = _Response(request)
    task = asyncio.create_task(_run(app, scope, response, on_exception))
    running.add(task)
    task.add_done_callback(running.discard)
    try:
        await response.complete.wait()
    except asyncio.CancelledError:
        task.cancel()
        raise
    return response.result()


async def _run(
    app: ASGIApp, scope: Message, response: _Response, on_exception: Callable[[BaseException], None]
) -> None:
    try:
        await app(scope, response.receive, response.send)
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 -- SystemExit, too: nothing that an app raises ends the check
        _LOG.exception("%s %s: exception in the app", scope["method"], scope["path"])
        if response.is_error:
            on_exception(error)
    finally:
        response.complete.set()


class _Response:
    """Takes the app's messages. It is complete as soon as the request wants no more of it."""

    def __init__(self, request: HTTPRequest) -> None:
        self.complete = asyncio.Event()
        self._request = request
        self._is_received = False
        self._head: tuple[int, tuple[Header, ...]] | None = None
        self._body = bytearray()

    @property
    def is_error(self) -> bool:
        """Whether there is no response, or one whose status is a server's error."""
        return self._head is None or self._head[0] >= _CRASHED[0]

    async def receive(self) -> Message:
        """The request's body, then the disconnect."""
        if not self._is_received:
            self._is_received = True
            return {"type": "http.request", "body": self._request.body or b"", "more_body": False}
        await self.complete.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """See the specification."""
        if message["type"] == "http.response.start" and self._head is None:
            headers = tuple((_text(name), _text(value)) for name, value in message.get("headers", ()))
            self._head = int(message["status"]), headers
            if not self._request.body_wanted_of(self._head[0]):
                self.complete.set()
        elif message["type"] == "http.response.body" and not self.complete.is_set():
            self._body += bytes(message.get("body", b""))
            wanted = 0 if self._head is None else self._request.body_wanted_of(self._head[0])
            if len(self._body) >= wanted or not message.get("more_body", False):
                self.complete.set()

    def result(self) -> HTTPResponse | TransportFailure:
        if self._head is None:
            return response_of(self._request, *_CRASHED)
        return response_of(self._request, *self._head, bytes(self._body))


def response_of(
    request: HTTPRequest, status: int, headers: tuple[Header, ...], body: bytes
) -> HTTPResponse | TransportFailure:
    """What a client gets of an app's response, as far as the request wants it."""
    if not all(is_token(name) and is_header_value(value) for name, value in headers):
        return TransportFailure(failure=Failure.EMPTY_REPLY, peer=request.url.authority)
    has_body = request.method != "HEAD" and status not in _NO_BODY
    body = body[: request.body_wanted_of(status)] if has_body else b""
    return HTTPResponse(status=status, headers=IndexedHeaders(headers), body=body)


def _text(value: bytes) -> str:
    return bytes(value).decode("latin-1")


def scope_of(request: HTTPRequest, state: Message) -> Message:
    """https://asgi.readthedocs.io/en/latest/specs/www.html#http-connection-scope.

    `state` is what the app's lifespan has stored: each request gets a copy.
    """
    url = request.url
    return {
        "type": "http",
        "asgi": ASGI,
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote(url.path),
        "raw_path": url.path.encode("ascii"),
        "query_string": url.query.removeprefix("?").encode("ascii"),
        "root_path": "",
        "headers": [
            (byte_lowercase(name).encode("latin-1"), value.encode("latin-1")) for name, value in request.sent_headers
        ],
        "client": ("127.0.0.1", 50000),
        "server": (url.host, url.effective_port),
        "state": dict(state),
    }
