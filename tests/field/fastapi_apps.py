"""FastAPI on uvicorn, CORS as it should be: hdrcli has nothing to say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.field.api import ERRORS_CAUGHT, TOKEN_WANTED, api, cors, mounted, router
from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.field.hand_made import adding
from tests.serving.asgi import on_uvicorn

ADMIN: Final = "https://admin.example"
EXPOSING: Final = cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"])
NUMBERED: Final = adding(("X-Request-ID", "7f3a"))
GZIP: Final = Middleware(GZipMiddleware, minimum_size=500)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.add_api_route("/started", lambda: "started")
    yield


def _with_lifespan() -> FastAPI:
    app = FastAPI(lifespan=_lifespan)
    app.add_middleware(CORSMiddleware, allow_origins=[PAGE])
    return app


def _under_root_path(*middleware: Middleware) -> ASGIApp:
    """As `uvicorn --root-path /api` behind a proxy that takes the prefix away."""
    inner = api(*middleware)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "root_path": "/api", "path": f"/api{scope.get('path', '')}"}, receive, send)

    return app


def _with_prefix() -> FastAPI:
    app = FastAPI(middleware=[cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"])])
    app.include_router(router, prefix="/api/v1")
    return app


CASES: Final = (
    Case("one origin", on_uvicorn(api(cors(PAGE)))),
    Case("the default page", on_uvicorn(api(cors("http://localhost:3000"))), origins=(), credentials=()),
    Case(
        "the default page with credentials",
        on_uvicorn(api(cors("http://localhost:3000", allow_credentials=True))),
        origins=(),
        credentials=(),
    ),
    Case("any origin", on_uvicorn(api(cors("*")))),
    Case("any origin as a string", on_uvicorn(api(cors(allow_origins="*")))),
    Case("credentials", on_uvicorn(api(cors(PAGE, allow_credentials=True))), credentials=("include",)),
    Case(
        "credentials with a cookie",
        on_uvicorn(api(cors(PAGE, allow_credentials=True))),
        credentials=("omit", "include"),
        cookies=("session=7f3a",),
    ),
    Case("an origin by pattern", on_uvicorn(api(cors(allow_origin_regex=r"https://[a-z]+\.example")))),
    Case(
        "local pages by pattern, by default",
        on_uvicorn(api(cors(allow_origin_regex=r"http://(localhost|127\.0\.0\.1)(:\d+)?", allow_credentials=True))),
        origins=(),
        credentials=(),
    ),
    Case(
        "any subdomain, and credentials",
        on_uvicorn(api(cors(allow_origin_regex=r"https://([a-z-]+\.)*example", allow_credentials=True))),
    ),
    Case("two pages", on_uvicorn(api(cors(PAGE, ADMIN))), origins=(PAGE, ADMIN)),
    Case(
        "exposed headers",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"]))),
        path="/items",
        readable=("X-Total-Count", "x-request-id"),
    ),
    Case("exposed and not sent", on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count", "X-Request-ID"])))),
    Case(
        "names in lower case, and an empty one",
        on_uvicorn(api(cors(PAGE, expose_headers=["x-total-count", "", "x-request-id"]))),
        path="/items",
    ),
    Case(
        "everything exposed, by default",
        on_uvicorn(api(cors("*", expose_headers=["*"]))),
        path="/items",
        origins=(),
        credentials=(),
    ),
    Case("everything exposed", on_uvicorn(api(cors("*", expose_headers=["*"]))), path="/items"),
    Case(
        "a router with a prefix",
        on_uvicorn(_with_prefix()),
        path="/api/v1/items",
    ),
    Case("declared and sent", on_uvicorn(api(EXPOSING)), path="/declared"),
    Case("declared is what the request decides", on_uvicorn(api(EXPOSING)), path="/declared/type"),
    Case("declared is nothing", on_uvicorn(api(EXPOSING)), path="/declared/nothing"),
    Case(
        "declared and sent, and a number for each request",
        on_uvicorn(api(EXPOSING, NUMBERED)),
        path="/declared",
        readable=("X-Request-ID",),
    ),
    Case("declared for another status", on_uvicorn(api(EXPOSING)), path="/declared/missing"),
    Case("declared for GET", on_uvicorn(api(cors(PAGE, allow_methods=["PUT"]))), path="/declared", method="PUT"),
    Case("declared and sent below a path", on_uvicorn(_under_root_path(EXPOSING)), path="/declared"),
    Case("lifespan", on_uvicorn(_with_lifespan()), path="/started"),
    Case("gzip inside of CORS", on_uvicorn(api(cors(PAGE), GZIP)), path="/long"),
    Case("gzip outside of CORS", on_uvicorn(api(GZIP, cors(PAGE))), path="/long"),
    Case("a mounted application", on_uvicorn(mounted(cors(PAGE), inner=api())), path="/v1/"),
    Case("CORS twice", on_uvicorn(mounted(cors(PAGE), inner=api(cors(PAGE)))), path="/v1/"),
    Case("static files", on_uvicorn(api(cors(PAGE))), path="/files/api.py"),
    Case("a missing static file", on_uvicorn(api(cors(PAGE))), path="/files/nothing.txt"),
    Case("an unknown path", on_uvicorn(api(cors(PAGE))), path="/nowhere"),
    Case("an HTTP exception", on_uvicorn(api(cors(PAGE))), path="/private"),
    Case("a validation error", on_uvicorn(api(cors(PAGE))), path="/items/seven"),
    Case("no content", on_uvicorn(api(cors(PAGE))), path="/empty"),
    Case("a stream", on_uvicorn(api(cors(PAGE))), path="/stream"),
    Case("a redirect", on_uvicorn(api(cors(PAGE))), path="/old"),
    Case("the canonical URL", on_uvicorn(api(cors(PAGE))), path="/tree/"),
    Case("an endpoint with an origin of its own", on_uvicorn(api(cors(PAGE))), path="/own-origin"),
    Case("Server-Timing allowed", on_uvicorn(api(cors(PAGE))), path="/timed?allowed=true"),
    Case("a cookie is set", on_uvicorn(api(cors(PAGE, allow_credentials=True))), path="/login"),
    Case(
        "a download",
        on_uvicorn(api(cors(PAGE, expose_headers=["Content-Disposition"]))),
        path="/export",
        readable=("Content-Disposition",),
    ),
    Case("no download", on_uvicorn(api(cors(PAGE))), path="/inline"),
    Case("a retry time", on_uvicorn(api(cors(PAGE, expose_headers=["Retry-After"]))), path="/limited"),
    Case("a crash inside of CORS", on_uvicorn(api(cors(PAGE), ERRORS_CAUGHT)), path="/crash"),
    Case("a crash in a wrapped application", on_uvicorn(CORSMiddleware(api(), [PAGE])), path="/crash"),
    Case("a crash in a mounted application", on_uvicorn(mounted(cors(PAGE), inner=api())), path="/v1/crash"),
    Case("authentication inside of CORS", on_uvicorn(api(cors(PAGE), TOKEN_WANTED))),
    Case(
        "a token",
        on_uvicorn(api(cors(PAGE, allow_headers=["Authorization"]), TOKEN_WANTED)),
        headers=(TOKEN,),
    ),
    Case("any request header", on_uvicorn(api(cors(PAGE, allow_headers=["*"]), TOKEN_WANTED)), headers=(TOKEN,)),
    Case("PUT", on_uvicorn(api(cors(PAGE, allow_methods=["GET", "PUT"]))), path="/items", method="PUT"),
    Case(
        "POST of JSON",
        on_uvicorn(api(cors(PAGE, allow_methods=["*"], expose_headers=["Location"]))),
        path="/items",
        method="POST",
        headers=(JSON,),
        body="{}",
    ),
    Case("HEAD", on_uvicorn(api(cors(PAGE))), path="/files/api.py", method="HEAD"),
    Case("HEAD through gzip", on_uvicorn(api(cors(PAGE), GZIP)), path="/files/api.py", method="HEAD"),
    Case("to another origin", on_uvicorn(api(cors("*"))), path="/elsewhere"),
    Case(
        "a token kept on a redirect",
        on_uvicorn(api(cors(PAGE, allow_headers=["Authorization"]))),
        path="/old",
        headers=(TOKEN,),
    ),
    Case("headers for browsers alone", on_uvicorn(api(cors(PAGE))), path="/guarded"),
    Case("Server-Timing for a page of the API itself", on_uvicorn(api()), path="/timed", origins=("{site}",)),
    Case("a page of the API itself", on_uvicorn(api()), path="/items", origins=("{site}",)),
    Case("no-cors without CORS", on_uvicorn(api()), mode="no-cors"),
    Case("a sandboxed page", on_uvicorn(api(cors("null"))), origins=("null",)),
)
