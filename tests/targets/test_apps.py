"""Apps in process: how they are named, found, started and called, whatever they do."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import COMMAND, assert_one_line, environment, importing_first
from tests.sampling import sampled
from tests.serving.loopback import DEADLINE
from tests.targets.projects import FASTAPI, ROOT, eventually, project, readable, report, run

BOTH: Final = {"x-request-id": True, "x-total-count": False}

STARLETTE: Final = """
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Mount, Route


    async def items(request):
        return PlainTextResponse("", headers={"X-Request-ID": "1", "X-Total-Count": "12"})


    app = Starlette(
        routes=[Mount("/api", routes=[Route("/items", items)])],
        middleware=[
            Middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=["X-Request-ID"])
        ],
    )
"""
FLASK: Final = """
    from flask import Flask
    from flask_cors import CORS


    def create_app():
        app = Flask(__name__)
        CORS(app, origins=["http://localhost:3000"], expose_headers=["X-Request-ID"])

        @app.get("/items")
        def items():
            return "", {"X-Request-ID": "1", "X-Total-Count": "12"}

        return app
"""
DJANGO: Final = {
    "manage.py": """
        import os
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    """,
    "shop/settings.py": """
        SECRET_KEY = "none"
        ALLOWED_HOSTS = ["127.0.0.1"]
        ROOT_URLCONF = "shop.urls"
        INSTALLED_APPS = ["corsheaders"]
        MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]
        CORS_ALLOWED_ORIGINS = ["http://localhost:3000"]
        CORS_EXPOSE_HEADERS = ["X-Request-ID"]
    """,
    "shop/urls.py": """
        from django.http import HttpResponse
        from django.urls import path


        def items(request):
            return HttpResponse("", headers={"X-Request-ID": "1", "X-Total-Count": "12"})


        urlpatterns = [path("", items)]
    """,
    "shop/wsgi.py": """
        import os
        from django.core.wsgi import get_wsgi_application

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
        application = get_wsgi_application()
    """,
    "shop/asgi.py": """
        import os
        from django.core.asgi import get_asgi_application

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
        application = get_asgi_application()
    """,
}


@pytest.mark.parametrize(
    ("files", "word", "name", "path", "stack"),
    [
        ({"main.py": FASTAPI}, "main:app", "main:app", "/items", "starlette"),
        ({"src/shop/main.py": FASTAPI}, "shop.main:app", "shop.main:app", "/items", "starlette"),
        ({"api.py": FASTAPI}, ".", "api:app", "/items", "starlette"),
        (
            {"app/__init__.py": "", "app/main.py": FASTAPI.replace("app ", "shop ").replace("app.", "shop.")},
            ".",
            "app.main:shop",
            "/items",
            "starlette",
        ),
        (
            {"web.py": FASTAPI, "main.py": "", "pyproject.toml": '[tool.fastapi]\nentrypoint = "web:app"\n'},
            ".",
            "web:app",
            "/items",
            "starlette",
        ),
        ({"main.py": STARLETTE}, "main.py", "main:app", "/api/items", "starlette"),
        ({"shop.py": FLASK}, "shop:create_app", "shop:create_app", "/items", "flask"),
        ({"wsgi.py": FLASK}, ".", "wsgi:create_app", "/items", "flask"),
        ({"src/shop/__init__.py": "", "src/shop/main.py": FASTAPI}, ".", "shop.main:app", "/items", "starlette"),
        (DJANGO, ".", "shop.wsgi:application", "/", "django"),
        (DJANGO, "shop.asgi:application", "shop.asgi:application", "/", "django"),
    ],
    ids=[
        "name",
        "in src",
        "project",
        "package, other attribute",
        "entrypoint",
        "Starlette file",
        "Flask factory",
        "Flask project",
        "package in src",
        "Django project",
        "Django ASGI",
    ],
)
def test_apps(tmp_path: Path, files: dict[str, str], word: str, name: str, path: str, stack: str) -> None:  # noqa: PLR0917
    service, ended = report(project(tmp_path, files), word)

    assert (service["service"], service["stack"]) == (name, stack)
    assert f"http://127.0.0.1:8000{path}" in [route["url"] for route in service["routes"]]
    assert readable(service) == BOTH
    assert len(service["limits"]) == (1 if stack == "flask" else 2)
    assert ended.status == 0
    (finding,) = [each for each in service["findings"] if each["code"] == "HDR301"]
    cors = [each for each in finding["locations"] if each["role"] == "cors"]
    header = [each for each in finding["locations"] if each["role"] == "header"]
    route = [each for each in finding["locations"] if each["role"] == "route"]
    for locations, text in ((cors, "CORS"), (header, "X-Total-Count"), (route, "")):
        lines = [(tmp_path / each["file"]).read_text("utf-8").splitlines()[each["line"] - 1] for each in locations]
        assert lines
        assert all(text in line for line in lines)


ROUTERS: Final = """
    from fastapi import APIRouter, FastAPI, Response
    from starlette.applications import Starlette
    from starlette.responses import Response as Plain
    from starlette.routing import Route

    app, router, api = FastAPI(), APIRouter(prefix="/v1"), FastAPI()

    @router.get("/items")
    def items(response: Response):
        response.headers["X-Items"] = "1"

    @api.get("/users")
    def users(response: Response):
        response.headers["X-Users"] = "1"

    def plain(request):
        return Plain(headers={"X-Plain": "1"})

    app.include_router(router)
    app.mount("/api", api)
    app.mount("/old", Starlette(routes=[Route("/plain", plain)]))
