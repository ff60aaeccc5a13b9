from __future__ import annotations

import time

import pytest

from hdrcli import Settings, check
from hdrcli.text.header_redaction import redact_head, redact_request_header, redact_response_header
from hdrcli.text.redaction import REDACTED, redact_text
from hdrcli.text.secrets import secrets_shown
from tests.reporting import document, rendered
from tests.safety.secret_places import READABLE
from tests.serving.raw import RawServer

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
        ("X-JWT-Assertion", "s3cr3t", "[redacted]"),
        ("X-Bearer", "s3cr3t", "[redacted]"),
        ("X-XSRF", "s3cr3t", "[redacted]"),
        ("X-Access-Key", "s3cr3t", "[redacted]"),
        ("X-User-Passwd", "s3cr3t", "[redacted]"),
        ("X-Amz-Credential", "s3cr3t", "[redacted]"),
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
        ("X-Set-Cookie", "a=s3cr3t; Path=/", "a=[redacted]; Path=/"),
        ("Set-Cookie", "=s3cr3t; Path=/", "=[redacted]; Path=/"),
        pytest.param(
            "Set-Cookie",
            "s3cr3t; Path=/",
            "[redacted]; Path=/",
        ),
        ("Authorization", "Bearer s3cr3t", "Bearer [redacted]"),
        ("X-Api-Key", "s3cr3t", "[redacted]"),
        ("x-auth-token", "s3cr3t", "[redacted]"),
        ("X-CSRF-Token", "s3cr3t", "[redacted]"),
        ("X-Author-Token", "s3cr3t", "[redacted]"),
        ("Session-ID", "s3cr3t", "[redacted]"),
    ],
)
def test_what_a_response_holds_is_not_told(name: str, value: str, shown: str) -> None:
    assert redact_response_header((name, value)) == (name, shown)
    assert SECRET not in shown


@pytest.mark.parametrize(
    "header",
    [
        ("Access-Control-Allow-Headers", "Authorization"),
        ("X-Request-ID", "7f3a"),
        ("Set-Cookie-Policy", "a=1"),
        ("WWW-Authenticate", 'Bearer realm="a"'),
        ("Proxy-Authenticate", "Basic"),
        ("X-RateLimit-Remaining-Tokens", "7"),
        ("Rate-Limit-Tokens", "7"),
        ("Access-Control-Allow-Tokens", "7"),
        ("Server-Timing", "auth;dur=1"),
        ("X-Author", "Jane"),
    ],
)
def test_the_rest_of_a_response_is_told(header: tuple[str, str]) -> None:
    assert redact_response_header(header) == header


def test_what_stands_there_instead() -> None:
    assert REDACTED == "[redacted]"


def test_a_password_in_a_location_that_does_not_parse_is_not_told() -> None:
    answer = b"HTTP/1.1 302 Found\r\nAccess-Control-Allow-Origin: *\r\nLocation: http://bob:s3cr3t@[x\r\n\r\n"
    with RawServer(answer) as server:
        report = check(Settings(targets=(server.url,), credentials=("omit",), probe=False))

    assert report.findings[0].code == "HDR406"
    assert "[redacted]" in str(document(report, exchanges=True))
    assert "s3cr3t" not in str(document(report, exchanges=True))


