"""Services of Python stacks, as the source text that a user would have: its options are the texts of fixes.

Each has /items (GET, PUT), /crash (an exception that nobody handles) and /private, which only a token opens, whatever
the method. `app` is what the source text defines.
"""

from __future__ import annotations

import textwrap

from tests.fixes.configuration import Configuration


def fastapi(configuration: Configuration) -> str:
    """Authentication is a middleware; with `errors` the app is wrapped."""
    options = ", ".join(configuration.lines("starlette"))
    cors = f"app.add_middleware(CORSMiddleware, {options})" if configuration.layer else ""
    guard = "app.add_middleware(Guard)"
    inner, outer = (guard, cors) if configuration.outermost else (cors, guard)
    wrapped = f"app = CORSMiddleware(app, {options})" if configuration.layer and configuration.errors else ""
    if wrapped and configuration.outermost:
        inner, outer = guard, wrapped
    return source(
        """
        from fastapi import FastAPI, Response
        from fastapi.middleware.cors import CORSMiddleware

        app = FastAPI()

        @app.get("/items")
        def items(response: Response) -> list[str]:
            response.headers["X-Total-Count"] = "3"
            response.headers["ETag"] = '"1"'
            return []

        @app.put("/items")
        def save() -> None:
            pass

        @app.get("/private")
        def private() -> None:
            pass

        @app.get("/crash")
        def crash() -> None:
            raise RuntimeError("no database")
        """,
        _GUARD,
        inner,
        outer,
        _doubling(configuration),
    )


def litestar(configuration: Configuration) -> str:
    """CORS is always the outermost layer, but for an ASGI middleware around the app, such as one that adds Vary."""
    options = ", ".join(configuration.lines("litestar"))
    argument = f", cors_config=CORSConfig({options})" if configuration.layer else ""
    guard, around = ("", "app = Guard(app)") if not configuration.outermost else (", middleware=[Guard]", "")
    service = f"Litestar([items, save, private, crash]{argument}{guard})"
    return source(
        _GUARD,
        _VARYING,
        """
        from litestar import Litestar, Response, get, put
        from litestar.config.cors import CORSConfig

        @get("/items")
        async def items() -> Response[list[str]]:
            return Response([], headers={"X-Total-Count": "3", "ETag": '"1"'})

        @put("/items", status_code=200)
        async def save() -> None:
            pass

        @get("/private")
        async def private() -> None:
            pass

        @get("/crash")
        async def crash() -> None:
            raise RuntimeError("no database")
        """,
        f"app = Varying({service})" if configuration.vary else f"app = {service}",
        around,
        _doubling(configuration),
    )


def quart(configuration: Configuration) -> str:
    """Authentication is a before_request function, which lets OPTIONS pass or not."""
    options = ", ".join(configuration.lines("quart"))
    return source(
        """
        from quart import Quart, Response, request
        from quart_cors import cors

        app = Quart("service")

        @app.get("/items")
        async def items():
            return Response("[]", headers={"X-Total-Count": "3", "ETag": '"1"'}, content_type="application/json")

        @app.put("/items")
        async def save():
            return ""

        @app.get("/private")
        async def private():
            return ""

        @app.get("/crash")
        async def crash():
            raise RuntimeError("no database")
        """,
        _before_request(configuration, "async ", "await "),
        f"app = cors(app, {options})" if configuration.layer else "",
        _doubling(configuration),
    )


def sanic(configuration: Configuration) -> str:
    """Authentication is an on_request middleware, which lets OPTIONS pass or not."""
    passing = 'request.method == "OPTIONS" or ' if configuration.outermost else ""
    return source(
        f"""
        from sanic import Sanic, json, text
        from sanic_ext import Extend

        app = Sanic("service")
        app.config.OAS = False
        app.config.FALLBACK_ERROR_FORMAT = "json"

        @app.get("/items")
        async def items(request):
            return json([], headers={{"X-Total-Count": "3", "ETag": '"1"'}})

        @app.put("/items")
        async def save(request):
            return text("")

        @app.get("/private")
        async def private(request):
            return text("")

        @app.get("/crash")
        async def crash(request):
            raise RuntimeError("no database")

        @app.on_request
        async def guard(request):
            if {passing}request.path != "/private" or "authorization" in request.headers:
                return None
            return text("a token, please", status=401)
        """,
        """
        @app.on_response
        async def vary(request, response):
            response.headers.setdefault("vary", "origin")
        """
        if configuration.vary
        else "",
        "\n".join(configuration.lines("sanic")) if configuration.layer else "app.config.CORS = False",
        "Extend(app)",
        _doubling(configuration),
    )


