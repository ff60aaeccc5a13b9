"""Lists of middleware: `--unsafe-fixes` puts the CORS layer first, and leaves the layout of the others as it is."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest

from hdrcli.records.location import Location
from hdrcli.targets.app.changes import diff_of, text_after
from hdrcli.targets.app.edits import NotEditableError
from hdrcli.targets.app.moving import move_for
from hdrcli.targets.app.reordering import Reorder
from hdrcli.targets.app.source import is_listed_layer
from tests.targets.projects import project, report, run
from tests.targets.test_apps import DJANGO, FLASK

PAGE: Final = "--origin=http://localhost:3000"
UNSAFE: Final = ("--fix", "--unsafe-fixes", PAGE)
CORS: Final = "Middleware(CORSMiddleware)"
ENTRY: Final = '"corsheaders.middleware.CorsMiddleware"'


def reorder(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Reorder:
    """The change of a file that has one CORS layer, which is an entry of a list."""
    monkeypatch.chdir(folder)
    Path("main.py").write_bytes(text.encode())
    (line,) = (
        node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr) and is_listed_layer(node)
    )
    move = move_for([Location(file="main.py", line=line, role="cors")])
    assert isinstance(move, Reorder)
    return move


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"FastAPI(middleware=[A, {CORS}])", f"FastAPI(middleware=[{CORS}, A])"),
        (f"FastAPI(middleware=[A,B , {CORS},C], x=1)", f"FastAPI(middleware=[{CORS},A , B,C], x=1)"),
        (f"FastAPI(middleware=[A, {CORS},])  # é", f"FastAPI(middleware=[{CORS}, A,])  # é"),
        (f"Starlette(x='é', middleware=(A(), {CORS}))", f"Starlette(x='é', middleware=({CORS}, A()))"),
        (
            f"FastAPI(middleware=[A,\n                    {CORS}])",
            f"FastAPI(middleware=[{CORS},\n                    A])",
        ),
        (
            "FastAPI(middleware=[A, Middleware(\n    CORSMiddleware,  # c\n    x=1,\n)])",
            "FastAPI(middleware=[Middleware(\n    CORSMiddleware,  # c\n    x=1,\n), A])",
        ),
        (
            f"def make():\n  middleware = [\n    A\n    , {CORS}\n  ]\n  return FastAPI(middleware=middleware)",
            f"def make():\n  middleware = [\n    {CORS}\n    , A\n  ]\n  return FastAPI(middleware=middleware)",
        ),
        (
            f"layers: list = [A, {CORS}]\nx = FastAPI(middleware=layers), Starlette(middleware=layers)",
            f"layers: list = [{CORS}, A]\nx = FastAPI(middleware=layers), Starlette(middleware=layers)",
        ),
        (f"MIDDLEWARE = ['a', {ENTRY}, 'b']", f"MIDDLEWARE = [{ENTRY}, 'a', 'b']"),
        (f"class Base:\n  MIDDLEWARE = ('a', {ENTRY})", f"class Base:\n  MIDDLEWARE = ({ENTRY}, 'a')"),
        (f"settings.configure(MIDDLEWARE=['a', {ENTRY}])", f"settings.configure(MIDDLEWARE=[{ENTRY}, 'a'])"),
    ],
)
def test_entries_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    move = reorder(tmp_path, monkeypatch, before)

    assert text_after([move]) == after
    assert diff_of([move])
    assert not move.is_safe


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"a",\n"b",\nCORS,\n"c",\n', 'CORS,\n"a",\n"b",\n"c",\n'),
        ('"a",\r\nCORS,\r\n', 'CORS,\r\n"a",\r\n'),
        ('"a",\nCORS\n', 'CORS,\n"a",\n'),
        ('"a",  # é\nCORS  # c\n', 'CORS,  # c\n"a",  # é\n'),
        ('# a\n"a",\n# c1\n# c2\nCORS,  # c3\n# b\n"b",\n', '# c1\n# c2\nCORS,  # c3\n# a\n"a",\n# b\n"b",\n'),
        ('# all\n\n"a",\n# "off",\nCORS,\n', '# all\n\nCORS,\n"a",\n# "off",\n'),
        ('"a",\n# off.Middleware(),\n# c\nCORS,\n', '# c\nCORS,\n"a",\n# off.Middleware(),\n'),
        ('"a",\n\n\n# c\nCORS,\n\n"b",\n', '# c\nCORS,\n\n\n"a",\n\n"b",\n'),
        ('"a",\n\nCORS,\n', 'CORS,\n\n"a",\n'),
        ('"a",\n\nCORS,\n"b",\n', 'CORS,\n"a",\n\n"b",\n'),
        ('"""\n# a""",\nCORS,\n', 'CORS,\n"""\n# a""",\n'),
        ('"a", "b",\nCORS,\n', 'CORS,\n"a", "b",\n'),
        (
            '"django_prometheus.middleware.PrometheusBeforeMiddleware",\n# a\n"a",\nCORS,\n',
            '"django_prometheus.middleware.PrometheusBeforeMiddleware",\nCORS,\n# a\n"a",\n',
        ),
        (
            '"a",\n"django.middleware.cache.UpdateCacheMiddleware",\nCORS,\n',
            'CORS,\n"a",\n"django.middleware.cache.UpdateCacheMiddleware",\n',
        ),
    ],
)
def test_entries_with_lines_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    old, new = (f"MIDDLEWARE = [  # all\n{each.replace('CORS', ENTRY)}]\n" for each in (before, after))
    move = reorder(tmp_path, monkeypatch, old)

    assert text_after([move]) == new