def test_a_password_in_a_location_that_the_page_may_read_is_not_told() -> None:
    with RawServer(b"HTTP/1.1 201 Created\r\nLocation: http://bob:s3cr3t@a.example/1\r\n\r\n") as server:
        report = check(Settings(targets=(server.url,), origins=(server.url,), credentials=("omit",), probe=False))

    written = document(report, exchanges=True)
    (route,) = written["services"][0]["routes"]
    assert ["location", "http://[redacted]@a.example/1"] in route["fetches"][0]["headers"]
    assert "s3cr3t" not in str(written)


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (b"HTTP/1.1 200 OK\r\nX-A:  1 \r\n\r\n", ["HTTP/1.1 200 OK", "X-A:  1 "]),
        (b"HTTP/1.1 200 OK\nX-A: 1\r\n\n", ["HTTP/1.1 200 OK\n", "X-A: 1"]),
        (b"\r\nHTTP/1.1 200 OK\r\r\nX-A: a\rb\r\n b\x85\xff\r", ["", "HTTP/1.1 200 OK\r", "X-A: a\rb", " b\x85\xff\r"]),
        (b"", []),
        (b"\r\n", [""]),
        (b"no HTTP", ["no HTTP"]),
        (
            b"Set-Cookie: a=s3cr3t; Path=/\r\nX-A: 1\r\nSET-COOKIE2: s3cr3t\r\n\r\n",
            ["Set-Cookie: a=[redacted]; Path=/", "X-A: 1", "SET-COOKIE2:[redacted]"],
        ),
        (b"Set-Cookie : a=s3cr3t\r\nX-A: 1\n", ["Set-Cookie : a=[redacted]", "X-A: 1\n"]),
        (b"Set-Cookie: a=\r\n\ts3cr3t;\r\n s3cr3t\r\nX-A: 1\r\n\r\n", ["Set-Cookie: [redacted]", "X-A: 1"]),
        (b"Set-Cookie:\n s3cr3t", ["Set-Cookie: [redacted]"]),
        (b"X-A: 1\rSet-Cookie: a=s3cr3t\rb=s3cr3t\r\nX-B: 2", ["X-A: 1\rSet-Cookie: [redacted]", "X-B: 2"]),
        (b"Set-Cookie a=s3cr3t\r\nX-A: 1", ["Set-Cookie [redacted]", "X-A: 1"]),
        (b"Set-Cookie: a=s3cr3t", ["Set-Cookie: a=[redacted]"]),
        (b"Access-Control-Expose-Headers: Set-Cookie, X=1\r\n", ["Access-Control-Expose-Headers: Set-Cookie, X=1"]),
        (
            b"HTTP/1.1 401 Unauthorized: no\r\nX-Token: s3cr3t\r\nAuthorization :Bearer s3cr3t\n\r\n",
            ["HTTP/1.1 401 Unauthorized: no", "X-Token: [redacted]", "Authorization : [redacted]\n"],
        ),
        (b"X-Api-Key:\r\n s3cr3t\r\nX-A: token\r\n", ["X-Api-Key: [redacted]", "X-A: token"]),
        (b"X-A: 1\rX-Token: s3cr3t\r\nX-B: 2", ["X-A: 1\rX-Token: [redacted]", "X-B: 2"]),
        (
            b"WWW-Authenticate: Bearer\r\nX-RateLimit-Tokens: 7\r\n",
            ["WWW-Authenticate: Bearer", "X-RateLimit-Tokens: 7"],
        ),
        (b"Location:\r\n https://me:s3cr3t@a.example/\r\n", ["Location:", " https://[redacted]@a.example/"]),
    ],
)
def test_raw_lines(head: bytes, shown: list[str]) -> None:
    assert list(redact_head(head)) == shown
    assert SECRET not in str(shown)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:s3cr3t@a.example/", "http://[redacted]@a.example/"),
        ("/items?api_key=s3cr3t&page=2", "/items?api_key=[redacted]&page=2"),
        ("/items?page=2&X-Amz-Signature=s3cr3t#top", "/items?page=2&X-Amz-Signature=[redacted]#top"),
        ("/items?key=s3cr3t", "/items?key=[redacted]"),
        (
            "see http://a.example/?access_token=s3cr3t for more",
            "see http://a.example/?access_token=[redacted] for more",
        ),
        ("/items?monkey=1&author=Jane&page=2", "/items?monkey=1&author=Jane&page=2"),
    ],
)
def test_urls(url: str, shown: str) -> None:
    assert redact_text(url) == shown


def test_a_secret_in_the_query_of_the_url_is_nowhere_in_the_report() -> None:
    with RawServer(b"HTTP/1.1 404 Not Found\r\nX-A: 1\r\n\r\n") as server:
        report = check(Settings(targets=(f"{server.url}?api_key=s3cr3t",)))

    assert report.findings
    for written in (
        str(document(report, exchanges=True)),
        rendered(report, verbose=True),
        rendered(report, show="all"),
    ):
        assert "api_key=[redacted]" in written
        assert SECRET not in written


