"""Patterns for routes."""

from __future__ import annotations

import time
from typing import Final

import pytest

from hdrcli.verdict.patterns import compiled, matches

PATIENCE: Final = 2.0


@pytest.mark.parametrize(
    ("pattern", "method", "path"),
    [
        ("", "GET", "/"),
        ("GET /items", "GET", "/items"),
        ("GET /items", "GET", "/items?page=2#end"),
        ("get /items", "GET", "/items"),
        ("/items", "DELETE", "/items"),
        ("* /items", "PUT", "/items"),
        ("P* /items", "PATCH", "/items"),
        ("GET  /items ", "GET", "/items"),
        ("GET /items*", "GET", "/items"),
        ("GET /items*", "GET", "/items/7/parts"),
        ("GET /*/parts", "GET", "/items/7/parts"),
        ("GET *", "GET", "/anything"),
        ("*", "GET", "/anything"),
        ("GET /items/{id}", "GET", "/items/7"),
        ("GET /items/{id}/parts/{part}", "GET", "/items/7/parts/a.b"),
        ("GET /*/{id}/x", "GET", "/a/b/c/x"),
        ("GET /items?page=*", "GET", "/items?page=2"),
        ("GET /a.b(c)[d]", "GET", "/a.b(c)[d]"),
        ("GET /a*b*c", "GET", "/abbcbc"),
    ],
)
def test_it_is_the_routes(pattern: str, method: str, path: str) -> None:
    assert matches(pattern, method, f"https://api.example{path}")


@pytest.mark.parametrize(
    ("pattern", "method", "path"),
    [
        ("GET /items", "POST", "/items"),
        ("GET /items", "GET", "/items/"),
        ("GET /items", "GET", "/ITEMS"),
        ("GET /items", "GET", "/v1/items"),
        ("GET /items/{id}", "GET", "/items/7/parts"),
        ("GET /items/{id}", "GET", "/items/"),
        ("GET /items?page=*", "GET", "/items"),
        ("GET /a.b", "GET", "/axb"),
        ("GET /*x", "GET", "/a\n"),
    ],
)
def test_it_is_not_the_routes(pattern: str, method: str, path: str) -> None:
    assert not matches(pattern, method, f"https://api.example{path}")


@pytest.mark.parametrize("pattern", ["items", "GET items", "GET", "GET https://api.example/", "G(T /", " "])
def test_it_is_not_a_pattern(pattern: str) -> None:
    with pytest.raises(ValueError, match="GET /items"):
        compiled(pattern)


def test_no_pattern_takes_long() -> None:
    begin = time.monotonic()

    assert not matches("GET /" + "*a" * 50 + "*b", "GET", "https://api.example/" + "a" * 5000)
    assert time.monotonic() - begin < PATIENCE