"""


def test_routers_and_mounted_apps(tmp_path: Path) -> None:
    service, _ = report(project(tmp_path, {"main.py": ROUTERS}), "main:app")

    assert [route["url"].removeprefix("http://127.0.0.1:8000") for route in service["routes"]] == [
        "/v1/items",
        "/api/users",
        "/old/plain",
    ]
    lines = ROUTERS.lstrip("\n").splitlines()
    locations = service["findings"][0]["locations"]
    assert [lines[each["line"] - 1].strip() for each in locations if each["role"] == "route"] == [
        '@router.get("/items")',
        '@api.get("/users")',
        "def plain(request):",
    ]


@pytest.mark.parametrize(
    ("files", "word", "parts"),
    [
        ({}, ".", ["pyproject.toml", "main.py", "app/main.py"]),
        (
            {
                f"{name}/{file}": text
                for name in ("a", "b")
                for file, text in {"__init__.py": "", "app.py": FASTAPI}.items()
            },
            ".",
            ["a.app:app", "b.app:app"],
        ),
        ({"main.py": "import os\nos.environ['DATABASE_URL']\n"}, ".", ["variable", "DATABASE_URL", "main.py, line 2"]),
        ({"mine.py": FASTAPI}, "mime:app", ['"mime"', "mine:app"]),
        ({"main.py": FASTAPI}, "main:ap", ['"ap"', "app"]),
        ({"main.py": "import nothing_of_that_name\n"}, "main:app", ["ModuleNotFoundError", "main.py, line 1"]),
        ({"main.py": "x = 1\nraise ValueError('a\\x1b\\nb')\n"}, "main:app", ["ValueError", "main.py, line 2"]),
        ({"main.py": "def f(:\n"}, "main:app", ["SyntaxError", "main.py, line 1"]),
        ({"main.py": "import sys\nsys.exit('token=hunter2')\n"}, "main:app", ["SystemExit", "main.py, line 2"]),
        ({"main.py": "raise KeyboardInterrupt\n"}, "main:app", ["KeyboardInterrupt"]),
        ({"main.py": "app = 7\n"}, "main:app", ["int"]),
        ({"main.py": "def app():\n    raise OSError('no')\n"}, "main:app", ["OSError: no", "main.py, line 2"]),
        ({"main.py": "x = 1\n"}, ".", ["main.py has no app"]),
        ({"pyproject.toml": "[tool\n"}, ".", ["pyproject.toml"]),
        ({"pyproject.toml": '[tool.fastapi]\nentrypoint = "main"\n'}, ".", ["entrypoint"]),
    ],
)
def test_no_app(tmp_path: Path, files: dict[str, str], word: str, parts: list[str]) -> None:
    ended = run(project(tmp_path, files), word)

    assert ended.status == 2
    assert ended.out == ""
    assert_one_line(ended.err)
    assert [part for part in parts if part not in ended.err] == []
    assert "hunter2" not in ended.err


@pytest.mark.parametrize("option", ["--in-browser", "--compare=http://127.0.0.1:1/", "--http2"])
def test_options_that_need_a_server(tmp_path: Path, option: str) -> None:
    ended = run(project(tmp_path, {"main.py": FASTAPI}), "main:app", option)

    assert ended.status == 2
    assert ended.err.startswith(f"hdrcli: {option.partition('=')[0]} ")


def test_an_app_that_prints(tmp_path: Path) -> None:
    printing = FASTAPI.replace("    return []", "    print('printed')\n        return []") + "\n    print('imported')\n"
    service, ended = report(project(tmp_path, {"main.py": printing}), "main:app")

    assert readable(service) == BOTH
    assert {"imported", "printed"} == set(ended.err.split())


LIFESPAN: Final = """
    import asyncio, contextlib, sys, threading, time
    from fastapi import FastAPI, Request, Response

    @contextlib.asynccontextmanager
    async def lifespan(app):
        {body}

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def root(request: Request, response: Response):
        response.headers["X-State"] = request.state.database
