"""What is said about each departure, held against the browsers that have it."""

from __future__ import annotations

from dataclasses import fields

import pytest

from hdrcli.fetch import CHROMIUM, UserAgent, new_request, parse_origin
from hdrcli.fetch.request import Request, RequestInit
from hdrcli.verdict.quirks import sentences
from tests.fetch.departures import DEPARTURES, DOCUMENT, MEASURED, departing, document


@pytest.mark.parametrize("name", DEPARTURES)
def test_sentence_names_the_browsers_and_the_standard(name: str) -> None:
    sentence = sentences()[name]
    assert [browser for browser in MEASURED if browser in sentence] == departing(name)
    assert "https://" in sentence


def test_browsers_md_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.fetch.departures writes it anew"


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
