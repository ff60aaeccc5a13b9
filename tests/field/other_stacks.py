"""Flask-CORS, django-cors-headers, and Express by answers that were recorded from it: right, and the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypedDict, Unpack

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test.utils import override_settings
from django.urls import path
from flask import Flask, Response, abort, jsonify, request
from flask_cors import CORS
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from tests.field.case import JSON, PAGE, TOKEN, Case
from tests.field.hand_made import (
    TOTAL,
    VARY,
    Line,
    allow_credentials,
    allow_headers,
    allow_methods,
    allow_origin,
    expose,
)
from tests.serving.asgi import Served, Server, Uvicorns, on_uvicorn
from tests.serving.wsgi import on_werkzeug, on_wsgiref

ADMIN: Final = "https://admin.example"
OTHER: Final = "https://other.example"

# --- Flask ---


class FlaskOptions(TypedDict, total=False):
    """The arguments of Flask-CORS."""

    origins: list[str]
    expose_headers: str | list[str]
    supports_credentials: bool
    send_wildcard: bool
    resources: str


def flask(*, vary: bool = True, **options: Unpack[FlaskOptions]) -> Flask:
    """An application inside of Flask-CORS, which leaves `Vary` out where it allows nothing: it is added to all."""
    app = Flask("field")
    CORS(app, **options)
    if vary:
        app.after_request(_vary)

    @app.route("/", methods=["GET", "PUT"])
    @app.get("/tree/")
    def root() -> Response:
        return jsonify([])

    @app.get("/total")
    @app.get("/api/total")
    def total() -> Response:
        response = jsonify([])
        response.headers["X-Total-Count"] = "1312"
        return response

    @app.get("/crash")
    def crash() -> Response:
        raise RuntimeError

    return app


def _vary(response: Response) -> Response:
    response.vary.add("Origin")
    return response


def _debugged() -> Flask:
    app = flask(origins=[PAGE, ADMIN])
    app.debug = True
    return app


def _guarded() -> Flask:
    app = flask(origins=[PAGE, ADMIN])

    @app.before_request
    def ask_for_a_token() -> None:
        if "Authorization" not in request.headers:
            abort(401)

    return app


_FLASK: Final = (
    Case("Flask: any origin", on_werkzeug(flask(vary=False))),
    Case("Flask: any origin by a wildcard", on_werkzeug(flask(vary=False, send_wildcard=True))),
    Case("Flask: two origins", on_werkzeug(flask(origins=[PAGE, ADMIN]))),
    Case(
        "Flask: exposed",
        on_werkzeug(flask(origins=[PAGE, ADMIN], expose_headers="X-Total-Count")),
        path="/total",
        readable=("X-Total-Count",),
    ),
    Case(
        "Flask: credentials",
        on_werkzeug(flask(origins=[PAGE, ADMIN], supports_credentials=True)),
        credentials=("include",),
    ),
    Case("Flask: PUT", on_werkzeug(flask(origins=[PAGE, ADMIN])), method="PUT", headers=(JSON, TOKEN), body="{}"),
    Case("Flask: a crash", on_werkzeug(flask(origins=[PAGE, ADMIN])), path="/crash"),
    Case("Flask: not found", on_werkzeug(flask(origins=[PAGE, ADMIN])), path="/nowhere"),
    Case("Flask: one origin", on_werkzeug(flask(vary=False, origins=[PAGE])), findings=("warning HDR501",)),
    Case(
        "Flask: two origins, one refused",
        on_werkzeug(flask(vary=False, origins=[PAGE, ADMIN])),
        findings=("warning HDR501",),
    ),
    Case(
        "Flask: not exposed",
        on_werkzeug(flask(vary=False, send_wildcard=True)),
        path="/total",
        findings=("warning HDR301",),
    ),
    Case(
        "Flask: a pattern without its end",
        on_werkzeug(flask(origins=[r"https://app\.example", ADMIN], supports_credentials=True)),
        findings=("warning HDR513",),
    ),
    Case("Flask: a pattern with its end", on_werkzeug(flask(origins=[r"https://app\.example$", ADMIN])), findings=()),
    Case("Flask: a slash at the end", on_werkzeug(flask(origins=[PAGE + "/", ADMIN])), findings=("error HDR103",)),
    Case("Flask: another origin", on_werkzeug(flask(origins=[ADMIN, OTHER])), findings=("error HDR101",)),
    Case(
        "Flask: credentials not allowed",
        on_werkzeug(flask(origins=[PAGE, ADMIN])),
        credentials=("include",),
        findings=("error HDR106",),
    ),
    Case(
        "Flask: any origin with credentials",
        on_werkzeug(flask(supports_credentials=True)),
        credentials=("include",),
        findings=("warning HDR502",),
    ),
    Case(
        "Flask: CORS below /api alone",
        on_werkzeug(flask(origins=[PAGE, ADMIN], expose_headers=["X-Total-Count"], resources="/api/*")),
        path="/api/total",
        findings=(),
    ),
    Case(
        "Flask: CORS elsewhere",
        on_werkzeug(flask(origins=[PAGE, ADMIN], resources="/api/*")),
        findings=("error HDR101",),
    ),
    Case("Flask: a crash in debug mode", on_werkzeug(_debugged()), path="/crash", findings=("error HDR107",)),
    Case("Flask: a preflight asked for a token", on_werkzeug(_guarded()), headers=(TOKEN,), findings=("error HDR201",)),
    Case(
        "Flask: a slash missing", on_werkzeug(flask(origins=[PAGE, ADMIN])), path="/tree", findings=("warning HDR401",)
    ),
)

# --- Django ---


def _root(_: HttpRequest) -> HttpResponse:
    return JsonResponse([], safe=False)


def _total(_: HttpRequest) -> HttpResponse:
    return JsonResponse([], safe=False, headers={"X-Total-Count": "1312"})


def _crash(_: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [
    path("", _root),
    path("tree/", _root),
    path("total", _total),
    path("api/total", _total),
    path("crash", _crash),
]


def _token_wanted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware, by its name in the settings."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request) if "Authorization" in request.headers else HttpResponse(status=401)

    return middleware


_SECURITY: Final = "django.middleware.security.SecurityMiddleware"
_CORS: Final = "corsheaders.middleware.CorsMiddleware"
_COMMON: Final = "django.middleware.common.CommonMiddleware"
_FRAMES: Final = "django.middleware.clickjacking.XFrameOptionsMiddleware"
_TOKEN: Final = f"{__name__}.{_token_wanted.__name__}"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=["corsheaders"],
    LOGGING_CONFIG=None,
    MIDDLEWARE=[_SECURITY, _CORS, _COMMON, _FRAMES],
    ROOT_URLCONF=__name__,
    SECRET_KEY="field",  # noqa: S106 -- nothing is signed with it
    CORS_ALLOWED_ORIGINS=[PAGE],
)
django.setup()


def on_django(**changes: object) -> Server:
    """Django and django-cors-headers, with these settings in place of the ordinary ones."""

    @contextmanager
    def serve(uvicorns: Uvicorns) -> Iterator[Served]:
        with override_settings(**changes), on_wsgiref(WSGIHandler())(uvicorns) as site:
            yield site

    return serve


_DJANGO: Final = (
    Case("Django: one origin", on_django()),
    Case("Django: any origin", on_django(CORS_ALLOW_ALL_ORIGINS=True)),
    Case(
        "Django: an origin by pattern",
        on_django(CORS_ALLOWED_ORIGINS=[], CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://app\.example$"]),
    ),
    Case(
        "Django: a pattern without its end",
        on_django(CORS_ALLOWED_ORIGINS=[], CORS_ALLOWED_ORIGIN_REGEXES=[r"^https://app\.example"]),
        findings=("advice HDR513",),
    ),
    Case("Django: a slash at the end does no harm", on_django(CORS_ALLOWED_ORIGINS=[PAGE + "/"])),
    Case(
        "Django: exposed", on_django(CORS_EXPOSE_HEADERS=["X-Total-Count"]), path="/total", readable=("X-Total-Count",)
    ),
    Case("Django: credentials", on_django(CORS_ALLOW_CREDENTIALS=True), credentials=("include",)),
    Case("Django: PUT", on_django(), method="PUT", headers=(JSON, TOKEN), body="{}"),
    Case("Django: a crash", on_django(), path="/crash"),
    Case("Django: not found", on_django(), path="/nowhere"),
    Case("Django: not exposed", on_django(), path="/total", findings=("warning HDR301",)),
    Case("Django: another origin", on_django(CORS_ALLOWED_ORIGINS=[OTHER]), findings=("error HDR101",)),
    Case(
        "Django: the other scheme",
        on_django(CORS_ALLOWED_ORIGINS=["http://app.example"]),
        findings=("error HDR103",),
    ),
    Case(
        "Django: any origin with credentials",
        on_django(CORS_ALLOW_ALL_ORIGINS=True, CORS_ALLOW_CREDENTIALS=True),
        findings=("warning HDR502",),
    ),
    Case(
        "Django: CORS below /api alone",
        on_django(CORS_URLS_REGEX="^/api/", CORS_EXPOSE_HEADERS=["X-Total-Count"]),
        path="/api/total",
        findings=(),
    ),
    Case(
        "Django: a request header not allowed",
        on_django(),
        headers=(("X-Api-Key", "7f3a"),),
        findings=("error HDR204",),
    ),
    Case(
        "Django: PUT not allowed",
        on_django(CORS_ALLOW_METHODS=["GET"]),
        method="PUT",
        findings=("error HDR203",),
    ),
    Case(
        "Django: authentication outside of CORS",
        on_django(MIDDLEWARE=[_TOKEN, _CORS, _COMMON]),
        findings=("error HDR107",),
    ),
    Case(
        "Django: a preflight asked for a token",
        on_django(MIDDLEWARE=[_TOKEN, _CORS, _COMMON]),
        headers=(TOKEN,),
        findings=("error HDR201",),
    ),
    Case("Django: a slash missing", on_django(), path="/tree", findings=("warning HDR401",)),
    Case(
        "Django: a slash missing, redirected outside of CORS",
        on_django(MIDDLEWARE=[_COMMON, _CORS]),
        path="/tree",
        findings=("error HDR405",),
    ),
)

# --- Express ---

_METHODS: Final = allow_methods("GET,HEAD,PUT,PATCH,POST,DELETE")


def express(
    *,
    page: tuple[Line, ...],
    others: tuple[Line, ...] | None = None,
    nobody: tuple[Line, ...] | None = None,
) -> Server:
    """Not Express: the answers recorded from express 5 with cors 2.8.6, as `cors()` words them for these origins."""
    others = page if others is None else others
    lines = {PAGE: page, None: others if nobody is None else nobody}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        assert scope["type"] == "http"
        headers = Headers(scope=scope)
        sent = [("X-Powered-By", "Express"), *lines.get(headers.get("origin"), others)]
        if scope["method"] == "OPTIONS":
            asked = headers.get("access-control-request-headers")
            sent += [("Vary", "Access-Control-Request-Headers"), _METHODS]
            sent += [] if asked is None else [allow_headers(asked)]
            status = 204
        else:
            sent += [TOTAL]
            status = 200 if scope["path"] == "/" else 404
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in sent],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    return on_uvicorn(app, server_header=False)


_EXPOSE: Final = expose("X-Total-Count")

_EXPRESS: Final = (
    Case("Express: any origin", express(page=(allow_origin("*"), _EXPOSE))),
    Case("Express: a list", express(page=(allow_origin(), VARY, _EXPOSE), others=(VARY, _EXPOSE))),
    Case("Express: a string", express(page=(allow_origin(), VARY, _EXPOSE))),
    Case("Express: PUT", express(page=(allow_origin("*"), _EXPOSE)), method="PUT", headers=(JSON, TOKEN), body="{}"),
    Case("Express: not exposed", express(page=(allow_origin("*"),)), findings=("warning HDR301",)),
    Case("Express: another string", express(page=(allow_origin(OTHER), VARY)), findings=("error HDR102",)),
    Case("Express: refused by a list", express(page=(VARY, _EXPOSE)), findings=("error HDR101",)),
    Case("Express: PUT refused by a list", express(page=(VARY, _EXPOSE)), method="PUT", findings=("error HDR101",)),
    Case(
        "Express: a wildcard with credentials",
        express(page=(allow_origin("*"), allow_credentials(), _EXPOSE)),
        credentials=("include",),
        findings=("error HDR105",),
    ),
    Case(
        "Express: whatever asks, with credentials",
        express(
            page=(allow_origin(), VARY, allow_credentials(), _EXPOSE),
            others=(allow_origin("https://hdrcli-probe.invalid"), VARY, allow_credentials(), _EXPOSE),
            nobody=(VARY, allow_credentials(), _EXPOSE),
        ),
        credentials=("include",),
        findings=("warning HDR502",),
    ),
)

CASES: Final = (*_FLASK, *_DJANGO, *_EXPRESS)
