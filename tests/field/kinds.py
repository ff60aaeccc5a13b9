"""Kinds of faults from public bug reports, rebuilt as small servers: each with a correct one that must be silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.field.api import TOKEN_WANTED, api, cors
from tests.field.case import PAGE, TOKEN, Case
from tests.serving.asgi import Server, on_uvicorn

Lines = tuple[tuple[str, str], ...]
Response = tuple[int, Lines, bytes]
Respond = Callable[[str, str, str, str], Response]
"""Method, path, Origin and query to a response."""

ALLOW: Final = (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))
METHODS: Final = ("Access-Control-Allow-Methods", "GET, POST, PUT")


def _server(respond: Respond) -> Server:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        origin = dict(scope["headers"]).get(b"origin", b"").decode()
        status, lines, body = respond(scope["method"], scope["path"], origin, scope["query_string"].decode())
        headers = [(name.encode(), value.encode()) for name, value in (*lines, ("Content-Length", f"{len(body)}"))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    asgi: ASGIApp = app
    return on_uvicorn(asgi, server_header=False)


def _router_answers_options(method: str, path: str, origin: str, query: str) -> Response:
    """Express: `app.post("/items", cors(o), handler)`."""
    del path, origin, query
    if method == "OPTIONS":
        return 200, (("X-Powered-By", "Express"), ("Allow", "POST")), b"POST"
    return 200, (("X-Powered-By", "Express"), *ALLOW), b"{}"


def _cors_answers_options(method: str, path: str, origin: str, query: str) -> Response:
    del path, origin, query
    return (204, (*ALLOW, METHODS), b"") if method == "OPTIONS" else (200, ALLOW, b"{}")


def _forbidding(method: str, path: str, origin: str, query: str) -> Response:
    """gin-contrib/cors and Spring: 403 to every foreign origin."""
    del path, query
    if origin and origin != PAGE:
        return 403, (), b"Invalid CORS request"
    return (204, (*ALLOW, METHODS), b"") if method == "OPTIONS" else (200, ALLOW if origin else (), b"{}")


def _checking_every_origin(method: str, path: str, origin: str, query: str) -> Response:
    """ComfyUI: a middleware of aiohttp refuses foreign pages, whatever the CORS layer allows."""
    del path, query
    server = ("Server", "Python/3.11 aiohttp/3.14.5")
    if origin and origin != PAGE:
        return 403, (server,), b""
    return 200, (server, *ALLOW, *((METHODS,) if method == "OPTIONS" else ())), b"{}"


def _cdn(method: str, path: str, origin: str, query: str) -> Response:
    """The copy that was made for a request without Origin."""
    del method, path, origin
    if query:
        return 200, (*ALLOW, ("X-Cache", "Miss from cloudfront")), b"{}"
    return 200, (("X-Cache", "Hit from cloudfront"), ("Age", "12")), b"{}"


def _keyed_cdn(method: str, path: str, origin: str, query: str) -> Response:
    del method, path, query
    return 200, (*(ALLOW if origin == PAGE else (("Vary", "Origin"),)), ("X-Cache", "Hit"), ("Age", "12")), b"{}"


def _proxied_cache(method: str, path: str, origin: str, query: str) -> Response:
    """nginx with proxy_cache, which names its header as the configuration says."""
    del method, path, origin
    return (200, (*ALLOW, ("X-Cache-Status", "MISS")), b"{}") if query else (200, (("X-Cache-Status", "HIT"),), b"{}")


def _fails_at_options(method: str, path: str, origin: str, query: str) -> Response:
    """A function behind a gateway, which knows only the methods of its service."""
    del path, origin, query
    return (502, (), b'{"message": "Internal server error"}') if method == "OPTIONS" else (200, ALLOW, b"{}")


def _append_slash(status: int) -> Respond:
    """Django with APPEND_SLASH: 301 for a POST without the slash; a correct service keeps the method."""

    def respond(method: str, path: str, origin: str, query: str) -> Response:
        del origin, query
        if method == "OPTIONS":
            return 204, (*ALLOW, METHODS), b""
        if path == "/api/2":
            return status, (*ALLOW, ("Location", "/api/2/")), b""
        return 200, ALLOW, method.encode()

    return respond


def _log_in(method: str, path: str, origin: str, query: str) -> Response:
    del method, origin, query
    return (302, (*ALLOW, ("Location", "/accounts/login?next=/")), b"") if path == "/" else (200, ALLOW, b"<form>")


def _inner_host(method: str, path: str, origin: str, query: str) -> Response:
    """A proxy that doesn't pass on Host: the service redirects to its own address."""
    del method, origin, query
    return (307, (("Location", "http://backend.invalid:8000/items/"),), b"") if path == "/items" else (200, (), b"")


