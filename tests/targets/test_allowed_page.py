"""The page from which an app in process is called, if none was named: one that its CORS layer allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.targets.projects import FASTAPI, project, report
from tests.targets.test_apps import DJANGO, STARLETTE

_DEFAULT: Final = "http://localhost:3000"
_ALLOWED: Final = '["http://localhost:3000"]'


def _starlette(origins: str, *, text: str = FASTAPI) -> dict[str, str]:
    return {"main.py": text.replace(_ALLOWED, origins)}


_WRAPPED: Final = """
    from starlette.applications import Starlette
    from starlette.middleware.cors import CORSMiddleware

    app = CORSMiddleware(Starlette(), allow_origins=["https://app.example"])
"""


@pytest.mark.parametrize(
    ("files", "page"),
    [
        (_starlette('["https://app.example"]'), "https://app.example"),
        (_starlette('["https://app.example"]', text=STARLETTE), "https://app.example"),
        ({"main.py": _WRAPPED}, "https://app.example"),
        (_starlette('["https://app.example", "http://localhost:5173"]'), "http://localhost:5173"),
        (_starlette('["http://127.0.0.1:8000", "http://localhost:5173"]'), "http://localhost:5173"),
        (_starlette('["http://localhost:5173/"]'), "http://localhost:5173"),
        (_starlette('["localhost:5173", 7, "null", "http://localhost:4200"]'), "http://localhost:4200"),
        (_starlette('("http://localhost:4200",)'), "http://localhost:4200"),
    ],
    ids=[
        "added",
        "list of Starlette",
        "around an app",
        "on this machine",
        "not its own",
        "with a slash",
        "among others",
        "tuple",
    ],
)
def test_an_allowed_page_calls_the_app(tmp_path: Path, files: dict[str, str], page: str) -> None:
    service, _ = report(project(tmp_path, files), "main:app", "--no-openapi")

    assert _pages(service) == {page}
    assert any(page in limit for limit in service["limits"])


def test_an_allowed_page_calls_a_django_app(tmp_path: Path) -> None:
    files = {name: text.replace(_DEFAULT, "https://app.example") for name, text in DJANGO.items()}
    service, ended = report(project(tmp_path, files), ".")

    assert _pages(service) == {"https://app.example"}
    assert ended.status == 0


@pytest.mark.parametrize("origins", ['["*"]', "[]", '"http://localhost:4200"', '["http://127.0.0.1:8000"]'])
def test_where_no_page_is_allowed_by_name_the_default_calls_the_app(tmp_path: Path, origins: str) -> None:
    service, _ = report(project(tmp_path, _starlette(origins)), "main:app")

    assert _pages(service) == {_DEFAULT}
    assert len(service["limits"]) == 1


def test_a_page_that_is_named_calls_the_app(tmp_path: Path) -> None:
    files = _starlette('["https://app.example"]')
    service, ended = report(project(tmp_path, files), "main:app", "--origin=https://other.example")

    assert _pages(service) == {"https://other.example"}
    assert ended.status == 1


def test_an_origin_with_a_slash_is_the_fault_that_is_found(tmp_path: Path) -> None:
    service, ended = report(project(tmp_path, _starlette('["http://localhost:5173/"]')), "main:app")

    assert "HDR103" in [finding["code"] for finding in service["findings"]]
    assert ended.status == 1


def _pages(service: dict[str, Any]) -> set[str]:
    return {caller["page"] for route in service["routes"] for caller in route["callers"]}
