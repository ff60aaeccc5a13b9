"""CORS made by hand, in a middleware or a raw ASGI app, and CORS as older versions of Starlette make it."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.field.api import api, cors
from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.serving.asgi import on_uvicorn

Line = tuple[str, str]

OTHER: Final = "https://other.example"
TOTAL: Final = ("X-Total-Count", "1312")
VARY: Final = ("Vary", "Origin")


def allow_origin(value: str = PAGE) -> Line:
    return ("Access-Control-Allow-Origin", value)


def allow_credentials(value: str = "true") -> Line:
    return ("Access-Control-Allow-Credentials", value)


def allow_methods(value: str = "GET, PUT") -> Line:
    return ("Access-Control-Allow-Methods", value)


def allow_headers(value: str) -> Line:
    return ("Access-Control-Allow-Headers", value)


def max_age(value: str) -> Line:
    return ("Access-Control-Max-Age", value)


def expose(value: str) -> Line:
    return ("Access-Control-Expose-Headers", value)


def adding(*lines: Line) -> Middleware:
    """Append these lines to each answer."""

    async def dispatch(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        for name, value in lines:
            response.headers.append(name, value)
        return response

    return Middleware(BaseHTTPMiddleware, dispatch=dispatch)


def mirroring(*origins: str) -> Middleware:
    """Allow these origins by name, or whatever asks."""

    async def dispatch(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        origin = request.headers.get("origin")
        if origin is not None and (not origins or origin in origins):
            response.headers["Access-Control-Allow-Origin"] = origin
        return response

    return Middleware(BaseHTTPMiddleware, dispatch=dispatch)


def raw(*lines: Line, preflight: tuple[Line, ...], status: int = 204) -> ASGIApp:
    """An app that answers every path alike, with these lines; preflights with their own and with a status."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        assert scope["type"] == "http"
        is_preflight = scope["method"] == "OPTIONS"
        headers = [(name.encode(), value.encode()) for name, value in (preflight if is_preflight else lines)]
        await send({"type": "http.response.start", "status": status if is_preflight else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return app


class OldCORSMiddleware(CORSMiddleware):
    """As in Starlette before 1.0: without Origin nothing is done, and only an origin's own name brings `Vary`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layer = super().__call__ if "origin" in Headers(scope=scope) else self.app
        await layer(scope, receive, send)

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(self.simple_headers)
            origin = request_headers["Origin"]
            by_name = "cookie" in request_headers if self.allow_all_origins else self.is_allowed_origin(origin)
            if by_name:
                headers["Access-Control-Allow-Origin"] = origin
                headers.add_vary_header("Origin")
        await send(message)


_HEALTHY: Final = (
    Case("always the same origin", on_uvicorn(api(adding(allow_origin(), expose("X-Total-Count")))), path="/total"),
    Case(
        "a list on two lines",
        on_uvicorn(api(adding(allow_origin(), expose("X-Total-Count"), expose("X-Request-ID")))),
        path="/items",
    ),
    Case("Vary on anything", on_uvicorn(api(adding(("Vary", "*")), mirroring(PAGE)))),
    Case("Vary on each answer", on_uvicorn(api(adding(VARY), mirroring(PAGE)))),
    Case("whatever asks, without credentials", on_uvicorn(api(adding(VARY), mirroring()))),
    Case("nothing is stored", on_uvicorn(api(adding(("Cache-Control", "no-store")), mirroring(PAGE)))),
    Case(
        "a preflight by hand",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods(), max_age("600")))),
        method="PUT",
    ),
    Case(
        "wildcards without credentials",
        on_uvicorn(raw(allow_origin("*"), preflight=(allow_origin("*"), allow_methods("*"), allow_headers("*")))),
        method="PUT",
        headers=(JSON,),
        body="{}",
    ),
)

_ORIGINS: Final = (
    Case("Vary missing", on_uvicorn(api(mirroring(PAGE))), findings=("warning HDR501",)),
    Case(
        "Vary missing, and Link not exposed",
        on_uvicorn(api(mirroring(PAGE))),
        path="/page",
        findings=("warning HDR309", "warning HDR501"),
    ),
    Case(
        "whatever asks, with credentials",
        on_uvicorn(api(adding(VARY, allow_credentials()), mirroring())),
        findings=("warning HDR502",),
    ),
    Case(
        "whatever asks, with credentials, Vary missing",
        on_uvicorn(api(adding(allow_credentials()), mirroring())),
        credentials=("include",),
        findings=("warning HDR501", "warning HDR502"),
    ),
    Case("CORS by two layers", on_uvicorn(api(adding(allow_origin()), cors(PAGE))), findings=("error HDR104",)),
    Case(
        "CORS by two layers, by default",
        on_uvicorn(api(adding(allow_origin("*")), cors("*"))),
        origins=(),
        findings=("error HDR104",),
    ),
    Case("a list with a comma", on_uvicorn(api(adding(allow_origin(f"{PAGE}, {OTHER}")))), findings=("error HDR104",)),
    Case("a list with a space", on_uvicorn(api(adding(allow_origin(f"{PAGE} {OTHER}")))), findings=("error HDR104",)),
    Case("always another origin", on_uvicorn(api(adding(allow_origin(OTHER)))), findings=("error HDR102",)),
    Case(
        "always another origin, by default",
        on_uvicorn(api(adding(allow_origin(OTHER)))),
        origins=(),
        credentials=(),
        findings=("error HDR102",),
    ),
    Case("always a slash", on_uvicorn(api(adding(allow_origin(PAGE + "/")))), findings=("error HDR103",)),
    Case("always upper case", on_uvicorn(api(adding(allow_origin("https://App.Example")))), findings=("error HDR103",)),
    Case(
        "always any origin with credentials",
        on_uvicorn(api(adding(allow_origin("*"), allow_credentials()))),
        credentials=("include",),
        findings=("error HDR105",),
    ),
    Case(
        "always any origin with credentials, asked without",
        on_uvicorn(api(adding(allow_origin("*"), allow_credentials()))),
        findings=("warning HDR105",),
    ),
    Case(
        "Python's True",
        on_uvicorn(api(adding(allow_origin(), allow_credentials("True")))),
        credentials=("include",),
        findings=("error HDR106",),
    ),
    Case(
        "Python's True, asked without credentials",
        on_uvicorn(api(adding(allow_origin(), allow_credentials("True")))),
        findings=("warning HDR106",),
    ),
    Case(
        "credentials allowed twice",
        on_uvicorn(api(adding(allow_origin(), allow_credentials(), allow_credentials()))),
        credentials=("include",),
        findings=("error HDR106",),
    ),
    Case("CORS in the endpoint alone", on_uvicorn(api()), path="/own-origin", findings=("advice HDR108",)),
    Case("a redirect without CORS", on_uvicorn(api()), path="/tree", findings=("error HDR101",)),
)

_PREFLIGHTS: Final = (
    Case(
        "the list on preflights alone",
        on_uvicorn(raw(allow_origin(), TOTAL, preflight=(allow_origin(), expose("X-Total-Count")))),
        findings=("warning HDR306",),
    ),
    Case(
        "a preflight that fails",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods()), status=500)),
        method="PUT",
        findings=("error HDR201",),
    ),
    Case(
        "a preflight that moves",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), ("Location", "/login")), status=302)),
        method="PUT",
        findings=("error HDR202",),
    ),
    Case(
        "methods in lower case",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods("get, patch")))),
        method="PATCH",
        findings=("error HDR203",),
    ),
    Case(
        "any method, with credentials",
        on_uvicorn(
            raw(
                *(allow_origin(), allow_credentials()),
                preflight=(allow_origin(), allow_credentials(), allow_methods("*")),
            )
        ),
        method="PUT",
        credentials=("include",),
        findings=("error HDR203",),
    ),
    Case(
        "no request headers",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods()))),
        method="PUT",
        headers=(JSON,),
        body="{}",
        findings=("error HDR204",),
    ),
    Case(
        "any request header, with credentials",
        on_uvicorn(
            raw(
                *(allow_origin(), allow_credentials()),
                preflight=(allow_origin(), allow_credentials(), allow_headers("*")),
            )
        ),
        headers=(JSON,),
        credentials=("include",),
        findings=("error HDR204",),
    ),
    Case(
        "any request header, and a token",
        on_uvicorn(raw(allow_origin("*"), preflight=(allow_origin("*"), allow_headers("*")))),
        headers=(TOKEN,),
        findings=("warning HDR204",),
    ),
    Case(
        "methods without commas",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods("GET PUT")))),
        method="PUT",
        findings=("error HDR205",),
    ),
    Case(
        "a preflight without CORS, and fine",
        on_uvicorn(raw(allow_origin(), preflight=())),
        method="PUT",
        findings=("error HDR101",),
    ),
    Case(
        "a preflight by two layers",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_origin(), allow_methods()))),
        method="PUT",
        findings=("error HDR104",),
    ),
    Case(
        "a preflight without credentials",
        on_uvicorn(raw(allow_origin(), allow_credentials(), preflight=(allow_origin(), allow_methods()))),
        method="PUT",
        credentials=("include",),
        findings=("error HDR106",),
    ),
    Case(
        "an hour in words",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods(), max_age("1h")))),
        method="PUT",
        findings=("advice HDR206",),
    ),
    Case(
        "max-age twice",
        on_uvicorn(raw(allow_origin(), preflight=(allow_origin(), allow_methods(), max_age("5"), max_age("5")))),
        method="PUT",
        findings=("advice HDR206",),
    ),
)

_OLD_STARLETTE: Final = (
    Case(
        "old Starlette, Vary added",
        on_uvicorn(api(adding(VARY), Middleware(OldCORSMiddleware, allow_origins=[PAGE]))),
    ),
    Case(
        "old Starlette, one origin",
        on_uvicorn(api(Middleware(OldCORSMiddleware, allow_origins=[PAGE]))),
        findings=("warning HDR501",),
    ),
    Case(
        "old Starlette, any origin",
        on_uvicorn(api(Middleware(OldCORSMiddleware, allow_origins=["*"]))),
        findings=("warning HDR501",),
    ),
    Case(
        "old Starlette, any origin with credentials",
        on_uvicorn(api(Middleware(OldCORSMiddleware, allow_origins=["*"], allow_credentials=True))),
        credentials=("include",),
        findings=("error HDR105", "warning HDR501"),
    ),
    Case(
        "old Starlette, any origin with credentials and a cookie",
        on_uvicorn(api(Middleware(OldCORSMiddleware, allow_origins=["*"], allow_credentials=True))),
        credentials=("include",),
        cookies=("session=7f3a",),
        findings=("warning HDR501", "warning HDR502"),
    ),
)

CASES: Final = (*_HEALTHY, *_ORIGINS, *_PREFLIGHTS, *_OLD_STARLETTE)
