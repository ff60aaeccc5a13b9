"""FastAPI on uvicorn, and the usual mistakes: each in an application that is right but for this one."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import AnyHttpUrl
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from tests.field.api import TOKEN_WANTED, api, cors, mounted, router
from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.serving.asgi import on_uvicorn

GZIP: Final = Middleware(GZipMiddleware)
OTHER: Final = "https://other.example"
HTTPS: Final = Middleware(HTTPSRedirectMiddleware)
HOSTS: Final = Middleware(TrustedHostMiddleware, allowed_hosts=["api.example"])


def _with_handler() -> FastAPI:
    """Starlette calls the handler of `Exception` outside of all middleware."""
    app = api(cors(PAGE))

    @app.exception_handler(Exception)
    def answer(request: Request, error: Exception) -> JSONResponse:
        del request, error
        return JSONResponse({"detail": "Sorry"}, 500)

    return app


def _with_limited_body() -> FastAPI:
    app = FastAPI(middleware=[cors(PAGE)], max_body_size=1000)
    app.include_router(router)
    return app


_OPENAPI: Final = (
    Case(
        "declared and not sent",
        on_uvicorn(api(cors(PAGE))),
        path="/declared/required",
        findings=("warning HDR314",),
    ),
    Case(
        "declared as optional, and not sent",
        on_uvicorn(api(cors(PAGE))),
        path="/declared/optional",
        findings=("advice HDR314",),
    ),
    Case(
        "two declared and not sent",
        on_uvicorn(api(cors(PAGE))),
        path="/declared/any/twice",
        findings=("warning HDR314",),
    ),
    Case(
        "declared, demanded and not sent",
        on_uvicorn(api(cors(PAGE))),
        path="/declared/required",
        readable=("x-total-count",),
        findings=("error HDR313",),
    ),
    Case(
        "declared under another name",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count"]))),
        path="/declared/misspelt",
        findings=("warning HDR314",),
    ),
    Case(
        "declared is another one",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count"]))),
        path="/declared/other",
        findings=("advice HDR314", "advice HDR510"),
    ),
    Case(
        "declared and not sent, to a page that is refused",
        on_uvicorn(api(cors("https://admin.example"))),
        path="/declared/required",
        findings=("error HDR101", "warning HDR314"),
    ),
)

_EXPOSURE: Final = (
    Case("nothing exposed", on_uvicorn(api(cors(PAGE))), path="/items", findings=("warning HDR301",)),
    Case(
        "nothing exposed, by default",
        on_uvicorn(api(cors("*"))),
        path="/items",
        origins=(),
        credentials=(),
        findings=("warning HDR301",),
    ),
    Case(
        "one of two exposed",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Request-ID"]))),
        path="/items",
        findings=("warning HDR301",),
    ),
    Case(
        "not exposed and wanted",
        on_uvicorn(api(cors(PAGE))),
        path="/items",
        readable=("X-Total-Count",),
        findings=("error HDR301",),
    ),
    Case(
        "the endpoint's own list is overwritten",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Request-ID"]))),
        path="/own-list",
        findings=("warning HDR301",),
    ),
    Case(
        "a misspelt name",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Cout"]))),
        path="/total",
        findings=("warning HDR302",),
    ),
    Case(
        "a name with underscores",
        on_uvicorn(api(cors(PAGE, expose_headers=["X_Total_Count"]))),
        path="/total",
        findings=("warning HDR302",),
    ),
    Case(
        "a misspelt name and a missing one",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Cout"]))),
        path="/items",
        findings=("warning HDR301", "warning HDR302"),
    ),
    Case(
        "everything exposed, with credentials",
        on_uvicorn(api(cors(PAGE, allow_credentials=True, expose_headers=["*"]))),
        path="/items",
        credentials=("include",),
        findings=("warning HDR303",),
    ),
    Case(
        "everything exposed with credentials, by default",
        on_uvicorn(api(cors("http://localhost:3000", allow_credentials=True, expose_headers=["*"]))),
        path="/items",
        origins=(),
        credentials=(),
        findings=("warning HDR303",),
    ),
    Case(
        "names without commas",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count X-Request-ID"]))),
        path="/items",
        findings=("error HDR304",),
    ),
    Case(
        "a JSON array as one name",
        on_uvicorn(api(cors(PAGE, expose_headers=['["X-Total-Count"', '"X-Request-ID"]']))),
        path="/items",
        findings=("error HDR304",),
    ),
    Case(
        "a string for a list",
        on_uvicorn(api(cors(PAGE, expose_headers="X-Total-Count"))),
        path="/items",
        findings=("error HDR305",),
    ),
    Case(
        "allow_headers for expose_headers",
        on_uvicorn(api(cors(PAGE, allow_headers=["X-Total-Count"]))),
        path="/total",
        findings=("warning HDR307",),
    ),
    Case(
        "Set-Cookie exposed",
        on_uvicorn(api(cors(PAGE, allow_credentials=True, expose_headers=["Set-Cookie"]))),
        path="/login",
        credentials=("include",),
        findings=("error HDR601", "advice HDR308"),
    ),
    Case("a download's name", on_uvicorn(api(cors(PAGE))), path="/export", findings=("warning HDR309",)),
    Case(
        "a download's name that is wanted",
        on_uvicorn(api(cors(PAGE))),
        path="/export",
        readable=("Content-Disposition",),
        findings=("error HDR301",),
    ),
    Case("Link", on_uvicorn(api(cors(PAGE))), path="/page", findings=("warning HDR309",)),
    Case("Retry-After", on_uvicorn(api(cors(PAGE))), path="/limited", findings=("warning HDR309",)),
    Case(
        "Content-Range",
        on_uvicorn(api(cors(PAGE))),
        path="/files/api.py",
        headers=(("Range", "bytes=0-9"),),
        findings=("warning HDR309",),
    ),
    Case(
        "Location of something new",
        on_uvicorn(api(cors(PAGE, allow_methods=["POST"]))),
        path="/items",
        method="POST",
        headers=(JSON,),
        body="{}",
        findings=("warning HDR309",),
    ),
    Case(
        "X-Request-ID twice",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Request-ID"]))),
        path="/twice",
        findings=("warning HDR310",),
    ),
    Case(
        "a value beyond ASCII",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-User-Name"]))),
        path="/zoe",
        findings=("advice HDR311",),
    ),
    Case(
        "a download's name beyond ASCII",
        on_uvicorn(api(cors(PAGE, expose_headers=["Content-Disposition"]))),
        path="/export?name=%C3%9Cbersicht.csv",
        findings=("advice HDR312",),
    ),
    Case(
        "a header that FastAPI drops",
        on_uvicorn(api(cors(PAGE, expose_headers=["X-Total-Count"]))),
        path="/returned",
        readable=("X-Total-Count",),
        findings=("error HDR313",),
    ),
    Case(
        "a header that the page sends, too",
        on_uvicorn(api(cors(PAGE, allow_headers=["X-Request-ID"]))),
        path="/items",
        headers=(("X-Request-ID", "7f3a"),),
        findings=("warning HDR301",),
    ),
    Case("Server-Timing", on_uvicorn(api(cors(PAGE))), path="/timed", findings=("advice HDR504",)),
    Case("HEAD where GET alone is routed", on_uvicorn(api(cors(PAGE))), method="HEAD", findings=("warning HDR506",)),
    Case(
        "HEAD where GET alone is routed, and no CORS",
        on_uvicorn(api()),
        method="HEAD",
        findings=("error HDR101", "warning HDR506"),
    ),
    Case(
        "static files through gzip",
        on_uvicorn(api(cors(PAGE), GZIP)),
        path="/files/api.py",
        findings=("advice HDR507",),
    ),
)

_ORIGINS: Final = (
    Case("no CORS", on_uvicorn(api()), findings=("error HDR101",)),
    Case("no CORS, by default", on_uvicorn(api()), origins=(), credentials=(), findings=("error HDR101",)),
    Case("another origin", on_uvicorn(api(cors(OTHER))), findings=("error HDR101",)),
    Case("another origin, by default", on_uvicorn(api(cors(OTHER))), origins=(), findings=("error HDR101",)),
    Case(
        "another port, by default",
        on_uvicorn(api(cors("http://localhost:5173"))),
        origins=(),
        findings=("error HDR101",),
    ),
    Case(
        "a slash for one page of two",
        on_uvicorn(api(cors(PAGE, OTHER + "/"))),
        origins=(PAGE, OTHER),
        findings=("error HDR103",),
    ),
    Case("one page of two", on_uvicorn(api(cors(PAGE))), origins=(PAGE, OTHER), findings=("error HDR101",)),
    Case("a pattern in the list", on_uvicorn(api(cors("https://*.example"))), findings=("error HDR101",)),
    Case("a JSON array as one origin", on_uvicorn(api(cors(f'["{PAGE}"]'))), findings=("error HDR101",)),
    Case(
        "a pattern without its end",
        on_uvicorn(api(cors(allow_origin_regex="https://app"))),
        findings=("error HDR101",),
    ),
    Case("a slash at the end", on_uvicorn(api(cors(PAGE + "/"))), findings=("error HDR103",)),
    Case("pydantic's slash", on_uvicorn(api(cors(str(AnyHttpUrl(PAGE))))), findings=("error HDR103",)),
    Case("the other scheme", on_uvicorn(api(cors("http://app.example"))), findings=("error HDR103",)),
    Case("the default port", on_uvicorn(api(cors(PAGE + ":443"))), findings=("error HDR103",)),
    Case("upper case", on_uvicorn(api(cors("https://APP.EXAMPLE"))), findings=("error HDR103",)),
    Case(
        "without www",
        on_uvicorn(api(cors(PAGE))),
        origins=("https://www.app.example",),
        findings=("error HDR103",),
    ),
    Case(
        "127.0.0.1 for localhost",
        on_uvicorn(api(cors("http://127.0.0.1:5173"))),
        origins=("http://localhost:5173",),
        findings=("error HDR103",),
    ),
    Case("a sandboxed page is refused", on_uvicorn(api(cors(PAGE))), origins=("null",), findings=("error HDR101",)),
    Case(
        "credentials not allowed",
        on_uvicorn(api(cors(PAGE))),
        credentials=("include",),
        findings=("error HDR106",),
    ),
    Case(
        "any origin, asked with credentials",
        on_uvicorn(api(cors("*"))),
        credentials=("include",),
        findings=("error HDR105",),
    ),
    Case(
        "any origin, asked with and without credentials",
        on_uvicorn(api(cors("*"))),
        credentials=("omit", "include"),
        findings=("error HDR105",),
    ),
    Case(
        "any origin with credentials",
        on_uvicorn(api(cors("*", allow_credentials=True))),
        credentials=("include",),
        findings=("warning HDR502",),
    ),
    Case(
        "a pattern as a string",
        on_uvicorn(api(cors(allow_origins="https://*.app.example", allow_credentials=True))),
        findings=("warning HDR502",),
    ),
    Case(
        "a pattern with an open end",
        on_uvicorn(api(cors(allow_origin_regex="https://app.*"))),
        findings=("advice HDR513",),
    ),
    Case(
        "a pattern with an open end, and credentials",
        on_uvicorn(api(cors(allow_origin_regex="https://app.*", allow_credentials=True))),
        findings=("warning HDR513",),
    ),
    Case(
        "local pages by a pattern with an open end, by default",
        on_uvicorn(api(cors(allow_origin_regex="http://localhost.*", allow_credentials=True))),
        origins=(),
        credentials=(),
        findings=("warning HDR513",),
    ),
    Case(
        "a pattern for everything",
        on_uvicorn(api(cors(allow_origin_regex=".*", allow_credentials=True))),
        findings=("warning HDR502",),
    ),
    Case(
        "null allowed",
        on_uvicorn(api(cors(PAGE, "null", allow_credentials=True))),
        findings=("warning HDR503",),
    ),
)

_ERRORS: Final = (
    Case("a crash", on_uvicorn(api(cors(PAGE))), path="/crash", findings=("error HDR107",)),
    Case(
        "a crash, by default",
        on_uvicorn(api(cors("http://localhost:3000"))),
        path="/crash",
        origins=(),
        credentials=(),
        findings=("error HDR107",),
    ),
    Case("a handler of all exceptions", on_uvicorn(_with_handler()), path="/crash", findings=("error HDR107",)),
    Case("authentication outside of CORS", on_uvicorn(api(TOKEN_WANTED, cors(PAGE))), findings=("error HDR107",)),
    Case("hosts outside of CORS", on_uvicorn(api(HOSTS, cors(PAGE))), findings=("error HDR107",)),
    Case(
        "a body too large",
        on_uvicorn(_with_limited_body()),
        path="/items",
        method="POST",
        body="x" * 2000,
        findings=("error HDR107",),
    ),
    Case("no CORS, and no such path", on_uvicorn(api()), path="/nowhere", findings=("error HDR101",)),
    Case(
        "CORS of the mounted application alone",
        on_uvicorn(mounted(inner=api(cors(PAGE)))),
        path="/v1/",
        findings=(),
    ),
    Case(
        "outside of the mounted application",
        on_uvicorn(mounted(inner=api(cors(PAGE)))),
        findings=("error HDR101",),
    ),
)

_PREFLIGHTS: Final = (
    Case(
        "PUT with the default methods",
        on_uvicorn(api(cors(PAGE))),
        path="/items",
        method="PUT",
        findings=("error HDR201",),
    ),
    Case(
        "POST of JSON with the default methods",
        on_uvicorn(api(cors(PAGE))),
        path="/items",
        method="POST",
        headers=(JSON,),
        body="{}",
        findings=("error HDR201",),
    ),
    Case(
        "a method and a request header not allowed",
        on_uvicorn(api(cors(PAGE))),
        path="/items",
        method="PUT",
        headers=(("X-Token", "7f3a"),),
        findings=("error HDR201", "error HDR201"),
    ),
    Case(
        "a slash at the end, on a preflight",
        on_uvicorn(api(cors(PAGE + "/", allow_methods=["PUT"]))),
        path="/items",
        method="PUT",
        findings=("error HDR103",),
    ),
    Case("a token not allowed", on_uvicorn(api(cors(PAGE))), headers=(TOKEN,), findings=("error HDR201",)),
    Case(
        "request headers as a string",
        on_uvicorn(api(cors(PAGE, allow_headers="X-Token"))),
        headers=(("X-Token", "7f3a"),),
        findings=("error HDR201",),
    ),
    Case(
        "a preflight from another origin",
        on_uvicorn(api(cors(OTHER, allow_methods=["*"]))),
        path="/items",
        method="PUT",
        findings=("error HDR201",),
    ),
    Case(
        "a preflight asked for a token",
        on_uvicorn(api(TOKEN_WANTED, cors(PAGE, allow_headers=["Authorization"]))),
        headers=(TOKEN,),
        findings=("error HDR201",),
    ),
    Case(
        "a preflight without CORS",
        on_uvicorn(api()),
        path="/items",
        method="PUT",
        findings=("error HDR201",),
    ),
    Case(
        "a preflight sent to https",
        on_uvicorn(api(HTTPS, cors(PAGE, allow_methods=["PUT"]))),
        path="/items",
        method="PUT",
        findings=("error HDR202",),
    ),
    Case(
        "methods as a string",
        on_uvicorn(api(cors(PAGE, allow_methods="GET,PUT"))),
        path="/items",
        method="PUT",
        findings=("error HDR203",),
    ),
    Case(
        "a negative max_age",
        on_uvicorn(api(cors(PAGE, allow_methods=["PUT"], max_age=-1))),
        path="/items",
        method="PUT",
        findings=("advice HDR206",),
    ),
)

_REDIRECTS: Final = (
    Case("a slash missing", on_uvicorn(api(cors(PAGE))), path="/tree", findings=("warning HDR401",)),
    Case(
        "the page's origin is lost",
        on_uvicorn(api(cors(PAGE))),
        path="/elsewhere",
        findings=("error HDR403",),
    ),
    Case(
        "the page's origin is lost before a preflight",
        on_uvicorn(api(cors(PAGE, allow_methods=["PUT"]))),
        path="/elsewhere",
        method="PUT",
        findings=("error HDR403",),
    ),
    Case(
        "a page of the API itself, sent to another origin",
        on_uvicorn(api()),
        path="/elsewhere",
        origins=("{site}",),
        findings=("error HDR408",),
    ),
    Case(
        "the token is lost",
        on_uvicorn(api(cors("*", allow_headers=["Authorization"]))),
        path="/elsewhere",
        headers=(TOKEN,),
        findings=("warning HDR404",),
    ),
    Case("https outside of CORS", on_uvicorn(api(HTTPS, cors(PAGE))), findings=("error HDR405",)),
    Case(
        "https outside of CORS, by default",
        on_uvicorn(api(HTTPS, cors("http://localhost:3000"))),
        origins=(),
        findings=("error HDR405",),
    ),
    Case("a loop", on_uvicorn(api(cors(PAGE))), path="/loop", findings=("error HDR406",)),
    Case("mail", on_uvicorn(api(cors(PAGE))), path="/mail", findings=("error HDR406",)),
    Case(
        "a password in the address",
        on_uvicorn(api(cors("*"))),
        path="/elsewhere?user=zoe:secret@",
        findings=("error HDR406",),
    ),
)

CASES: Final = (*_OPENAPI, *_EXPOSURE, *_ORIGINS, *_ERRORS, *_PREFLIGHTS, *_REDIRECTS)
