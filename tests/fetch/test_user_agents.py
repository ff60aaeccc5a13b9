"""The documentation of each quirk, compared with the browsers that have it."""

from __future__ import annotations

from collections import Counter

import pytest

from hdrcli.fetch import CHROMIUM, new_request, parse_origin
from hdrcli.fetch.request import Request, RequestInit
from hdrcli.verdict.quirks import FIELDS, Quirk, docstrings
from tests.fetch.quirks import DOCUMENT, MEASURED, QUIRKS, document, having


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_docstring_names_the_browsers_and_the_standard(quirk: Quirk) -> None:
    docstring = " ".join(docstrings()[quirk.name].split())
    assert [browser for browser in MEASURED if browser in docstring] == having(quirk)
    assert "https://" in docstring


def test_names_are_unique_over_all_groups() -> None:
    assert set(Counter(quirk.name for quirk in FIELDS).values()) == {1}


def test_browsers_md_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "generate it with python -m tests.fetch.quirks"


def test_every_field_is_a_quirk_of_some_browser() -> None:
    free = {"user_agent_value", "accept_language", "accept_encoding_insecure", "default_max_age"}
    assert {quirk.name for quirk in FIELDS} - free == {quirk.name for quirk in QUIRKS}


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
def test_space_in_host(url: str, host: str | None) -> None:
    page = parse_origin("https://app.example")
    assert page is not None
    request = new_request(RequestInit(url=url), page, CHROMIUM)
    assert (request.current_url.host if isinstance(request, Request) else None) == host
    assert not isinstance(new_request(RequestInit(url=url), page), Request)
