"""What hdrcli says of a browser's console is what it says, for every fetch of the vectors that fails."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from hdrcli.fetch import REQUEST_ERRORS, TRANSPORT_FAILURES, USER_AGENTS, NetworkError
from hdrcli.verdict.console import console_messages
from tests.browser.batch import BROWSERS
from tests.fetch.beyond_the_engine import is_beyond_the_engine
from tests.fetch.playing import play
from tests.fetch.vector_files import Vector, load

pytestmark = pytest.mark.thorough

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hdrcli.records.route import FetchRecord
    from tests.browser.batch import Browser, Seen

BLOCKED: Final = [
    vector
    for vector in load()
    if any(step.outcome.failure for steps in (vector.steps, *vector.steps_by_browser.values()) for step in steps)
]
OTHERWISE: Final = {
    (
        "chromium",
        "no-response-to-put-one-without-head",
    ): "has no HTTP/0.9 for PUT, and calls that an unsupported method",
    (
        "firefox",
        "no-response-to-put-one-without-head",
    ): "says nothing of an answer without a head to a method that changes something",
    (
        "firefox",
        "response-without-bytes-behind-good-preflight-fails",
    ): "takes the silence behind a preflight for two Allow-Origin lines",
    (
        "firefox",
        "redirect-mode-manual-not-let-preflight-be-redirected",
    ): "names only the status of a redirected preflight in redirect mode manual, which the record does not hold",
    ("firefox", "h2-info-end"): "takes the missing response for one with two Allow-Origin lines",
    (
        "webkit",
        "empty-location-leads-to-same-url-until-limit",
    ): "libsoup refuses an empty Location, and the console says nothing",
    ("webkit", "redirect-to-data-url-error-in-mode-no-cors"): "says nothing of a redirect to data: in the mode no-cors",
}
"""Where a console says something else than hdrcli, and why that is left so."""

BESIDE: Final = {
    "CORSDidNotSucceed2",  # a second line behind a preflight that failed
    "CORSPreflightDidNotSucceed3",  # a second line for a preflight that was redirected
    "CORSAllowOriginNotMatchingOrigin",  # the same, if the redirect leads to another origin
    "CORSAllowHeaderFromPreflightDeprecation",  # a warning
    "LocalNetworkAccessPermissionDenied",  # for the preflight, and again for the request
}
"""What a browser says beside the line that tells why."""

KINDRED: Final = {
    "net::ERR_INVALID_HTTP_RESPONSE": "net::ERR_RESPONSE_HEADERS_\u2026",
    "net::ERR_HTTP2_PROTOCOL_ERROR": "net::ERR_HTTP2_COMPRESSION_ERROR",
    "Permission was denied for this request to access the `local` address space": "access the `loopback` address space",
}
"""Numbers for a faulty head that hdrcli does not tell apart; and the tests' servers, which are all on loopback."""

_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


@pytest.mark.parametrize(
    ("browser", "vector"),
    [
        pytest.param(browser, vector, id=f"{browser.NAME}-{vector.id}")
        for browser in BROWSERS
        for vector in BLOCKED
        if vector.is_for(browser.NAME) and not is_beyond_the_engine(vector.id, browser.NAME)
    ],
    indirect=["browser"],
    scope="session",
)
def test_the_console_says_what_hdrcli_says(browser: Browser, seen: Mapping[str, Seen], vector: Vector) -> None:
    got = seen[vector.id]
    failed = [
        (record, outcome.get("error"))
        for record, outcome in zip(play(vector, USER_AGENTS[browser.NAME]), got.outcomes, strict=True)
        if isinstance(record.result, NetworkError)
    ]
    told = [words for record, _ in failed if _is_judged(record) for words in console_messages(record)]
    names = Counter(said.name for said in got.said if said.name.startswith("CORS") or browser.NAME == "chromium")
    expected = Counter(words.name for words in told if words.name)
    texts = [said.text for said in got.said if said.text]

    for record, error in failed:
        (words,) = console_messages(record)
        assert error is None or _says(str(error), words.error) or _conversion_fails(str(error))
    if (browser.NAME, vector.id) in OTHERWISE:
        assert expected - names or not all(_take(words.text, texts) for words in told)
        return
    assert not expected - names
    assert {name for name in names - expected if name} <= BESIDE
    for words in told:
        assert _take(words.text, texts) or _take(KINDRED.get(words.text, words.text), texts), (words, texts)


def _is_judged(record: FetchRecord) -> bool:
    """Not so what throws before there is a request, nor what WebKitGTK's network says, which is not Safari's."""
    failure = record.result.failure if isinstance(record.result, NetworkError) else None
    return failure not in REQUEST_ERRORS and not (record.browser == "webkit" and failure in TRANSPORT_FAILURES)


def _take(told: str, texts: list[str]) -> bool:
    """Whether one of the texts says so; it is then used up. Nothing is said by no text."""
    found = next((text for text in texts if _says(text, told)), None)
    if found is not None:
        texts.remove(found)
    return found is not None if told else not texts


def _says(text: str, told: str) -> bool:
    """Whether a text holds what is told, but for the case of a header's name and for what a password is replaced by."""
    parts = re.split(r"\u2026|\[redacted\]", told)
    return re.search(".*".join(re.escape(_plain(part)) for part in parts), _plain(text), re.IGNORECASE) is not None


_conversion_fails = re.compile("ISO-8859-1|to ByteString|TypeError: Type error$").search
"""Web IDL throws at characters over U+00FF before Fetch is asked, whatever holds them."""


def _plain(text: str) -> str:
    """Without blanks, and with one mark for what is not ASCII, however it is shown."""
    shown = re.sub(r"[\x00-\x20()]", "", text.translate(_QUOTES))
    return re.sub(r"(\\u[0-9A-F]{4}|[^!-~])+", "?", shown)