"""


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("raise OSError('password=hunter2 refused')", ["OSError", "main.py, line 6"]),
        ("sys.exit(1)", ["SystemExit"]),
        ("await asyncio.sleep(60)", ["8 s", "--wait"]),
        ("time.sleep(60)", ["8 s", "--wait"]),
    ],
)
def test_a_startup_that_fails(tmp_path: Path, body: str, parts: list[str]) -> None:
    folder = project(tmp_path, {"main.py": LIFESPAN.replace("{body}", f"{body}; yield")})
    began = time.monotonic()
    service, ended = report(folder, "main:app", "--wait=8")

    assert ended.status == 3
    assert service["reachable"] is False
    assert [part for part in parts if part not in service["problem"]] == []
    assert "hunter2" not in ended.out + ended.err
    assert "Traceback" not in ended.err
    assert time.monotonic() - began < 50


def test_the_lifespan(tmp_path: Path) -> None:
    body = "yield {'database': 'open'}; print('shut down')"
    service, ended = report(project(tmp_path, {"main.py": LIFESPAN.replace("{body}", body)}), "main:app")

    assert service["routes"][0]["headers"][-1]["values"] == ["open"]
    assert ended.err == "shut down\n"


def test_an_app_whose_routes_are_all_skipped_verifies_nothing(tmp_path: Path) -> None:
    service, ended = report(project(tmp_path, {"main.py": FASTAPI.replace("/items", "/items/{name}")}), "main:app")

    assert service["routes"] == []
    assert len(service["skipped_routes"]) == 1
    assert ended.status == 2


def test_an_app_without_a_document(tmp_path: Path) -> None:
    text = FASTAPI.replace("FastAPI()", "FastAPI(openapi_url=None)")
    failing = f"{text}\n    app.openapi = lambda: 1 / 0\n"
    for files in ({"main.py": text}, {"main.py": failing}):
        service, ended = report(project(tmp_path, files), "main:app")
        assert readable(service) == BOTH
        assert ended.status == 0
    assert "ZeroDivisionError" in service["limits"][-1]


def test_requests_that_are_not_sent_have_a_line_for_each_method(tmp_path: Path) -> None:
    routes = "".join(f"\n    @app.delete('/{name}')\n    def delete_{name}(): ...\n" for name in "abcd")
    folder = project(tmp_path, {"main.py": FASTAPI + routes})
    lines = [line.split() for line in run(folder, ".").out.splitlines() if line.startswith("  ")]

    assert [line[:5] for line in lines if line[0] in {"GET", "DELETE"}] == [
        ["GET", "/items", "200", "x-request-id", "✓"],
        ["DELETE", "/a,", "/b,", "/c,", "/d"],
    ]


def test_what_chooses_routes(tmp_path: Path) -> None:
    folder = project(tmp_path, {"main.py": FASTAPI})

    assert [route["url"] for route in report(folder, "main:app", "--no-openapi")[0]["routes"]] == [
        "http://127.0.0.1:8000/"
    ]
    assert run(folder, "main:app", "--route=/other").status == 2
    assert run(folder, "main:app", "-X", "POST").status == 2
    assert "GET /items" in run(folder, "main:app", "--dry-run").out


HANGING: Final = """
    import asyncio, threading, time
    from fastapi import FastAPI, Response
    from fastapi.responses import StreamingResponse

    app = FastAPI()
    threading.Thread(target=time.sleep, args=[60]).start()

    @app.get("/stream")
    async def stream():
        async def events():
            while True:
                yield "data: 1\\n\\n"
                await asyncio.sleep(0.1)
        return StreamingResponse(events(), headers={"X-Stream": "1"})

    @app.get("/invalid")
    async def invalid():
        return Response(headers={"X-Broken": "1\\r\\nX-Other: 2"})

    @app.get("/crash")
    async def crash():
        raise SystemExit

    @app.get("/thread")
    def thread():
        time.sleep(60)

    @app.get("/pool")
    async def pool():
        await asyncio.to_thread(time.sleep, 60)

    @app.get("/zblocked")
    async def blocked():
        time.sleep(60)
