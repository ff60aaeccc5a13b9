"""Kinds of faults from public bug reports of stacks that aren't written in Python, each next to a correct service.

The heads are those of real software: Tomcat, rs/cors, Socket.IO, Nitro, Koa, Echo; or those of the reports and of the
documentation: Spring, Traefik, Quarkus, AWS API Gateway, Azure Storage, Supabase.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.serving.asgi import Server, on_uvicorn

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request; `for_method` and `for_headers` are those that a preflight is for."""

    method: str
    path: str
    origin: str
    for_method: str
    for_headers: frozenset[str]

    @property
    def is_preflight(self) -> bool:
        """Whether CORS layers take it for one."""
        return self.method == "OPTIONS" and bool(self.for_method)


Response = tuple[int, Lines, bytes]
Respond = Callable[[Sent], Response]

ALLOW: Final = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
ANY: Final = (("Access-Control-Allow-Origin", "*"),)
OTHER: Final = "https://other.example"


def _server(respond: Respond) -> Server:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        sent = Sent(
            method=scope["method"],
            path=scope["path"],
            origin=headers.get("origin", ""),
            for_method=headers.get("access-control-request-method", ""),
            for_headers=frozenset(filter(None, headers.get("access-control-request-headers", "").split(","))),
        )
        status, lines, body = respond(sent)
        length = () if status == _NO_CONTENT else (("Content-Length", f"{len(body)}"),)
        raw = [(name.encode(), value.encode()) for name, value in (*lines, *length)]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    asgi: ASGIApp = app
    return on_uvicorn(asgi, server_header=False)


_NO_CONTENT: Final = 204


def _strict(status: int, body: bytes = b"") -> Server:
    """GET, PUT and X-Token are allowed; a preflight for anything else has no CORS header at all."""

    def respond(sent: Sent) -> Response:
        if sent.origin not in {PAGE, ""}:
            return (status, (), body) if status != _NO_CONTENT or sent.is_preflight else (200, (), b"[]")
        if not sent.is_preflight:
            return 200, ALLOW if sent.origin else (("Vary", "Origin"),), b"[]"
        if sent.for_method not in {"GET", "PUT"} or not sent.for_headers <= {"x-token"}:
            return status, (), body
        allowed = ("Access-Control-Allow-Headers", "X-Token"), ("Access-Control-Allow-Methods", sent.for_method)
        return 200, (*ALLOW, *allowed), b""

    return _server(respond)


RS_CORS: Final = _strict(204)
TOMCAT: Final = _strict(403)
SPRING: Final = _strict(403, b"Invalid CORS request")


def _next_to_express(own: Lines) -> Server:
    """Socket.IO on the HTTP server of an Express application with cors(): Express doesn't see its requests."""

    def respond(sent: Sent) -> Response:
        if sent.path.startswith("/socket.io/"):
            return 200, own, b'0{"sid":"a1","upgrades":["websocket"]}'
        return (200 if sent.path == "/" else 404), (("X-Powered-By", "Express"), *ALLOW), b"<pre>Cannot GET</pre>"

    return _server(respond)


def _preflights_by_traefik(cors: Lines) -> Server:
    """Its headers middleware responds to preflights in place of the service, also if it doesn't allow them."""

    def respond(sent: Sent) -> Response:
        if sent.is_preflight:
            return 200, (*cors, ("Access-Control-Allow-Headers", "Authorization")) if cors else (), b""
        return 200, (("Server", "nginx"), ("X-Powered-By", "PHP/8.2"), *cors), b"{}"

    return _server(respond)


def _route_rules(status: int) -> Server:
    """Nitro with cors: true, which adds headers: before version 3, nobody responded to OPTIONS."""
    lists = (("access-control-allow-methods", "*"), ("access-control-allow-headers", "*"))

    def respond(sent: Sent) -> Response:
        return (status if sent.method == "OPTIONS" else 200), (*ANY, *lists), b'{\n  "error": true\n}'

    return _server(respond)


def _throwing(kept: Lines) -> Server:
    """Koa, which drops the headers that were set before an error: only errors are to be seen."""
    return _server(lambda _: (404, (("Content-Type", "text/plain; charset=utf-8"), *kept), b"Not Found"))


def _lambda(error: Lines) -> Server:
    """A REST API whose function returns no valid response."""
    ids = ("x-amzn-RequestId", "a1"), ("x-amz-apigw-id", "b2=")
    lists = ("Access-Control-Allow-Headers", "Content-Type"), ("Access-Control-Allow-Methods", "OPTIONS,POST")

    def respond(sent: Sent) -> Response:
        if sent.method == "OPTIONS":
            return 200, (*ids, *ANY, *lists), b""
        failed = ("x-amzn-ErrorType", "InternalServerErrorException")
        return 502, (*ids, failed, *error), b'{"message": "Internal server error"}'

    return _server(respond)


