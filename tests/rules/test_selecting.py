"""Which findings are reported, from when on they fail the check, and whose setting they name."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import hdrcli
from tests.findings import json_fix_settings
from tests.servers import RawServer

ANSWER = (
    b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://localhost:3000\r\nVary: Origin\r\n"
    b"X-A: 1\r\nX-B: 1\r\nX-B: 2\r\nContent-Length: 0\r\n"
)
HIDDEN, JOINED = ANSWER + b"\r\n", ANSWER + b"Access-Control-Expose-Headers: X-A, X-B\r\n\r\n"


def found(answer: bytes, *options: str) -> tuple[int, list[str], list[str]]:
    with RawServer(*[answer] * 9) as server:
        ended = hdrcli("check", server.url, "--format=json", "--no-probe", *options)
    findings = json.loads(ended.out)["findings"]
    return ended.status, [finding["code"] for finding in findings], json_fix_settings(ended.out)


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["HDR301"]),
        (["--select=HDR3"], ["HDR301"]),
        (["--select=HDR301"], ["HDR301"]),
        (["--select=HDR1"], []),
        (["--select=HDR1", "--select=HDR3"], ["HDR301"]),
        (["--ignore=HDR301"], []),
        (["--select=HDR3", "--ignore=HDR3"], []),
        (["--ignore=HDR310"], ["HDR301"]),
    ],
)
def test_what_is_reported(options: list[str], codes: list[str]) -> None:
    assert found(HIDDEN, *options)[1] == codes


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ([], 0),
        (["--fail-on=never"], 0),
        (["--fail-on=error"], 0),
        (["--fail-on=warning"], 1),
        (["--fail-on=advice"], 1),
        (["--fail-on=warning", "--ignore=HDR310"], 0),
        (["--expect-hidden=X-A"], 1),
    ],
)
def test_from_when_on_it_fails(options: list[str], status: int) -> None:
    assert found(JOINED, *options)[:2] == (status, [] if "--ignore=HDR310" in options else ["HDR310"])


@pytest.mark.parametrize(
    ("stack", "setting"),
    [
        ("any", "Access-Control-Expose-Headers: X-A, X-B"),
        ("starlette", 'expose_headers=["X-A", "X-B"]'),
        ("go", 'ResponseHeaders: []string{"X-A", "X-B"}'),
    ],
)
def test_whose_setting_is_named(stack: str, setting: str) -> None:
    assert found(HIDDEN, f"--stack={stack}")[2] == [setting]
