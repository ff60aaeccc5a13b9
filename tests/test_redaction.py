from __future__ import annotations

import pytest

from hdrcli import Settings, check
from hdrcli.redaction import REDACTED, redact_request_header, redact_response_header
from hdrcli.reporters import json_v1
from tests.servers import RawServer

SECRET = "s3cr3t"  # noqa: S105 -- of this test alone


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Cookie", "a=s3cr3t", "a=[redacted]"),
        ("cookie", "a=s3cr3t; b=s3cr3t=; c=", "a=[redacted]; b=[redacted]; [redacted]"),
        ("cookie", "s3cr3t=", "[redacted]"),
        ("COOKIE", "a=s3cr3t;b=s3cr3t", "a=[redacted]"),
        pytest.param(
            "Cookie",
            "s3cr3t",
            "[redacted]",
        ),
        ("Authorization", "Bearer s3cr3t", "Bearer [redacted]"),
        ("authorization", "Digest username=s3cr3t, nonce=s3cr3t", "Digest [redacted]"),
        ("AUTHORIZATION", "s3cr3t", "[redacted]"),
        ("Authorization", "Bearer\ts3cr3t", "[redacted]"),
        ("Authorization", "", "[redacted]"),
        ("Proxy-Authorization", "Basic s3cr3t", "[redacted]"),
        ("X-Auth", "s3cr3t", "[redacted]"),
        ("X-CSRF-Token", "s3cr3t", "[redacted]"),
        ("x-api-key", "s3cr3t", "[redacted]"),
        ("ApiKey", "s3cr3t", "[redacted]"),
        ("X-Client-SECRET", "s3cr3t", "[redacted]"),
        ("X-Password", "s3cr3t", "[redacted]"),
        ("X-Session-ID", "s3cr3t", "[redacted]"),
    ],
)
def test_what_a_request_holds_is_not_told(name: str, value: str, shown: str) -> None:
    assert redact_request_header((name, value)) == (name, shown)
    assert SECRET not in shown


@pytest.mark.parametrize(
    "header",
    [
        ("Accept", "*/*"),
        ("Origin", "https://app.example"),
        ("X-Request-ID", "7f3a"),
        ("Access-Control-Request-Headers", "authorization,x-api-key"),
        ("access-control-request-headers", "x-token"),
        ("Sec-Fetch-Site", "cross-site"),
        ("", ""),
    ],
)
def test_the_rest_of_a_request_is_told(header: tuple[str, str]) -> None:
    assert redact_request_header(header) == header


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Set-Cookie", "a=s3cr3t", "a=[redacted]"),
        ("set-cookie", "a=s3cr3t; Path=/; HttpOnly", "a=[redacted]; Path=/; HttpOnly"),
        ("SET-COOKIE", "a=s3cr3t=s3cr3t;Secure", "a=[redacted];Secure"),
        ("Set-Cookie2", "a=s3cr3t", "a=[redacted]"),
        ("Set-Cookie", "=s3cr3t; Path=/", "=[redacted]; Path=/"),
        pytest.param(
            "Set-Cookie",
            "s3cr3t; Path=/",
            "[redacted]; Path=/",
        ),
    ],
)
def test_a_cookie_s_value_is_not_told(name: str, value: str, shown: str) -> None:
    assert redact_response_header((name, value)) == (name, shown)
    assert SECRET not in shown


@pytest.mark.parametrize(
    "header",
    [
        ("Access-Control-Allow-Headers", "Authorization"),
        ("X-Set-Cookie", "a=1"),
        ("X-Request-ID", "7f3a"),
        ("Set-Cookie-Policy", "a=1"),
    ],
)
def test_the_rest_of_a_response_is_told(header: tuple[str, str]) -> None:
    assert redact_response_header(header) == header


def test_what_stands_there_instead() -> None:
    assert REDACTED == "[redacted]"


def test_a_password_in_a_location_that_does_not_parse_is_not_told() -> None:
    answer = b"HTTP/1.1 302 Found\r\nAccess-Control-Allow-Origin: *\r\nLocation: http://bob:s3cr3t@[x\r\n\r\n"
    with RawServer(answer) as server:
        report = check(Settings(urls=(server.url,), credentials=("omit",), probe=False))

    assert report.findings[0].code == "HDR406"
    assert "[redacted]" in str(json_v1.as_json(report))
    assert "s3cr3t" not in str(json_v1.as_json(report))
