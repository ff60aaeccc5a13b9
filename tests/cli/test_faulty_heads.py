"""Faulty heads over real sockets: each browser's column is its own, and --verbose shows the lines as they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.cli.program import assert_one_line, hdrcli
from tests.reporting import valid
from tests.serving.site import OPEN_TO_PAGE, Site

OPEN = "".join(f"{line}\r\n" for line in (*OPEN_TO_PAGE, "Access-Control-Expose-Headers: X-A")).encode()


@dataclass(frozen=True, kw_only=True)
class Odd:
    """An answer, and the value of X-A that each browser's page reads; None where the whole is an error."""

    name: str
    answer: bytes
    chromium: str | None
    firefox: str | None
    webkit: str | None


ODD = [
    Odd(
        name="no blank behind the status",
        answer=b"HTTP/1.1 200OK\r\n" + OPEN + b"X-A: 1\r\n\r\n",
        chromium="1",
        firefox=None,
        webkit="1",
    ),
    Odd(
        name="bare CR",
        answer=b"HTTP/1.1 200 OK\r\n" + OPEN + b"X-A: a\rb\r\n\r\n",
        chromium="a",
        firefox="hidden",
        webkit="a b",
    ),
    Odd(
        name="cut off within a line",
        answer=b"HTTP/2 200\r\n" + OPEN + b"X-A: 1",
        chromium="1",
        firefox="1",
        webkit=None,
    ),
    Odd(
        name="obs-fold",
        answer=b"HTTP/1.1 200 OK\r\n" + OPEN + b"X-A: a \r\n\tb\r\n\r\n",
        chromium="a  b",
        firefox="a \tb",
        webkit="a b",
    ),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.name)
def test_each_browser_reads_it_in_its_own_way(odd: Odd) -> None:
    report, requests = check(odd.answer, "--browser=chromium", "--browser=firefox")
    alone, _ = check(odd.answer, "--browser=webkit")

    assert requests == 1
    read = fetches(report) | fetches(alone)
    assert {browser: of_x_a(fetch) for browser, fetch in read.items()} == {
        "chromium": odd.chromium,
        "firefox": odd.firefox,
        "webkit": odd.webkit,
    }


def test_readable_in_one_column_and_an_error_in_the_other() -> None:
    with Site({"/": ODD[0].answer}) as site:
        browsers = ["--browser=chromium", "--browser=firefox"]
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", "--credentials=include", *browsers)

    lines = ended.out.splitlines()
    (row,) = (line.split() for line in lines if line.split()[:1] == ["X-A"])
    assert row == ["X-A", "readable", "blocked", "listed", "1"]
    assert "1 route, 1 request sent. JavaScript can read 0 of 1 custom header." in lines
    assert ended.status == 1
    assert_one_line(ended.err)


UNLIKE = (
    b"HTTP/1.1 200 OK\r\n" + OPEN + b"Access-Control-Expose-Headers: *\r\nX-A-Name-Of-Some-Length: 1\r\nX-B: 1\r2\r\n"
    b"X-C : 1\r\nAccess-Control-Expose-Headers: \x0b\r\n\r\n"
)


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_what_differs_in_each_browser_and_mode_has_a_column_or_a_line(columns: int) -> None:
    with Site({"/": UNLIKE}) as site:
        modes = ["--credentials=omit", "--credentials=include"]
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", *modes, env={"COLUMNS": str(columns)})

    lines = ended.out.splitlines()
    assert max(map(len, lines)) <= columns
    start = next(number for number, line in enumerate(lines) if line.startswith("  X-A-Name-Of-Some-Length"))
    words = " ".join(lines[start : start + (1 if columns == 200 else 7)]).split()
    assert [word for word in words if word in {"hidden", "readable"}] == [
        *["hidden", "readable", "hidden"],
        *["hidden"] * 3,
    ]


