"""What the browsers say of failed fetches: the words that were heard in them, as data.

`tests/browser/test_console.py` holds all that hdrcli says against what the real browsers say.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from hdrcli import Settings, check
from hdrcli.explanations.browser_errors import recognise
from hdrcli.fetch import STANDARD, TRANSPORT_FAILURES, USER_AGENTS, Failure, NetworkError
from hdrcli.report.report import Report
from hdrcli.verdict.console import console_messages
from hdrcli.verdict.console_table import NO_RESPONSE, PASTED, UNSPECIFIC, KnownMessage, known_messages
from tests.fetch.playing import play
from tests.fetch.vector_files import load
from tests.reporting import document, rendered
from tests.serving.raw import RawServer

BROWSERS: Final = ("chromium", "firefox", "webkit")
VECTORS: Final = {vector.id: vector for vector in load()}
HEARD: Final[dict[str, dict[str, list[str]]]] = json.loads(Path(__file__).with_name("console.json").read_text("utf-8"))
"""Vector -> browser -> of each fetch that failed the name of the failure, or the text where it has no name."""

ENGINES: Final = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKit"}
HEAD: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


def said(vector: str, browser: str) -> list[str]:
    records = play(VECTORS[vector], USER_AGENTS[browser])
    return list(dict.fromkeys(words.name or words.text for record in records for words in console_messages(record)))


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("vector", HEARD)
def test_the_words_are_those_that_were_heard(vector: str, browser: str) -> None:
    assert said(vector, browser) == HEARD[vector][browser]


def test_every_wording_was_heard() -> None:
    """But for those of connections: the vectors' server takes them all, and WebKitGTK's network is not Safari's.

    And but for what an http page with a public address gets: in the tests, it cannot report to a server.
    """
    failures = set(Failure) - TRANSPORT_FAILURES
    heard = {
        (ENGINES[browser], words)
        for by_browser in HEARD.values()
        for browser in BROWSERS
        for words in by_browser[browser]
    }

    assert not [
        message
        for message in known_messages()
        if message.subject in failures and message.when not in {PASTED, "insecure-page"}
        if not any(engine == message.engine and _is(message, words) for engine, words in heard)
    ]


def _is(message: KnownMessage, words: str) -> bool:
    if message.name:
        return words.removeprefix("Preflight") == message.name.removeprefix("Preflight")
    return re.fullmatch(re.sub(r"\\{\w+\\}", ".*", re.escape(message.phrase)), words) is not None


def test_explain_knows_the_words_that_a_report_tells() -> None:
    """... as the failure or as one that the browser names first, if they tell a reason at all."""
    for vector in HEARD:
        for record in play(VECTORS[vector], STANDARD):
            failure = record.result.failure if isinstance(record.result, NetworkError) else None
            for text in filter(None, (words.text for words in console_messages(record))):
                found = recognise(text)
                assert found is not None
                subjects = {message.subject for message in found.messages}
                first = {"preflight-status", "preflight-method", "preflight-header"}
                assert subjects & {failure, *first, NO_RESPONSE, UNSPECIFIC}


def test_the_standard_has_the_console_messages_all_three() -> None:
    (record,) = play(VECTORS["without-allow-origin-nothing-readable"], STANDARD)

    assert [words.browser for words in console_messages(record)] == list(BROWSERS)
    assert [words.error for words in console_messages(record)] == [
        "TypeError: Failed to fetch",
        "TypeError: NetworkError when attempting to fetch resource.",
        "TypeError: Load failed",
    ]


def test_who_lets_pass_what_the_standard_does_not_says_nothing() -> None:
    """A star covers Authorization in all browsers; Firefox and WebKit read a 407."""
    star, *_ = play(VECTORS["allow-headers-star-not-allow-authorization"], STANDARD)
    proxy, *_ = play(VECTORS["preflight-response-status-407-fails"], STANDARD)

    assert console_messages(star) == ()
    assert [words.browser for words in console_messages(proxy)] == ["chromium"]


def report(**settings: Any) -> Report:  # noqa: ANN401 -- those of Settings
    with RawServer(HEAD) as server:
        return check(Settings(targets=(server.url,), probe=False, **settings))


def test_a_report_names_what_each_console_says_once() -> None:
    text = " ".join(rendered(report(method="PUT", browsers=BROWSERS)).split())

    assert text.count("The console shows:") == 1
    assert "chromium PreflightMissingAllowOriginHeader: No 'Access-Control-Allow-Origin' header" in text
    assert (
        "firefox CORSMissingAllowOrigin2: CORS header 'Access-Control-Allow-Origin' missing. Status code: 400" in text
    )
    assert "webkit Preflight response is not successful. Status code: 400" in text


def test_verbose_tells_what_javascript_gets() -> None:
    text = " ".join(rendered(report(browsers=("webkit",)), verbose=True).split())

    assert "Status code: 400 (TypeError: Load failed)" in text


def test_json_has_the_messages() -> None:
    (route,) = document(report(browsers=("firefox",), credentials=("omit",)))["services"][0]["routes"]
    (caller,) = route["callers"]

    assert caller["console"] == [
        {
            "browser": "firefox",
            "name": "CORSMissingAllowOrigin2",
            "text": "CORS header 'Access-Control-Allow-Origin' missing. Status code: 400",
            "error": "TypeError: NetworkError when attempting to fetch resource.",
        },
    ]


def test_a_password_in_a_redirect_is_not_told() -> None:
    records = play(VECTORS["password-in-location-between-urls-another-origin-error"], USER_AGENTS["webkit"])

    assert all("pass@" not in words.text for record in records for words in console_messages(record))