@pytest.mark.parametrize(
    "text",
    [
        f"FastAPI(middleware=[{CORS}, A])",
        f"FastAPI(middleware=[*others, {CORS}])",
        f"FastAPI(middleware=[A if DEBUG else B, {CORS}])",
        f"FastAPI(middleware=[A] + [B, {CORS}])",
        f"FastAPI(middleware=[*[A, {CORS}], B])",
        f"FastAPI(middleware=list(reversed([A, {CORS}])))",
        f"FastAPI(middleware=[A, (\n  {CORS}\n)])",
        f"FastAPI(middleware=[A,  # a\n  {CORS}])",
        f"FastAPI(middleware=[A, {CORS},  # c\n  B])",
        f"FastAPI(middleware=[A, \\\n  {CORS}])",
        f"cors = {CORS}\nFastAPI(middleware=[A, cors])",
        f"middleware = [A, {CORS}]",
        f"middleware = [A, {CORS}]\nFastAPI(middleware=middleware[::-1])",
        f"middleware = [A, {CORS}]\nmiddleware.append(B)\nFastAPI(middleware=middleware)",
        f"middleware = [A, {CORS}]\nmiddleware += [B]\nFastAPI(middleware=middleware)",
        f"middleware = []\nmiddleware = [A, {CORS}]\nFastAPI(middleware=middleware)",
        f"middleware = []\nmiddleware.append({CORS})\nFastAPI(middleware=middleware)",
        f"a = b = [A, {CORS}]\nFastAPI(middleware=a)",
        f"for each in [A, {CORS}]:\n  app.add_middleware(each.cls)",
        f"MIDDLEWARE = ['a'] + ['b', {ENTRY}]",
        f"MIDDLEWARE = ['a']\nMIDDLEWARE += ['b', {ENTRY}]",
        f"MIDDLEWARE = ['a']\nMIDDLEWARE.insert(0, {ENTRY})",
        f"MIDDLEWARE = ['a', {ENTRY}]\nMIDDLEWARE.insert(0, 'b')",
        f"OTHERS = ['a', {ENTRY}]\nMIDDLEWARE = OTHERS",
        f"MIDDLEWARE = 'a', {ENTRY}",
        f"MIDDLEWARE = ('a'), {ENTRY}",
        f"MIDDLEWARE = ['django.middleware.cache.UpdateCacheMiddleware', {ENTRY}, 'a']",
        f"MIDDLEWARE = [each for each in ['a', {ENTRY}]]",
    ],
)
def test_what_is_not_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    with pytest.raises(NotEditableError, match=r"main\.py:\d"):
        reorder(tmp_path, monkeypatch, text)