def test_a_secret_in_an_answer_is_nowhere_in_the_report() -> None:
    open_to_all = b"Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: X-Joined, X-Token\r\n"
    secrets = (
        b"Authorization: Bearer s3cr3t\r\nX-Api-Key: s3cr3t\r\nX-Token: s3cr3t\r\nX-Token: s3cr3t\xc3\xa9\r\n",
        b"Set-Cookie: sid=s3cr3t\r\n",
    )
    with RawServer(b"HTTP/1.1 200 OK\r\n" + open_to_all + b"".join(secrets) + b"\r\n") as server:
        report = check(Settings(targets=(server.url,), credentials=("omit",), probe=False))

    assert {"HDR301", "HDR310", "HDR311"} <= {finding.code for finding in report.findings}
    for told in (str(document(report, exchanges=True)), rendered(report, verbose=True)):
        assert "X-Api-Key" in told
        assert "Bearer [redacted]" in told
        assert SECRET not in told


@pytest.mark.parametrize("name", [name for name, _ in READABLE])
def test_names_of_facts_about_secrets(name: str) -> None:
    value = dict(READABLE)[name]
    assert redact_response_header((name, value)) == (name, value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a: b = c; d=e", "a: b = c; d=e"),
        ("max_tokens=100&token=100", "max_tokens=100&token=[redacted]"),
        ("npm:/@scope/pkg https://unpkg.com/react@18/a", "npm:/@scope/pkg https://unpkg.com/react@18/a"),
        ("mailto:me@a.example", "mailto:me@a.example"),
        ("Bearer realm=a, Bearer authentication", "Bearer realm=a, Bearer authentication"),
        ("http://h:8080/@me http://[::1]:80/@me", "http://h:8080/@me http://[::1]:80/@me"),
        ("sort_key=name&partition-key=a&key=s3cr3t", "sort_key=name&partition-key=a&key=[redacted]"),
        ("?a=/b?token=s3cr3t&c=d", "?a=/b?token=[redacted]&c=d"),
        ("token=", "token="),
        ("token=[redacted]", "token=[redacted]"),
        ('token="s3cr3t', "token=[redacted]"),
        ('{"pin": 1234, "a": 1}', '{"pin": [redacted], "a": 1}'),
        ("%3ftoken%3ds3cr3t%26a%3d1", "%3ftoken%3d[redacted]%26a%3d1"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert redact_text(text) == shown
    assert redact_text(shown) == shown


def test_a_block_in_which_secrets_are_shown() -> None:
    header = ("Set-Cookie", "a=s3cr3t")
    with secrets_shown(True):
        assert redact_response_header(header) == header
        assert redact_request_header(("Cookie", "a=s3cr3t")) == ("Cookie", "a=s3cr3t")
        assert redact_text("//a:s3cr3t@b") == "//a:s3cr3t@b"
        assert list(redact_head(b"X-Token:\r\n s3cr3t\r\n")) == ["X-Token:", " s3cr3t"]
    assert redact_response_header(header) == ("Set-Cookie", "a=[redacted]")


LONG = 100_000
PIECES = (
    *("token", "token=", "token:", "?", "?=", "?a=", "a=b&", "&", "%", "%3f", "%3ftoken%3d", "%3d", "a%3d", "a="),
    *("//", "/", "//a", "//a:b", "//a:b/", "//a@", "@", "a:", "a:b", "http:", "http:a", "https://a:b/c ", "http://"),
    *("eyJ", "eyJ.", "eyJa.b", "eyJa.b.", "-eyJ", "ghp_", "AKIA", "-----BEGIN ", "-----BEGIN PRIVATE KEY", "sk-"),
    *("Bearer ", "Bearer  a", "bearer\t", "Basic a=", "a b", " ", "\t", '"', '"a', '="', "='", '":', '"a":', "'"),
    *("\r", "\rtoken", "\r\n ", "\n", "\r\n", ": ", "a: ", " a:", "Set-Cookie", "Set-Cookie:", "aB", "A-", "--"),
    *("<", "<a", "[", "]", ";", ",", "#", "#a=", ".", "\xe9", "x.", "~", "key", "rate", "1"),
)


@pytest.mark.no_cover
@pytest.mark.parametrize("piece", PIECES)
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    """A pattern that looks at such a text again and again would take hours."""
    for text in (piece * (LONG // len(piece)), "token" + piece * (LONG // len(piece)) + "=@"):
        begin = time.process_time()
        redact_text(text)
        list(redact_head(text.encode("latin-1")))
        redact_response_header(("X-A", text))
        redact_response_header((text, "1"))
        redact_request_header(("Cookie", text))
        assert time.process_time() - begin < 4
