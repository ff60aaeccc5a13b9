"""Middleware outside of the CORS layer: findings name it, and `--unsafe-fixes` moves the CORS layer around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from hdrcli.records.location import Location
from hdrcli.targets.app.changes import diff_of, text_after
from hdrcli.targets.app.edits import NotEditableError
from hdrcli.targets.app.moving import move_for
from tests.targets.projects import project, report, run
from tests.targets.test_apps import DJANGO

CORS: Final = "app.add_middleware(CORSMiddleware)  # for pages\n"
OTHER: Final = "app.add_middleware(Other)\n"
FUNCTION: Final = '@app.middleware("http")\nasync def limit(request, call_next):\n    return 1\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{CORS}{OTHER}x = 1\n", f"{OTHER}{CORS}x = 1\n"),
        (f"{CORS}x = 1\n{OTHER}{OTHER}", f"x = 1\n{OTHER}{OTHER}{CORS}"),
        (f"{CORS}{OTHER.strip()}", f"{OTHER}{CORS}"),
        (f"{CORS}{FUNCTION}\n\nx = 1\n", f"{FUNCTION}\n\n{CORS}\n\nx = 1\n"),
        (
            "é = 1\napp.add_middleware(\n    CORSMiddleware,  # é\n    a=[\n    ],\n)\r\napp.add_middleware(Other)\r\n",
            "é = 1\napp.add_middleware(Other)\r\napp.add_middleware(\n    CORSMiddleware,  # é\n    a=[\n    ],\n)\r\n",
        ),
        (
            "def make():\n    if x:\n        app.add_middleware(CORSMiddleware)\n        app.add_middleware(Other)\n",
            "def make():\n    if x:\n        app.add_middleware(Other)\n        app.add_middleware(CORSMiddleware)\n",
        ),
        (f"{CORS}{OTHER}other.add_middleware(Other)\n", f"{OTHER}{CORS}other.add_middleware(Other)\n"),
    ],
)
def test_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.py").write_bytes(before.encode())
    line = next(number for number, text in enumerate(before.split("\n"), 1) if "add_middleware" in text)
    move = move_for([Location(file="main.py", line=line, role="cors")])

    assert text_after([move]) == after
    assert diff_of([move])
    assert not move.is_safe


@pytest.mark.parametrize(
    "text",
    [
        CORS,
        f"{OTHER}{CORS}",
        f"{CORS}other.add_middleware(Other)\n",
        f"{CORS}if x:\n    {OTHER}",
        f"{CORS}{CORS}{OTHER}",
        f"x = 1; {CORS}{OTHER}",
        f"app.add_middleware(CORSMiddleware); x = 1\n{OTHER}",
        f"if x: {CORS}{OTHER}",
        f"app = CORSMiddleware(app)\n{OTHER}",
    ],
)
def test_what_is_not_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.py").write_text(text)

    with pytest.raises(NotEditableError):
        move_for([Location(file="main.py", line=1, role="cors")])


GUARDED: Final = """
    from fastapi import FastAPI, Request, Response
    from fastapi.middleware.cors import CORSMiddleware
    from starlette.middleware.base import BaseHTTPMiddleware


    class Unused(BaseHTTPMiddleware):
        async def dispatch(self, request, call_next):
            return await call_next(request)


    app = FastAPI()
    app.add_middleware(Unused)
    app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=[])
    app.add_middleware(Unused)  # outside


    @app.middleware("http")  # outside
    async def authenticate(request: Request, call_next):
        if request.url.path == "/private":
            return Response(status_code=401)
        return await call_next(request)


    @app.get("/items")
    def items(response: Response):
        response.headers["X-Total-Count"] = "12"


    @app.get("/private")
    def private():
        return []


    @app.get("/crash")
    def crash():
        raise LookupError
"""
UNSAFE: Final = ("--fix", "--unsafe-fixes", "--origin=http://localhost:3000")


def outside(service: dict[str, Any]) -> list[tuple[str, str, int]]:
    """The middleware that findings name."""
    locations = [each for finding in service["findings"] for each in finding["locations"] if each["role"] == "outside"]
    return [(each["detail"], each["file"], each["line"]) for each in locations]


def test_findings_name_the_middleware_outside(tmp_path: Path) -> None:
    service, _ = report(project(tmp_path, {"main.py": GUARDED}), "main:app", "--route=/[ip]*")
    lines = (tmp_path / "main.py").read_text().splitlines()
    marked = [number for number, line in enumerate(lines, 1) if "# outside" in line]

    assert outside(service)[:1] == [("authenticate", "main.py", marked[1])]
    assert ("Unused", "main.py", marked[0]) in outside(service)


def test_djangos_middleware_outside(tmp_path: Path) -> None:
    settings = DJANGO["shop/settings.py"].replace(
        'MIDDLEWARE = ["corsheaders', 'MIDDLEWARE = [\n            "shop.guard.Guard",\n            "corsheaders'
    )
    guard = """
        from django.http import HttpResponse

        class Guard:
            def __init__(self, get_response):
                self.get_response = get_response

            def __call__(self, request):
                return HttpResponse(status=401) if request.path == "/private" else self.get_response(request)
    """
    urls = DJANGO["shop/urls.py"].replace('path("", items)', 'path("", items), path("private", items)')
    files = {**DJANGO, "shop/settings.py": settings, "shop/guard.py": guard, "shop/urls.py": urls}
    service, _ = report(project(tmp_path, files), "shop.wsgi:application")

    assert ("Guard", "shop/settings.py", 6) in outside(service)


def test_the_layer_is_moved_around_the_other_middleware(tmp_path: Path) -> None:
    """And the expose list in its call is extended in the same run; that of the crash remains."""
    folder = project(tmp_path, {"main.py": GUARDED})
    service, ended = report(folder, "main:app", *UNSAFE)
    text = (folder / "main.py").read_text()

    assert text.index("def authenticate") < text.index("add_middleware(CORSMiddleware")
    assert 'expose_headers=["X-Total-Count"]' in text
    assert [each["code"] for each in service["findings"]] == ["HDR107", "HDR005"]
    assert [place["url"] for place in service["findings"][0]["places"]] == ["http://127.0.0.1:8000/crash"]
    assert "main.py:13: moved" in ended.err


@pytest.mark.parametrize("options", [("--fix",), UNSAFE[:2]], ids=["safe only", "guessed page"])
def test_the_layer_is_moved_only_on_demand(tmp_path: Path, options: tuple[str, ...]) -> None:
    folder = project(tmp_path, {"main.py": GUARDED})
    ended = run(folder, "main:app", *options)
    text = (folder / "main.py").read_text()

    assert text.index("add_middleware(CORSMiddleware") < text.index("def authenticate")
    assert "--origin" in ended.err


def test_a_move_that_does_not_help_is_taken_back(tmp_path: Path) -> None:
    """The app is wrapped by what responds with 401."""
    wrapped = GUARDED.replace('"/private":', '"/never":') + (
        "\n    inner = app\n"
        "\n    async def served(scope, receive, send):"
        '\n        if scope["type"] == "http" and scope["path"] == "/private":'
        "\n            await Response(status_code=401)(scope, receive, send)"
        "\n        else:"
        "\n            await inner(scope, receive, send)\n"
    )
    folder = project(tmp_path, {"main.py": wrapped.replace("expose_headers=[]", "expose_headers=['X-Total-Count']")})
    before = (folder / "main.py").read_bytes()
    ended = run(folder, "main:served", *UNSAFE)

    assert (folder / "main.py").read_bytes() == before
    assert "add_middleware is not changed" in ended.err