def _container(method: str, path: str, origin: str, query: str) -> Response:
    """On the developer's own machine, where only the containers know each other's names."""
    del method, origin, query
    return (307, (*ALLOW, ("Location", "http://backend:8000/items/")), b"") if path == "/items" else (200, ALLOW, b"")


def _stripped(location: str) -> Respond:
    """A proxy that removes /api, before a service that adds the slash and knows the prefix, or doesn't."""

    def respond(method: str, path: str, origin: str, query: str) -> Response:
        del origin, query
        if path == "/api/items":
            return 307, (*ALLOW, ("Location", location)), b""
        if path != "/api/items/":
            return 404, (("Server", "nginx/1.22.1"),), b""
        return 200, (*ALLOW, *((METHODS,) if method == "OPTIONS" else ())), b"{}"

    return respond


def _own_host(method: str, path: str, origin: str, query: str) -> Response:
    del method, origin, query
    return (307, (("Location", "/other"),), b"") if path == "/items" else (200, (), b"")


def _raising(*lines: tuple[str, str]) -> Respond:
    """Bottle's hooks and aiohttp-cors: what a handler raises has no CORS headers, nor has the router's 404."""

    def respond(method: str, path: str, origin: str, query: str) -> Response:
        del method, origin, query
        return (200, ALLOW, b"{}") if path == "/items" else (401 if path == "/private" else 404, lines, b"no")

    return respond


def _checking_origin(trusted: str) -> Respond:
    """MLflow and Django: the check of the origin is behind the CORS layer, with a list of its own."""

    def respond(method: str, path: str, origin: str, query: str) -> Response:
        del path, query
        if method == "OPTIONS":
            return 204, (*ALLOW, METHODS), b""
        is_refused = method == "POST" and origin not in {"", trusted}
        return (403, ALLOW, b"Cross-origin request blocked") if is_refused else (200, ALLOW, b"{}")

    return respond


def _covered_router(method: str, path: str, origin: str, query: str) -> Response:
    """Flask-CORS: the headers are on the 404 to a preflight, too."""
    del origin, query
    if path != "/items":
        return 404, ALLOW, b"Not Found"
    token = ("Access-Control-Allow-Headers", "Authorization")
    return (200, (*ALLOW, METHODS, token), b"") if method == "OPTIONS" else (200, ALLOW, b"{}")


def _challenge(method: str, path: str, origin: str, query: str) -> Response:
    del method, path, origin, query
    return 403, (("cf-mitigated", "challenge"), ("Server", "cloudflare")), b"<title>Just a moment...</title>"


def _tus(method: str, path: str, origin: str, query: str) -> Response:
    """HEAD has a meaning of its own, and Upload-Offset belongs into both lists."""
    del path, origin, query
    expose = ("Access-Control-Expose-Headers", "Upload-Offset, Tus-Resumable")
    allow = ("Access-Control-Allow-Headers", "Upload-Offset, Tus-Resumable")
    if method == "OPTIONS":
        return 204, (*ALLOW, METHODS, allow), b""
    if method == "HEAD":
        return 200, (*ALLOW, expose, ("Upload-Offset", "70"), ("Tus-Resumable", "1.0.0")), b""
    return 405, ALLOW, b""


def _constant(status: int, *lines: tuple[str, str], body: bytes = b"{}") -> Respond:
    return lambda _method, _path, _origin, _query: (status, lines, body)