LAYERS: Final = """
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.responses import PlainTextResponse


    class Authentication(BaseHTTPMiddleware):
        async def dispatch(self, request, call_next):
            if request.url.path == "/private":
                return PlainTextResponse("", status_code=401)
            return await call_next(request)


    class RateLimit(BaseHTTPMiddleware):
        async def dispatch(self, request, call_next):
            return PlainTextResponse("", status_code=429)


    async def items(request):
        return PlainTextResponse("", headers={"X-Total-Count": "12"})
"""
FASTAPI: Final = f"""{LAYERS}

    from fastapi import FastAPI, Request

    app = FastAPI(
        middleware=[
            Middleware(Authentication),
            # For pages.
            Middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=[]),
        ]
    )


    @app.get("/items")
    async def read_items(request: Request):
        return await items(request)


    @app.get("/private")
    async def read_private():
        return []
"""
STARLETTE: Final = f"""{LAYERS}

    from starlette.applications import Starlette
    from starlette.routing import Route

    middleware = [
        Middleware(RateLimit), Middleware(
            CORSMiddleware, allow_origins=["http://localhost:3000"], expose_headers=["X-Total-Count"]
        ),
    ]

    app = Starlette(routes=[Route("/items", items)], middleware=middleware)
"""
DJANGO_PROJECT: Final = {
    **DJANGO,
    "shop/settings.py": DJANGO["shop/settings.py"].replace(
        'MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware"]',
        """MIDDLEWARE = [
            "django.middleware.cache.UpdateCacheMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "shop.static.Files",
            "django.middleware.common.CommonMiddleware",

            "corsheaders.middleware.CorsMiddleware"
        ]""",
    ),
    "shop/static.py": """
        from django.http import HttpResponse


        class Files:
            \"\"\"It responds itself, as WhiteNoise does.\"\"\"

            def __init__(self, get_response):
                self.get_response = get_response

            def __call__(self, request):
                if request.path == "/crash":
                    raise LookupError
                is_file = request.path.startswith("/static/")
                return HttpResponse("") if is_file else self.get_response(request)
    """,
    "shop/urls.py": DJANGO["shop/urls.py"].replace(
        'path("", items)', 'path("", items), path("static/app.js", items), path("crash", items)'
    ),
}


def missing_cors(service: dict[str, Any]) -> dict[str, str]:
    """The targets of the routes whose response has no CORS headers, each with the finding's code."""
    places = [(finding, each) for finding in service["findings"] for each in finding["places"]]
    codes = {"HDR101", "HDR107"}
    return {each["url"]: finding["code"] for finding, each in places if finding["code"] in codes}


def in_order(text: str, parts: Sequence[str]) -> bool:
    return re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None


@pytest.mark.parametrize(
    ("files", "file", "codes", "order"),
    [
        (
            {"main.py": FASTAPI},
            "main.py",
            {"/private": "HDR107"},
            ["middleware=[", "# For pages", "CORSMiddleware,", "Authentication)"],
        ),
        (
            {"main.py": STARLETTE},
            "main.py",
            {"/items": "HDR107"},
            ["middleware = [", "CORSMiddleware,", "RateLimit)"],
        ),
        (
            DJANGO_PROJECT,
            "shop/settings.py",
            {"/static/app.js": "HDR101", "/crash": "HDR107"},
            ["MIDDLEWARE = [", "UpdateCache", "CorsMiddleware", "Security", "Files", "Common"],
        ),
    ],
    ids=["FastAPI", "Starlette", "Django"],
)
def test_the_layer_is_put_first(
    tmp_path: Path, files: dict[str, str], file: str, codes: dict[str, str], order: list[str]
) -> None:
    folder = project(tmp_path, files)
    before = (folder / file).read_text()
    diff = run(folder, ".", "--diff", "--unsafe-fixes", PAGE, "--format=json=report.json")
    (service,) = json.loads((folder / "report.json").read_bytes())["services"]
    unchanged = (folder / file).read_text()
    fixed, ended = report(folder, ".", *UNSAFE)
    text = (folder / file).read_text()
    again = run(folder, ".", "--diff", "--unsafe-fixes", PAGE)

    assert missing_cors(service) == {f"http://127.0.0.1:8000{path}": code for path, code in codes.items()}
    assert unchanged == before
    assert f"+++ b/{file}" in diff.out
    assert missing_cors(fixed) == {}
    assert f"{file}:" in ended.err
    assert "left to you" not in ended.err
    assert in_order(text, order)
    assert again.out == ""


