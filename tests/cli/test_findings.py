"""How a finding is written for a terminal: which browsers it names, how often, how much of what a server sent."""

from __future__ import annotations

import pytest

from tests.cli.program import hdrcli
from tests.serving.http import answer
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site

HTTPS_PAGE = "https://app.example"


def checked(*lines: str, options: list[str]) -> str:
    with Site({"/": answer(*lines)}) as site:
        return hdrcli("check", site.url + "/", "--no-probe", "--credentials=omit", *options).out


def test_a_browser_that_was_left_out_is_not_said_to_be_without_the_fault() -> None:
    out = checked(*OPEN_TO_PAGE, options=[f"--origin={PAGE}", f"--origin={HTTPS_PAGE}"])

    assert "webkit left out" in out
    assert f"page {HTTPS_PAGE}  credentials" in out[out.index("error[HDR102]") :]
    assert "not in webkit" not in out


def test_browsers_without_the_fault_are_listed() -> None:
    browsers = [f"--browser={name}" for name in ("standard", "chromium", "firefox", "webkit")]
    out = checked(*OPEN_TO_PAGE, options=[f"--origin={HTTPS_PAGE}", *browsers])

    assert "in webkit, not in standard, chromium or firefox: " in out


def test_lines_that_two_answers_have_alike_are_told_once() -> None:
    out = checked(
        "Access-Control-Allow-Origin: https://other.example", options=[f"--origin={PAGE}", f"--origin={HTTPS_PAGE}"]
    )

    assert [line for line in out.splitlines() if line.startswith("   |")] == [
        "   |  Access-Control-Allow-Origin: https://other.example",
        f"   |  in the answer to GET from {PAGE}, status 200",
        f"   |  in the answer to GET from {HTTPS_PAGE}, status 200",
    ]


@pytest.mark.parametrize(
    ("options", "status"), [([], 0), (["--cookie=a=1"], 1), (["--cookie=a=1", "--credentials=omit"], 0)], ids=str
)
def test_who_gives_a_cookie_means_to_send_it(options: list[str], status: int) -> None:
    with Site({"/": answer("Access-Control-Allow-Origin: *")}) as site:
        ended = hdrcli("check", site.url + "/", "--no-probe", *options)

    assert ended.status == status
    assert ("error[HDR105]" in ended.out) is bool(status)


def test_what_is_not_told_is_counted() -> None:
    out = checked(*OPEN_TO_PAGE, *(f"X-{number}: 1" for number in range(6)), options=[])

    told = [line for line in out.splitlines() if line.startswith("   =  ")]
    assert [line for line in told if "JavaScript gets null" in line] == told[:4]
    assert told[4] == "   =  and 2 more"


def test_a_long_header_is_cut() -> None:
    long = "a" * 70_000
    exposed = "Access-Control-Expose-Headers: X-Two"
    out = checked(*OPEN_TO_PAGE, exposed, f"X-One: {long}", "X-Two: 1", f"X-Two: {long}", options=[])

    findings = out[out.index("[HDR301]") :]
    assert "[HDR310]" in findings
    assert len(findings) < 5_000
    without_line_ends = "".join(findings.split())
    assert "...(70007characters)..." in without_line_ends
    assert 'response.headers.get("x-two").' in without_line_ends