CASES: Final = (
    Case(
        "OPTIONS is answered by the router",
        _server(_router_answers_options),
        path="/items",
        method="PUT",
        findings=("error HDR101",),
    ),
    Case("OPTIONS is answered by the CORS layer", _server(_cors_answers_options), path="/items", method="PUT"),
    Case(
        "403 to every foreign origin",
        _server(_forbidding),
        origins=("https://other.example",),
        findings=("error HDR101",),
    ),
    Case(
        "403 to every preflight of a foreign origin",
        _server(_forbidding),
        origins=("https://other.example",),
        method="PUT",
        findings=("error HDR201",),
    ),
    Case("403 to every foreign origin but this one", _server(_forbidding), findings=("warning HDR501",)),
    Case(
        "403 by a middleware to every foreign origin",
        _server(_checking_every_origin),
        origins=("https://other.example",),
        findings=("error HDR101",),
    ),
    Case("403 by a middleware to every foreign origin but this one", _server(_checking_every_origin)),
    Case("a copy made for nobody", _server(_cdn), findings=("error HDR109",)),
    Case("a copy made for nobody, by a proxy", _server(_proxied_cache), findings=("error HDR109",)),
    Case("a copy for each origin", _server(_keyed_cdn)),
    Case(
        "a POST that becomes a GET",
        _server(_append_slash(301)),
        path="/api/2",
        method="POST",
        findings=("error HDR407",),
    ),
    Case(
        "a POST that stays one",
        _server(_append_slash(308)),
        path="/api/2",
        method="POST",
        findings=("warning HDR401",),
    ),
    Case("a log-in page", _server(_log_in), findings=("error HDR409",)),
    Case(
        "a redirect to an inner host",
        _server(_inner_host),
        path="/items",
        origins=("{site}",),
        findings=("error HDR408",),
    ),
    Case("a redirect to the host of a container", _server(_container), path="/items", findings=("error HDR402",)),
    Case(
        "a redirect that loses the prefix of the path",
        _server(_stripped("/items/")),
        path="/api/items",
        findings=("error HDR410",),
    ),
    Case("a redirect that keeps the prefix of the path", _server(_stripped("/api/items/")), path="/api/items/"),
    Case("a redirect within the host", _server(_own_host), path="/items", origins=("{site}",)),
    Case("errors that the CORS layer doesn't cover", _server(_raising()), path="/private", findings=("error HDR101",)),
    Case("errors that the CORS layer covers", _server(_raising(*ALLOW)), path="/private"),
    Case(
        "a preflight for a path that doesn't exist",
        _server(_covered_router),
        path="/itmes",
        headers=(TOKEN,),
        findings=("error HDR201",),
    ),
    Case("a preflight for a path that exists", _server(_covered_router), path="/items", headers=(TOKEN,)),
    Case(
        "the origin is refused behind the CORS layer",
        _server(_checking_origin("https://admin.example")),
        method="POST",
        expect_status=(),
        findings=("error HDR005",),
    ),
    Case("the origin is trusted behind the CORS layer", _server(_checking_origin(PAGE)), method="POST"),
    Case("a challenge for humans", _server(_challenge), findings=("error HDR107",)),
    Case(
        "a challenge that is no error",
        _server(_constant(202, ("x-amzn-waf-action", "challenge"))),
        findings=("error HDR101",),
    ),
    Case(
        "a tunnel's warning",
        _server(_constant(200, ("ngrok-error-code", "ERR_NGROK_6024"))),
        findings=("error HDR101",),
    ),
    Case("an edge without its service", _server(_constant(522, ("Server", "cloudflare"))), findings=("error HDR107",)),
    Case("OPTIONS fails behind a gateway", _server(_fails_at_options), method="PUT", findings=("error HDR201",)),
    Case("tus, whose HEAD differs from GET", _server(_tus), method="HEAD"),
    Case(
        "an empty token",
        _server(_constant(401, *ALLOW, ("WWW-Authenticate", "Bearer"))),
        expect_status=(),
        findings=("error HDR005",),
    ),
    Case(
        "where to log in is hidden",
        _server(
            _constant(401, *ALLOW, ("WWW-Authenticate", 'Bearer resource_metadata="https://a.example/.well-known"'))
        ),
        findings=("warning HDR309",),
    ),
    Case(
        "not on the list of the outermost layer, and no such path",
        on_uvicorn(api(cors("https://admin.example"))),
        path="/nowhere",
        findings=("error HDR101",),
    ),
    Case(
        "not on the list of the outermost layer, and a token is wanted",
        on_uvicorn(api(cors("https://admin.example"), TOKEN_WANTED)),
        findings=("error HDR101",),
    ),
    Case("a bucket's ids", _server(_constant(200, *ALLOW, ("x-amz-request-id", "4442587FB7D0A2F9")))),
    Case("quart-cors exposes nothing", _server(_constant(200, *ALLOW, ("access-control-expose-headers", '""')))),
)
