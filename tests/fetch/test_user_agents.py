"""What is said about each departure, held against the browsers that have it."""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from typing import Final

import pytest

from hdrcli.fetch import CHROMIUM, FIREFOX, STANDARD, WEBKIT, UserAgent, new_request, parse_origin
from hdrcli.fetch import user_agent as module
from hdrcli.fetch.request import Request, RequestInit

MEASURED: Final = {"Chromium 156": CHROMIUM, "Firefox ESR 153": FIREFOX, "WebKitGTK 2.50": WEBKIT}


def _sentences() -> dict[str, str]:
    """The docstring of each field."""
    (user_agent,) = (node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef))
    return {
        node.target.id: following.value.value
        for node, following in zip(user_agent.body, user_agent.body[1:], strict=False)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    }


def _departing(name: str) -> set[str]:
    return {browser for browser, user_agent in MEASURED.items() if getattr(user_agent, name) != getattr(STANDARD, name)}


DEPARTURES: Final = [field.name for field in fields(UserAgent) if field.name != "name" and _departing(field.name)]


@pytest.mark.parametrize("name", DEPARTURES)
def test_sentence_names_the_browsers_and_the_standard(name: str) -> None:
    sentence = _sentences()[name]
    assert {browser for browser in MEASURED if browser in sentence} == _departing(name)
    assert "https://" in sentence


def test_every_field_is_a_departure_of_some_browser() -> None:
    free = {"name", "user_agent_value", "accept_language", "accept_encoding_insecure", "default_max_age"}
    assert {field.name for field in fields(UserAgent)} - free == set(DEPARTURES)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a b/c", "a%20b"),
        (" HTTPS:\\\\a  b:8443?c d ", "a%20%20b"),
        ("https://a b\t|/", None),
        ("https://a|/", None),
        ("/a b", None),
    ],
)
def test_blank_in_host(url: str, host: str | None) -> None:
    page = parse_origin("https://app.example")
    assert page is not None
    request = new_request(RequestInit(url=url), page, CHROMIUM)
    assert (request.current_url.host if isinstance(request, Request) else None) == host
    assert not isinstance(new_request(RequestInit(url=url), page), Request)
