"""What apps in process raise: the report names the type and the line, as nobody reads the log of a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.targets.projects import project, report, run
from tests.targets.test_apps import DJANGO

FASTAPI: Final = """
    from fastapi import BackgroundTasks, FastAPI, HTTPException
    from fastapi.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"])

    def password(name):
        return {}["secret-" + name]  # raises

    @app.get("/crash")
    def crash():
        return password("a")

    @app.get("/invalid", response_model=int)
    def invalid():
        return "not a number"

    @app.get("/answer")
    def answer():
        try:
            password("a")
        except KeyError:
            raise HTTPException(503)

    @app.get("/later")
    def later(tasks: BackgroundTasks):
        tasks.add_task(password, "a")
"""
FLASK: Final = """
    from flask import Flask, abort
    from flask_cors import CORS

    app = Flask(__name__)
    CORS(app, origins=["http://localhost:3000"])

    @app.get("/crash")
    def crash():
        raise LookupError  # raises

    @app.get("/answer")
    def answer():
        abort(503)
"""
DJANGO_VIEWS: Final = """
    from django.http import HttpResponse
    from django.urls import path

    def crash(request):
        raise LookupError  # raises

    def answer(request):
        return HttpResponse(status=503)

    urlpatterns = [path("crash", crash), path("answer", answer)]
"""
DJANGO_PROJECT: Final = {**DJANGO, "shop/urls.py": DJANGO_VIEWS}
WSGI: Final = """
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/answer":
            start_response("503 Service Unavailable", [])
            return []
        raise LookupError  # raises
"""


def exceptions(service: dict[str, Any]) -> dict[str, tuple[str, str | None, int | None]]:
    """The exceptions of routes, by their paths."""
    raised = {route["url"].rpartition("/")[2]: route["exception"] for route in service["routes"]}
    return {path: (each["type"], each["file"], each["line"]) for path, each in raised.items() if each is not None}


def line_of(file: Path) -> int:
    """The line that raises."""
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if "# raises" in line)


@pytest.mark.parametrize(
    ("files", "word", "file"),
    [
        ({"shop.py": FLASK}, "shop:app", "shop.py"),
        (DJANGO_PROJECT, "shop.wsgi:application", "shop/urls.py"),
        (DJANGO_PROJECT, "shop.asgi:application", "shop/urls.py"),
    ],
    ids=["Flask", "Django", "Django ASGI"],
)
def test_frameworks_that_respond(tmp_path: Path, files: dict[str, str], word: str, file: str) -> None:
    service, _ = report(project(tmp_path, files), word)
    crashed = "LookupError", file, line_of(tmp_path / file)

    assert exceptions(service) == {"crash": crashed}
    located = [
        (each["detail"], each["file"], each["line"])
        for finding in service["findings"]
        for each in finding["locations"]
        if each["role"] == "exception"
    ]
    assert located == [crashed]


def test_an_error_status_is_that_of_the_exception(tmp_path: Path) -> None:
    """The exception is in the report: no log has to be read. A 503 that the app sends is a finding of its own."""
    service, _ = report(project(tmp_path, {"shop.py": FLASK}), "shop:app")

    found = [each for each in service["findings"] if each["code"] == "HDR005"]
    shown = {each["variant"]: each["places"][0]["url"].rpartition("/")[2] for each in found}
    assert shown == {"crash": "answer", "exception": "crash"}


def test_exceptions_that_reach_the_server(tmp_path: Path) -> None:
    service, _ = report(project(tmp_path, {"main.py": FASTAPI}), "main:app")

    assert exceptions(service) == {
        "crash": ("KeyError", "main.py", line_of(tmp_path / "main.py")),
        "invalid": ("ResponseValidationError", None, None),
    }
    (finding,) = [each for each in service["findings"] if each["code"] == "HDR107"]
    assert finding["locations"][0]["role"] == "exception"  # where to begin


@pytest.mark.parametrize(("path", "is_raised"), [("/crash", True), ("/answer", False)])
def test_a_single_route(tmp_path: Path, path: str, *, is_raised: bool) -> None:
    folder = project(tmp_path, {"app.py": WSGI})
    ended = run(folder, "app:app", "--no-openapi", f"--base-url=http://127.0.0.1:8000{path}")

    assert (f"LookupError at app.py:{line_of(tmp_path / 'app.py')}" in ended.out) is is_raised


def test_messages_are_not_shown(tmp_path: Path) -> None:
    ended = run(project(tmp_path, {"main.py": FASTAPI}), "main:app", "--verbose", "--format=table")

    assert "KeyError at main.py" in ended.out
    assert "secret-a" not in ended.out + ended.err