"""


@pytest.mark.thorough
def test_an_app_that_hangs_and_breaks(tmp_path: Path) -> None:
    began = time.monotonic()
    service, ended = report(
        project(tmp_path, {"main.py": HANGING}), "main:app", "--timeout=1", "--concurrency=1", "--no-probe"
    )

    found = {
        route["url"].rpartition("/")[2]: {
            (caller["failure"] or {}).get("code") or caller["status"] for caller in route["callers"]
        }
        for route in service["routes"]
    }
    assert found == {
        "stream": {"allow-origin-missing"},
        "invalid": {"empty-reply"},
        "crash": {"allow-origin-missing"},
        "thread": {"timeout"},
        "pool": {"timeout"},
        "zblocked": {"timeout"},
    }
    assert ended.status == 1
    assert time.monotonic() - began < 40


THREADS: Final = """
    import threading
    from fastapi import FastAPI, Response

    app, seen = FastAPI(), set()

    def count(response: Response):
        seen.add(threading.current_thread())
        response.headers["X-Threads"] = str(len(seen))

    for number in range(20):
        app.get(f"/{number}")(count)
"""


def test_blocking_functions_share_threads(tmp_path: Path) -> None:
    service, _ = report(project(tmp_path, {"main.py": THREADS}), "main:app", "--concurrency=1", "--no-probe")
    values = [header["values"] for route in service["routes"] for header in route["headers"] if header["custom"]]

    assert len(values) == 20
    assert max(int(value) for each in values for value in each) <= 2


def test_an_import_that_hangs(tmp_path: Path) -> None:
    ended = run(project(tmp_path, {"main.py": "import time\ntime.sleep(60)\n"}), "main:app", "--wait=1")

    assert ended.status == 2
    assert "--wait" in ended.err


@pytest.mark.parametrize("place", sampled(["import", "startup", "request"]))
def test_ctrl_c_while_the_app_hangs(tmp_path: Path, place: str) -> None:
    text = """
        import contextlib, pathlib, time
        from fastapi import FastAPI

        def hang(place):
            if place == "PLACE":
                pathlib.Path("hangs").touch()
                time.sleep(300)

        @contextlib.asynccontextmanager
        async def lifespan(app):
            hang("startup")
            yield

        app = FastAPI(lifespan=lifespan)
        hang("import")

        @app.get("/")
        async def root():
            hang("request")
    """
    folder = project(tmp_path, {"main.py": text.replace("PLACE", place)})
    command = [*COMMAND, "check", "main:app", "--timeout=300", "--wait=300"]
    env = environment(importing_first(ROOT))
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert eventually((folder / "hangs").exists)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=DEADLINE)

    assert process.returncode == 130
    assert b"Traceback" not in err


def test_redirects_leave_the_app_for_other_hosts(tmp_path: Path) -> None:
    text = """
        from fastapi import FastAPI
        from fastapi.responses import RedirectResponse

        app = FastAPI()

        @app.get("/")
        def root():
            return RedirectResponse("http://localhost:1/", headers={"Access-Control-Allow-Origin": "*"})
    """
    service, _ = report(project(tmp_path, {"main.py": text}), "main:app", "--credentials=omit")

    (caller,) = service["routes"][0]["callers"]
    assert caller["failure"]["code"] in {"connection-refused", "bad-port"}


def test_the_base_url(tmp_path: Path) -> None:
    text = FASTAPI + (
        "\n    from starlette.middleware.trustedhost import TrustedHostMiddleware"
        "\n    app.add_middleware(TrustedHostMiddleware, allowed_hosts=['api.example'])\n"
    )
    folder = project(tmp_path, {"main.py": text})
    options = ("--base-url=https://api.example", "--origin=http://localhost:3000")
    service, ended = report(folder, "main:app", *options)

    assert readable(service) == BOTH
    assert run(folder, "main:app").status == 1
    assert ended.status == 0