def aiohttp(configuration: Configuration) -> str:
    """Authentication is a middleware, which lets OPTIONS pass or not; `ResourceOptions` are those of all origins."""
    options = [line for line in configuration.lines("aiohttp") if not line.startswith("defaults=")]
    origins = configuration.options.get("origins", ())
    defaults = ", ".join(f"{origin!r}: aiohttp_cors.ResourceOptions({', '.join(options)})" for origin in origins)
    passing = 'request.method == "OPTIONS" or ' if configuration.outermost else ""
    doubling = "\n".join(f"    response.headers.add({name!r}, {value!r})" for name, value in doubled(configuration))
    return source(
        f"""
        import aiohttp_cors
        from aiohttp import web

        async def items(request):
            return web.json_response([], headers={{"X-Total-Count": "3", "ETag": '"1"'}})

        async def save(request):
            return web.Response()

        async def crash(request):
            raise RuntimeError("no database")

        @web.middleware
        async def guard(request, handler):
            if {passing}request.path != "/private" or "Authorization" in request.headers:
                return await handler(request)
            return web.Response(status=401, text="a token, please")

        async def prepare(request, response):
            response.headers.setdefault("Vary", "Origin")

        app = web.Application(middlewares=[guard])
        {"app.on_response_prepare.append(prepare)" if configuration.vary else ""}
        app.router.add_get("/items", items)
        app.router.add_put("/items", save)
        app.router.add_get("/private", save)
        app.router.add_get("/crash", crash)
        """,
        f"cors = aiohttp_cors.setup(app, defaults={{{defaults}}})" if configuration.layer else "",
        "for route in list(app.router.routes()): cors.add(route)" if configuration.layer else "",
        f"async def double(request, response):\n{doubling}\napp.on_response_prepare.append(double)" if doubling else "",
    )


def flask(configuration: Configuration) -> str:
    """Authentication is a before_request function, which lets OPTIONS pass or not."""
    calls = [line.removeprefix("CORS(app, ").removesuffix(")") for line in configuration.lines("flask")]
    return source(
        """
        from flask import Flask, Response, request
        from flask_cors import CORS

        app = Flask("service")

        @app.get("/items")
        def items():
            return Response("[]", headers={"X-Total-Count": "3", "ETag": '"1"'}, content_type="application/json")

        @app.put("/items")
        def save():
            return ""

        @app.get("/private")
        def private():
            return ""

        @app.get("/crash")
        def crash():
            raise RuntimeError("no database")
        """,
        """
        @app.after_request
        def vary(response):
            response.vary.add("Origin")
            return response
        """
        if configuration.vary
        else "",
        _before_request(configuration, "", ""),
        f"CORS(app, {', '.join(calls)})" if configuration.layer else "",
        f"app.debug = {not configuration.errors}",
        _doubling(configuration),
    )


def django(configuration: Configuration) -> str:
    """The settings; views and authentication are in the module, too."""
    cors = '"corsheaders.middleware.CorsMiddleware"' if configuration.layer else ""
    guard = '"django.middleware.security.SecurityMiddleware", __name__ + ".guard"'
    frame = '"django.middleware.common.CommonMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"'
    order = [cors, guard, frame] if configuration.outermost else [guard, frame, cors]
    return source(
        f"""
        import django
        from django.conf import settings
        from django.http import HttpResponse, JsonResponse
        from django.urls import path
        from django.views.decorators.http import require_http_methods

        @require_http_methods(["GET", "PUT"])
        def items(request):
            return JsonResponse([], safe=False, headers={{"X-Total-Count": "3", "ETag": '"1"'}})

        def private(request):
            return HttpResponse()

        def crash(request):
            raise RuntimeError("no database")

        def guard(get_response):
            def respond(request):
                if request.path != "/private" or "Authorization" in request.headers:
                    return get_response(request)
                return HttpResponse("a token, please", status=401)
            return respond

        urlpatterns = [path("items", items), path("private", private), path("crash", crash)]
        MIDDLEWARE = [{", ".join(filter(None, order))}]
        ROOT_URLCONF = __name__
        ALLOWED_HOSTS = ["*"]
        """,
        'INSTALLED_APPS = ["corsheaders"]' if configuration.layer else "",
        "\n".join(configuration.lines("django")) if configuration.layer else "",
    )


PYTHON = {
    "starlette": fastapi,
    "litestar": litestar,
    "quart": quart,
    "sanic": sanic,
    "aiohttp": aiohttp,
    "django": django,
    "flask": flask,
}

_GUARD = """
class Guard:
    def __init__(self, app, **kwargs):
        self.app = app

    async def __call__(self, scope, receive, send):
        names = dict(scope.get("headers", ()))
        if scope["type"] != "http" or scope["path"] != "/private" or b"authorization" in names:
            return await self.app(scope, receive, send)
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"a token, please"})
"""

_VARYING = """
class Varying:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.start" and b"vary" not in dict(message["headers"]):
                message["headers"] = [*message["headers"], (b"vary", b"Origin")]
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
"""

_DOUBLING = """
class Doubling:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *LINES]
            await send(message)

        await self.app(scope, receive, sending if scope["type"] == "http" else send)
"""

_VALUES = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}


def doubled(configuration: Configuration) -> list[tuple[str, str]]:
    """The lines that the second layer adds."""
    return [(name, _VALUES[name]) for name in configuration.doubled if name not in configuration.dropped]


def _doubling(configuration: Configuration) -> str:
    if not doubled(configuration):
        return ""
    lines = [(name.lower().encode(), value.encode()) for name, value in doubled(configuration)]
    return f"{_DOUBLING}\nLINES = {lines!r}\napp = Doubling(app)\n"


def _before_request(configuration: Configuration, asynchronous: str, awaiting: str) -> str:
    passing = f'if request.method == "OPTIONS": return {awaiting}app.make_default_options_response()'
    return source(
        f"""
        @app.before_request
        {asynchronous}def guard():
            {passing if configuration.outermost else "pass"}
            if request.path == "/private" and "Authorization" not in request.headers:
                return "a token, please", 401
        """
    )


def source(*parts: str) -> str:
    """One text of these parts, without their common indentation; empty ones are skipped."""
    return "\n\n".join(textwrap.dedent(part).strip() for part in parts if part) + "\n"