def test_of_very_many_headers_the_first_are_told() -> None:
    lines = b"".join(b"X-%d: a\rb\r\n" % number for number in range(300))
    with Site({"/": b"HTTP/1.1 200 OK\r\n" + OPEN + b"Access-Control-Expose-Headers: *\r\n" + lines + b"\r\n"}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", "--credentials=omit", "--browser=webkit")

    told = ended.out.splitlines()
    assert sum(line.startswith("  X-") for line in told) == 200
    assert "  and 103 more headers, which --format json lists" in told  # with the three for CORS
    assert "X-199" in ended.out
    assert "X-200" not in ended.out


HINTED = (
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nlink:</b.css>\r\n\r\n"
    b"HTTP/1.1 200  Fine \xe9\x1b[2J\nX-A : \r\n folded\r\n" + OPEN + b"x-a:1\r\n\r\n"
)


def test_1xx_answers_are_kept_and_early_hints_told_of() -> None:
    report, _ = check(HINTED)
    (exchange,) = fetches(report)["chromium"]["exchanges"]

    assert exchange["interim"] == [
        {"status": 100, "headers": []},
        {"status": 103, "headers": [["Link", "</a.css>"], ["link", "</b.css>"]]},
    ]
    assert exchange["response"]["status"] == 200

    with Site({"/": HINTED}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi")
    assert "  103 Early Hints came first (Link, link): JavaScript cannot read them." in ended.out.splitlines()


@pytest.mark.parametrize("debug", ["", "0", "false", "False"])
def test_debugging_that_is_switched_off_shows_no_raw_lines(debug: str) -> None:
    with Site({"/": HINTED}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", env={"HDRCLI_DEBUG": debug})

    assert "page http://localhost:3000" in ended.out
    assert not [line for line in ended.out.splitlines() if line.startswith("    <")]


@pytest.mark.parametrize(("options", "debug"), [(["--verbose"], ""), ([], "1")])
def test_the_raw_lines_are_shown_as_they_came(options: list[str], debug: str) -> None:
    with Site({"/": HINTED}) as site:
        arguments = ["--no-probe", "--no-openapi", "--credentials=include", *options]
        ended = hdrcli("check", site.url + "/", *arguments, env={"HDRCLI_DEBUG": debug})

    received = [line.strip() for line in ended.out.splitlines() if line.startswith("    <")]
    assert received == [
        "< HTTP/1.1 100 Continue",
        "< HTTP/1.1 103 Early Hints",
        "< Link: </a.css>",
        "< link:</b.css>",
        r"< HTTP/1.1 200  Fine é\x1b[2J\n",
        "< X-A :",
        "<  folded",
        *(f"< {line}" for line in OPEN.decode().splitlines()),
        "< x-a:1",
    ]


def test_what_is_no_answer_is_shown_too() -> None:
    with Site({"/": b"SSH-2.0-OpenSSH_9.9\r\n"}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", "--verbose")

    assert ended.status == 1
    assert "    < SSH-2.0-OpenSSH_9.9" in ended.out.splitlines()


def test_of_very_many_lines_the_first_are_shown() -> None:
    with Site({"/": b"HTTP/1.1 200 OK\r\n" + b"X: 1\n" * 2100 + b"\n"}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", "--no-openapi", "--verbose", "--credentials=omit")

    received = [line.strip() for line in ended.out.splitlines() if line.startswith("    <")]
    assert len(received) == 2001
    assert received[-2:] == [r"< X: 1\n", "< and 101 more lines"]


def check(answer: bytes, *options: str) -> tuple[Any, int]:
    """The report as JSON, and how many requests were sent."""
    with Site({"/": answer}) as site:
        arguments = ["--no-probe", "--no-openapi", "--credentials=include", "--format=json", "--exchanges", *options]
        ended = hdrcli("check", site.url + "/", *arguments)
    return valid(ended.out), len(site.requests)


def fetches(report: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    """The fetches by browser, each with the outcome of its caller."""
    (route,) = report["services"][0]["routes"]
    outcomes = {browser: caller["outcome"] for caller in route["callers"] for browser in caller["browsers"]}
    return {fetch["browser"]: {**fetch, "outcome": outcomes[fetch["browser"]]} for fetch in route["fetches"]}


def of_x_a(fetch: Any) -> str | None:  # noqa: ANN401 -- JSON
    """What the page reads of X-A."""
    return None if fetch["outcome"] == "network-error" else dict(fetch["headers"]).get("x-a", "hidden")