def test_settings_in_two_files(tmp_path: Path) -> None:
    """The list is in one, and what django-cors-headers allows in another, which adds to the list."""
    settings = dedent(DJANGO_PROJECT["shop/settings.py"])
    start = settings.index("CORS_")
    files = {
        **DJANGO_PROJECT,
        "shop/base.py": settings[:start],
        "shop/settings.py": "from shop.base import *\n\nMIDDLEWARE += []\n" + settings[start:],
    }
    folder = project(tmp_path, files)
    service, ended = report(folder, ".", *UNSAFE)

    assert missing_cors(service) == {}
    assert in_order((folder / "shop/base.py").read_text(), ["MIDDLEWARE = [", "CorsMiddleware", "Files"])
    assert "X-Total-Count" in (folder / "shop/settings.py").read_text()
    assert "shop/base.py:" in ended.err


def test_findings_name_the_entry(tmp_path: Path) -> None:
    """And not the settings of django-cors-headers, which are about what is allowed."""
    folder = project(tmp_path, DJANGO_PROJECT)
    lines = (folder / "shop/settings.py").read_text().splitlines()
    entry = next(number for number, line in enumerate(lines, 1) if "corsheaders.middleware" in line)
    service, _ = report(folder, ".", PAGE)
    cors = {
        each["code"]: [(place["file"], place["line"]) for place in each["locations"] if place["role"] == "cors"]
        for each in service["findings"]
    }

    assert cors["HDR101"] == cors["HDR107"] == [("shop/settings.py", entry)]
    assert ("shop/settings.py", entry) not in cors["HDR301"]


@pytest.mark.parametrize(
    ("files", "file", "order", "options"),
    [
        ({"main.py": FASTAPI}, "main.py", ["middleware=[", "(Authentication)", "CORSMiddleware,"], ("--fix",)),
        (DJANGO_PROJECT, "shop/settings.py", ["MIDDLEWARE = [", "Files", "CorsMiddleware"], ("--fix", PAGE)),
        (DJANGO_PROJECT, "shop/settings.py", ["MIDDLEWARE = [", "Files", "CorsMiddleware"], UNSAFE[:2]),
    ],
    ids=["guessed page", "safe only", "guessed page, unsafe"],
)
def test_the_order_is_changed_only_on_demand(
    tmp_path: Path, files: dict[str, str], file: str, order: list[str], options: tuple[str, ...]
) -> None:
    folder = project(tmp_path, files)
    ended = run(folder, ".", *options)

    assert in_order((folder / file).read_text(), order)
    assert "--origin" in ended.err


def test_a_list_that_stays_as_it_is(tmp_path: Path) -> None:
    text = FASTAPI.replace("        ]\n    )\n", "        ] + []\n    )\n").replace("=[]", '=["X-Total-Count"]')
    folder = project(tmp_path, {"main.py": text})
    before = (folder / "main.py").read_bytes()
    service, ended = report(folder, ".", *UNSAFE)

    assert (folder / "main.py").read_bytes() == before
    assert missing_cors(service)
    assert "Nothing is changed. The list with the CORS layer at main.py:" in ended.err


def test_a_list_that_is_not_the_reason_is_restored(tmp_path: Path) -> None:
    """The middleware that responds is added around the list."""
    text = FASTAPI.replace("Middleware(Authentication),", "Middleware(GZipMiddleware),").replace(
        "expose_headers=[]", 'expose_headers=["X-Total-Count"]'
    )
    text = f"\n    from starlette.middleware.gzip import GZipMiddleware{text}\n    app.add_middleware(Authentication)\n"
    folder = project(tmp_path, {"main.py": text})
    before = (folder / "main.py").read_bytes()
    ended = run(folder, ".", *UNSAFE)

    assert (folder / "main.py").read_bytes() == before
    assert "middleware is not changed (CORSMiddleware): the finding remains." in ended.err


def test_flask_has_no_order(tmp_path: Path) -> None:
    """A function before the request responds, within the extension."""
    text = FLASK.replace(
        "        return app\n",
        '        @app.before_request\n        def authenticate():\n            return "", 401\n\n        return app\n',
    )
    folder = project(tmp_path, {"app.py": text})
    before = (folder / "app.py").read_bytes()
    run(folder, "app:create_app", *UNSAFE)

    assert (folder / "app.py").read_bytes() == before
