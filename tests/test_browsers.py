"""One check, several browsers: one column where they agree, and what they word alike is sent once."""

from __future__ import annotations

import pytest

from hdrcli import Settings, UsageError, check
from hdrcli.fetch import Failure, NetworkError
from hdrcli.fetch.request import CredentialsMode
from hdrcli.report.report import Report
from hdrcli.structs import replace
from tests.reporting import document, rendered
from tests.serving.raw import RawServer

BROWSERS = ("chromium", "firefox", "webkit")
HEAD = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://localhost:3000\r\nContent-Length: 0\r\n"
STAR_BEFORE_A_FAULT = HEAD + b"Access-Control-Expose-Headers: *, X Y\r\nX-A: 1\r\n\r\n"
PLAIN = HEAD + b"Access-Control-Expose-Headers: X-A\r\nX-A: 1\r\n\r\n"


def ask(answer: bytes) -> tuple[Report, int]:
    with RawServer(*[answer] * 4) as server:
        settings = Settings(
            targets=(server.url,), credentials=("omit",), browsers=BROWSERS, probe=False, find_openapi=False
        )
        return check(settings), len(server.requests)


def shown(report: Report) -> list[str]:
    return rendered(report).splitlines()


def test_who_agrees_shares_a_column() -> None:
    report, _ = ask(PLAIN)
    (titles,) = [line for line in shown(report) if line.startswith("  custom header")]

    assert titles.split() == ["custom", "header", "without", "cookies", "why", "value"]
    assert not any(browser in "\n".join(shown(report)) for browser in BROWSERS)


def test_who_differs_has_a_column_and_a_name() -> None:
    report, _ = ask(STAR_BEFORE_A_FAULT)
    lines = shown(report)
    (row,) = [line for line in lines if line.startswith("  X-A ")]

    (titles,) = [line for line in lines if line.startswith("  custom header")]
    assert row.split()[1:3] == ["hidden", "readable"]
    assert titles.split() == ["custom", "header", "chromium,", "webkit", "firefox", "why", "value"]


def test_a_value_that_is_read_in_another_way_has_a_line() -> None:
    report, _ = ask(HEAD + b"Content-Type: text/csv\r\nContent-Type: text/plain\r\n\r\n")

    assert "  content-type read by firefox: text/csv,text/plain" in shown(report)
    assert "chromium" not in "\n".join(shown(report))


def test_what_each_reads_of_a_continued_line() -> None:
    report, _ = ask(HEAD + b"Access-Control-Expose-Headers: X-A\r\nX-A: one\r\n  two\r\n\r\n")

    assert "  x-a read by firefox: one  two" in shown(report)


def test_two_readings_of_one_answer_are_no_two_answers() -> None:
    head = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin : http://localhost:3000\r\nContent-Length: 0\r\n\r\n"
    report, _ = ask(head)

    assert "HDR501" not in {finding.code for finding in report.findings}


def test_a_value_that_another_fetch_is_sent_has_a_line() -> None:
    modes: tuple[CredentialsMode, ...] = ("omit", "include")
    with RawServer(PLAIN, PLAIN.replace(b"X-A: 1", b"X-A: 2")) as server:
        report = check(
            Settings(targets=(server.url,), cookies=("a=1",), credentials=modes, probe=False, find_openapi=False)
        )

    assert "  X-A with cookies: 2" in shown(report)


def test_what_is_sent_to_another_page_is_not_listed_for_this_one() -> None:
    pages = ("http://localhost:3000", "http://localhost:5173")
    with RawServer(PLAIN, b"HTTP/1.1 403 Forbidden\r\nX-B: 1\r\n\r\n") as server:
        report = check(Settings(targets=(server.url,), origins=pages, credentials=("omit",), probe=False))

    assert not any("listed, but not sent" in line for line in shown(report))


def test_json_has_an_entry_for_each_browser() -> None:
    report, _ = ask(STAR_BEFORE_A_FAULT)
    (route,) = document(report, exchanges=True)["services"][0]["routes"]
    fetches = route["fetches"]

    assert [(fetch["browser"], ["x-a", "1"] in fetch["headers"]) for fetch in fetches] == [
        ("chromium", False),
        ("firefox", True),
        ("webkit", False),
    ]


def test_json_says_for_each_header_who_can_read_it() -> None:
    report, _ = ask(STAR_BEFORE_A_FAULT)
    (route,) = document(report)["services"][0]["routes"]
    (header,) = [header for header in route["headers"] if header["name"] == "X-A"]

    assert (header["readable"], header["custom"], header["values"]) == (None, True, ["1"])
    assert [(caller["browsers"], caller["readable"], caller["clause"]) for caller in header["callers"]] == [
        (["chromium", "webkit"], False, "list-void"),
        (["firefox"], True, "wildcard"),
    ]


def test_what_browsers_word_alike_is_sent_once() -> None:
    _, requests = ask(PLAIN)

    assert requests == 1  # though WebKitGTK accepts no zstd


def test_an_https_page_reaches_loopback_in_browsers_that_let_it() -> None:
    """Nobody asked for WebKit: it would have nothing to show of a service that is still being developed."""
    with RawServer(PLAIN) as server:
        report = check(Settings(targets=(server.url,), origins=("https://app.example",), probe=False))

    assert {fetch.browser for fetch in report.fetches} == {"chromium", "firefox"}
    assert any(
        line.startswith("webkit is skipped: it blocks http on loopback for https pages") for line in shown(report)
    )
    (route,) = document(report)["services"][0]["routes"]
    assert [skipped["browser"] for skipped in route["skipped"]] == ["webkit"]


def test_who_is_asked_for_is_played() -> None:
    settings = Settings(targets=("http://localhost/",), origins=("https://app.example",), browsers=("webkit",))
    (fetch,) = check(replace(settings, credentials=("omit",))).fetches

    assert isinstance(fetch.result, NetworkError)
    assert fetch.result.failure is Failure.MIXED_CONTENT


def test_an_unknown_browser() -> None:
    with pytest.raises(UsageError, match=r'^--browser "lynx" is not one of standard, chromium, firefox, webkit\.$'):
        check(Settings(targets=("http://localhost/",), browsers=("lynx",)))
