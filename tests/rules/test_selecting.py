"""Which findings are reported, from when on they fail the check, and whose setting they name."""

from __future__ import annotations

from typing import Any

import pytest

from hdrcli.inspection import check
from hdrcli.report.report import Report
from hdrcli.settings import Settings
from hdrcli.stacks import fix_text
from tests.findings import fix_setting, the_finding
from tests.serving.raw import RawServer

RESPONSE = (
    b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://localhost:3000\r\nVary: Origin\r\n"
    b"X-A: 1\r\nX-B: 1\r\nX-B: 2\r\nContent-Length: 0\r\n"
)
HIDDEN, JOINED = RESPONSE + b"\r\n", RESPONSE + b"Access-Control-Expose-Headers: X-A, X-B\r\n\r\n"


def report(response: bytes, **options: Any) -> Report:  # noqa: ANN401 -- fields of Settings
    with RawServer(*[response] * 9) as server:
        return check(Settings(targets=(server.url,), probe=False, **options))


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ((), (), ["HDR301"]),
        (("HDR3",), (), ["HDR301"]),
        (("HDR301",), (), ["HDR301"]),
        (("HDR1",), (), []),
        (("HDR1", "HDR3"), (), ["HDR301"]),
        ((), ("HDR301",), []),
        (("HDR3",), ("HDR3",), []),
        ((), ("HDR310",), ["HDR301"]),
    ],
)
def test_what_is_reported(select: tuple[str, ...], ignore: tuple[str, ...], codes: list[str]) -> None:
    assert [finding.code for finding in report(HIDDEN, select=select, ignore=ignore).findings] == codes


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({}, 0),
        ({"fail_on": "never"}, 0),
        ({"fail_on": "error"}, 0),
        ({"fail_on": "warning"}, 1),
        ({"fail_on": "advice"}, 1),
        ({"fail_on": "warning", "ignore": ("HDR310",)}, 0),
        ({"expect_hidden": ("X-A",)}, 1),
    ],
)
def test_from_when_on_it_fails(options: dict[str, Any], status: int) -> None:
    found = report(JOINED, **options)

    assert found.exit_status == status
    assert [finding.code for finding in found.findings] == ([] if "ignore" in options else ["HDR310"])


@pytest.mark.parametrize(
    ("stack", "setting"),
    [
        ("any", "Access-Control-Expose-Headers: X-A, X-B"),
        ("starlette", 'expose_headers=["X-A", "X-B"]'),
        ("fastapi", 'expose_headers=["X-A", "X-B"]'),
    ],
)
def test_the_fix_is_for_the_named_stack(stack: str, setting: str) -> None:
    found = report(HIDDEN, stack=stack)
    fix = fix_setting(the_finding(found))

    assert fix is not None
    assert fix_text(fix, found.services[0].stack) == setting
