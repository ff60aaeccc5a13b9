"""Cookies beyond what the vectors tell: dates, floods, and why a cookie was not sent."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from hdrcli.fetch import (
    CHROMIUM,
    FIREFOX,
    STANDARD,
    URL,
    USER_AGENTS,
    WEBKIT,
    Cookie,
    CookieFault,
    CookieStore,
    Request,
    RequestInit,
    UserAgent,
    new_request,
    parse_origin,
    parse_url,
)
from hdrcli.fetch.set_cookie import parse_cookie_date
from hdrcli.verdict.cookie_sentences import cookie_sentence


def url(text: str) -> URL:
    parsed = parse_url(text)
    assert parsed is not None
    return parsed


def request(target: str, page: str = "https://app.example") -> Request:
    origin = parse_origin(page)
    assert origin is not None
    made = new_request(RequestInit(url=target, credentials="include"), origin)
    assert isinstance(made, Request)
    return made


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", (1994, 11, 6, 8, 49, 37)),
        ("Sun Nov  6 08:49:37 1994", (1994, 11, 6, 8, 49, 37)),
        ("06-NOVEMBER-69 8:9:7x", (2069, 11, 6, 8, 9, 7)),
        ("6nov", None),
        ("06 Nov 1994", None),
        ("06 Nov 1600 08:49:37", None),
        ("32 Nov 1994 08:49:37", None),
        ("06 Nov 1994 24:00:00", None),
        ("06 Nov 1994 08:49:60", None),
        ("", None),
    ],
)
def test_cookie_date(text: str, date: tuple[int, int, int, int, int, int] | None) -> None:
    expected = None if date is None else datetime(*date, tzinfo=UTC).timestamp()
    assert parse_cookie_date(text) == expected


@pytest.mark.no_cover
@pytest.mark.parametrize("user_agent", USER_AGENTS.values(), ids=USER_AGENTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_flood_of_cookies_is_taken_in_at_once(user_agent: UserAgent, scheme: str) -> None:
    asked = request(f"{scheme}://app.example/", f"{scheme}://app.example")
    store = CookieStore(quirks=user_agent.cookies)
    start = time.process_time()
    store.receive(asked, [("Set-Cookie", f"c{n}=1") for n in range(10_000)], include_credentials=True)
    header = store.header_for(asked, include_credentials=True)
    assert time.process_time() - start < 5
    assert header is not None
    assert header.split("; ")[-1] == "c9999=1"
    assert len(header.split("; ")) == 180


@pytest.mark.parametrize(
    ("line", "target", "user_agent", "fault"),
    [
        ("c=1", "https://api.example/", STANDARD, CookieFault.SAME_SITE),
        ("c=1", "https://api.example/", WEBKIT, None),
        ("c=1", "https://api.example/", FIREFOX, CookieFault.THIRD_PARTY),
        ("c=1; SameSite=None; Secure", "https://api.example/", CHROMIUM, None),
        ("c=1; SameSite=None", "https://api.example/", CHROMIUM, CookieFault.NEEDS_SECURE),
        ("c=1; SameSite=None; Secure; Partitioned", "https://api.example/", CHROMIUM, CookieFault.PARTITIONED),
        ("c=1; Path=/a", "https://app.example/", STANDARD, CookieFault.PATH),
        ("c=1; Domain=example", "https://app.example/", STANDARD, CookieFault.DOMAIN),
        ("c=1; Max-Age=0", "https://app.example/", STANDARD, CookieFault.EXPIRED),
        ("c=1; Secure", "http://app.example/", STANDARD, CookieFault.SECURE),
        ("__Host-c=1", "https://app.example/", STANDARD, CookieFault.PREFIX),
        ("__Host-c=1", "https://app.example/", WEBKIT, None),
        ("c=\x01", "https://app.example/", STANDARD, CookieFault.UNPARSABLE),
        ("c=" + 4096 * "x", "https://app.example/", STANDARD, CookieFault.TOO_LARGE),
    ],
)
def test_why_a_cookie_is_not_sent(line: str, target: str, user_agent: UserAgent, fault: CookieFault | None) -> None:
    store = CookieStore(quirks=user_agent.cookies)
    store.visit(url(target), line)
    header = store.header_for(request(target, "https://app.example"), include_credentials=True)
    (verdict,) = store.initial_verdicts
    assert (verdict.fault, header is not None) == (fault, fault is None)
    assert cookie_sentence(verdict).endswith("" if fault is None else ".")


def test_a_cookie_that_one_request_of_several_brings_is_sent() -> None:
    store = CookieStore(quirks=STANDARD.cookies)
    store.add(Cookie(name="c", value="1", domain="api.example", path="/a"))
    assert [verdict.fault for verdict in store.initial_verdicts] == [CookieFault.NO_REQUEST]
    store.header_for(request("https://api.example/b"), include_credentials=True)
    assert [verdict.fault for verdict in store.initial_verdicts] == [CookieFault.PATH]
    store.header_for(request("https://api.example/a"), include_credentials=False)
    store.header_for(request("https://api.example/a/b"), include_credentials=True)
    assert [verdict.fault for verdict in store.initial_verdicts] == [None]


def test_what_an_answer_without_credentials_sets_is_told() -> None:
    store = CookieStore(quirks=STANDARD.cookies)
    headers = [("set-cookie", "c=1; SameSite=None; Secure"), ("SET-COOKIE", "d=1")]
    store.receive(request("https://api.example/"), headers, include_credentials=False)
    store.receive(request("https://api.example/"), headers, include_credentials=True)
    assert [(verdict.name, verdict.fault) for verdict in store.set_verdicts] == [
        ("c", CookieFault.CREDENTIALS_MODE),
        ("d", CookieFault.CREDENTIALS_MODE),
        ("c", None),
        ("d", CookieFault.SAME_SITE),
    ]