_NO_RULE: Final = (
    b"\xef\xbb\xbf<?xml version='1.0'?><Error><Code>CorsPreflightFailure</Code>"
    b"<Message>CORS not enabled or no matching rule found for this request.</Message></Error>"
)


def _blobs(allowed: frozenset[str]) -> Server:
    """Azure Storage with one rule: for PUT from the page with these request headers."""
    server = ("Server", "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"), ("x-ms-request-id", "9f2a")

    def respond(sent: Sent) -> Response:
        if sent.is_preflight:
            if sent.origin == PAGE and sent.for_method == "PUT" and sent.for_headers <= allowed:
                names = ("Access-Control-Allow-Headers", ",".join(sorted(sent.for_headers)))
                return 200, (*server, *ALLOW, ("Access-Control-Allow-Methods", "PUT"), names), b""
            return 403, server, _NO_RULE
        lines = ALLOW if sent.origin == PAGE and sent.method == "PUT" else ()
        return (201 if sent.method == "PUT" else 404), (*server, *lines), b""

    return _server(respond)


def _rejecting(sent: Sent) -> Response:
    """Quarkus: 403 without a body, and the reason only in the status line."""
    if sent.origin not in {PAGE, ""}:
        return 403, (), b""
    return 200, (*ALLOW, ("Access-Control-Allow-Methods", "GET")) if sent.origin else (("Vary", "Origin"),), b"[]"


_UPLOAD: Final = (("x-ms-blob-type", "BlockBlob"), ("Content-Type", "image/png"))
_NAMES: Final = frozenset({"x-ms-blob-type", "content-type"})
_POLLING: Final = "/socket.io/?EIO=4&transport=polling"

CASES: Final = (
    Case("rs/cors: a method that is not allowed", RS_CORS, method="DELETE", findings=("error HDR101",)),
    Case("rs/cors: a header that is not allowed", RS_CORS, headers=(("X-Foo", "1"),), findings=("error HDR101",)),
    Case("rs/cors: allowed", RS_CORS, method="PUT", headers=(("X-Token", "1"),)),
    Case("Tomcat: a method that is not allowed", TOMCAT, method="DELETE", findings=("error HDR201",)),
    Case("Tomcat: a header that is not allowed", TOMCAT, headers=(("X-Foo", "1"),), findings=("error HDR201",)),
    Case("Tomcat: allowed", TOMCAT, method="PUT", headers=(("X-Token", "1"),)),
    Case("Tomcat: another page", TOMCAT, origins=(OTHER,), method="PUT", findings=("error HDR201",)),
    Case("Spring: a method that is not allowed", SPRING, method="DELETE", findings=("error HDR201",)),
    Case("Spring: another page", SPRING, origins=(OTHER,), findings=("error HDR101",)),
    Case("Socket.IO without cors", _next_to_express(()), path=_POLLING, findings=("error HDR101",)),
    Case("Socket.IO with cors", _next_to_express(ALLOW), path=_POLLING),
    Case("Traefik: not on its list", _preflights_by_traefik(()), headers=(TOKEN,), findings=("error HDR101",)),
    Case("Traefik: on its list", _preflights_by_traefik(ALLOW), headers=(TOKEN,)),
    Case(
        "Nitro: no response to OPTIONS", _route_rules(405), method="POST", headers=(JSON,), findings=("error HDR201",)
    ),
    Case("Nitro: a response to OPTIONS", _route_rules(204), method="POST", headers=(JSON,)),
    Case("Koa: an error drops the headers", _throwing(()), findings=("error HDR101",)),
    Case("Koa: an error keeps the headers", _throwing(ANY)),
    Case("a function fails", _lambda(()), method="POST", headers=(JSON,), body="{}", findings=("error HDR107",)),
    Case("a function fails, with CORS headers", _lambda(ANY), method="POST", headers=(JSON,), body="{}"),
    Case("Azure: no rule", _blobs(frozenset()), method="PUT", headers=_UPLOAD, body="a", findings=("error HDR201",)),
    Case("Azure: a rule", _blobs(_NAMES), method="PUT", headers=_UPLOAD, body="a"),
    Case("Quarkus: another page", _server(_rejecting), origins=(OTHER,), findings=("error HDR101",)),
    Case("Quarkus: the page", _server(_rejecting)),
)
