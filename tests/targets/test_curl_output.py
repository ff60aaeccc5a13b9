"""The output of `curl -i` and `curl -v`, in a file or on standard input."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.cli.program import assert_one_line, hdrcli
from tests.missing import is_missing
from tests.serving.site import Site
from tests.targets.reading import JSON, document

PAGE: Final = "https://app.example"
HTTP_PAGE: Final = "http://app.example"
OPEN: Final = f"Access-Control-Allow-Origin: {PAGE}\r\nAccess-Control-Expose-Headers: X-A\r\n"
HEAD: Final = f"HTTP/1.1 200 OK\r\n{OPEN}X-A: 1\r\nX-B: 2\r\n\r\n"
UNKNOWN: Final = "https://recorded.invalid/"

VERBOSE: Final = f"""\
*   Trying 192.0.2.1:443...
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
{{ [5 bytes data]
> GET /items HTTP/2
> Host: api.example
> user-agent: curl/8.5.0
> accept: */*
> origin: {PAGE}
> x-trace: 1
>
< HTTP/2 200
< access-control-allow-origin: {PAGE}
< access-control-expose-headers: x-a
< x-a: 1
< x-b: 2
<
{{ [2 bytes data]
* Connection #0 to host api.example left intact
"""
PREFLIGHT: Final = f"""\
> OPTIONS /items HTTP/1.1
> Host: api.example:8443
> Origin: {HTTP_PAGE}
> Access-Control-Request-Method: PUT
> Access-Control-Request-Headers: x-trace
>
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: {HTTP_PAGE}
< Access-Control-Allow-Methods: PUT
"""
REDIRECTED: Final = f"""\
> GET /old HTTP/1.1
> Host: api.example
> Origin: {HTTP_PAGE}
>
< HTTP/1.1 302 Found
< Access-Control-Allow-Origin: {HTTP_PAGE}
< Location: /items
<
> GET /items HTTP/1.1
> Host: api.example
> Origin: {HTTP_PAGE}
>
< HTTP/1.1 200 OK
< Access-Control-Allow-Origin: {HTTP_PAGE}
< X-A: 1
"""


def read(text: str | bytes, *arguments: str) -> tuple[JSON, JSON]:
    """The service and its route."""
    ended = hdrcli("check", "-", "--format=json", *arguments, given=text)
    (service,) = document(ended)["services"]
    (route,) = service["routes"]
    return service, route


def failures(route: JSON) -> set[str]:
    return {(caller["failure"] or {}).get("code", "") for caller in route["callers"] if not caller["comparison"]}


def readable(route: JSON) -> dict[str, bool | None]:
    return {each["name"].lower(): each["readable"] for each in route["headers"] if each["custom"] and each["values"]}


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD.replace("\r\n", "\n"),
        HEAD + "HTTP is a protocol\n",
        HEAD.rstrip(),
        HEAD.rstrip().replace("\r\n", "\n"),
        "\n" + HEAD,
        "HTTP/1.1 200 Connection established\r\n\r\n" + HEAD,
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HEAD,
        "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n" + HEAD,
        HEAD.replace("HTTP/1.1 200 OK", "HTTP/2 200 "),
        HEAD.replace("HTTP/1.1 200 OK", "HTTP/3 200"),
        "HTTP/2 103\r\nLink: </a>\r\n\r\n" + HEAD.replace("HTTP/1.1 200 OK", "HTTP/2 200 "),
    ],
)
def test_the_response_of_curl_i_is_judged_for_the_page(text: str) -> None:
    service, route = read(text, f"--origin={PAGE}")

    assert (route["url"], route["status"]) == (UNKNOWN, 200)
    assert readable(route) == {"x-a": True, "x-b": False}
    assert failures(route) == {""}
    assert any(UNKNOWN in limit for limit in service["limits"])
    assert failures(read(text, "--origin=https://other.example")[1]) == {"allow-origin-mismatch"}


def test_the_bytes_are_read_as_each_browser_reads_them() -> None:
    """Chromium ignores the space before a colon."""
    _, route = read(f"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin : {PAGE}\r\nX-A: 1\r\n\r\n", f"--origin={PAGE}")

    assert {caller["browsers"][0]: caller["outcome"] for caller in route["callers"] if not caller["comparison"]} == {
        "chromium": "readable",
        "firefox": "network-error",
    }


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_curl_v_names_the_request_and_the_page(ends: str) -> None:
    service, route = read(VERBOSE.replace("\n", ends))

    assert (route["method"], route["url"], route["status"]) == ("GET", "https://api.example/items", 200)
    assert {caller["page"] for caller in route["callers"]} == {PAGE}
    assert readable(route) == {"x-a": True, "x-b": False}
    assert any("no preflight" in limit for limit in service["limits"])


def test_curl_v_with_a_preflight() -> None:
    request = PREFLIGHT.replace("OPTIONS", "PUT").replace("> Access-Control-Request-Method: PUT\n", "")
    request = request.replace("> Access-Control-Request-Headers: x-trace", "> X-Trace: 1")
    _, refused = read(PREFLIGHT + request)
    allowing = PREFLIGHT + "< Access-Control-Allow-Headers: x-trace\n"
    service, allowed = read(allowing + request)

    assert (refused["method"], refused["url"]) == ("PUT", "http://api.example:8443/items")
    assert failures(refused) == {"preflight-header"}
    assert failures(allowed) == {""}
    assert not any("preflight" in limit for limit in service["limits"])


@pytest.mark.parametrize(
    ("more", "failure", "status"), [("", "preflight-header", 1), ("< Access-Control-Allow-Headers: X-Trace\n", "", 0)]
)
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_preflight_by_itself(more: str, failure: str, status: int, method: str) -> None:
    """The request that it is for was not made, and need not be."""
    ended = hdrcli("check", "-", "--format=json", given=PREFLIGHT.replace("Method: PUT", f"Method: {method}") + more)
    (route,) = document(ended)["services"][0]["routes"]

    assert route["method"] == method
    assert failures(route) == ({failure} if failure else set())
    assert bool(route["held"]) is not bool(failure)
    assert ended.status == status


def test_a_method_and_headers_may_be_given_for_a_response_without_its_request() -> None:
    service, route = read(HEAD, f"--origin={PAGE}", "-X", "PUT", "-H", "X-Trace: 1")

    assert (route["method"], failures(route)) == ("PUT", {""})
    assert any("no preflight" in limit for limit in service["limits"])


def test_redirects_are_followed_within_the_recording() -> None:
    _, route = read(REDIRECTED)

    assert (route["url"], route["status"], failures(route)) == ("http://api.example/old", 200, {""})
    _, cut_off = read(REDIRECTED.partition("> GET /items")[0])
    assert failures(cut_off) == {"not-recorded"}


def test_a_request_without_an_origin_is_reported() -> None:
    service, _ = read(VERBOSE.replace(f"> origin: {PAGE}\n", ""))

    assert any("had no Origin header" in limit for limit in service["limits"])


@pytest.mark.skipif(is_missing("curl"), reason="curl is not installed")
def test_what_curl_itself_prints(tmp_path: Path) -> None:
    body = b"< HTTP/1.1 500\n> GET / HTTP/1.1\n"  # curl prints it unmarked
    response = f"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {PAGE}\r\nContent-Length: {len(body)}\r\n\r\n"
    with Site({"/items": response.encode() + body}) as site:
        command = ["curl", "-sv", "-H", f"Origin: {PAGE}", f"{site.url}/items"]
        printed = subprocess.run(command, capture_output=True, check=True)
        included = subprocess.run([*command, "-i"], capture_output=True, check=True)
    (tmp_path / "head.txt").write_bytes(included.stdout)
    _, verbose = read(printed.stderr)
    (service,) = document(hdrcli("check", "head.txt", "--format=json", f"--origin={PAGE}", cwd=tmp_path))["services"]

    assert (verbose["url"], verbose["status"], failures(verbose)) == (f"{site.url}/items", 200, {""})
    assert (service["routes"][0]["status"], failures(service["routes"][0])) == (200, {""})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("> GET / HTTP/1.1\n> Host: a.example\n>\n* Connection refused\n", "standard input has no response"),
        ("> GET http://[ HTTP/1.1\n> Host: a\n< HTTP/1.1 200 OK\n<\n", "has no URL"),
        ("{}", "not a HAR"),
    ],
)
def test_an_output_without_a_response_is_wrong_usage(text: str, message: str) -> None:
    ended = hdrcli("check", "-", given=text)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
    assert message in ended.err


@pytest.mark.parametrize(
    "text",
    [
        b"HTTP/1.1 200 \x1b[2J\r\nX-\xff: \x1b[2J\xff\r\n\r\n",
        b"HTTP/1.1 999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: \0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 100_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5000,
        b"HTTP/1.1 200 OK\r\n\r\n" * 5000,
        b"> GET /\x1b[2J HTTP/1.1\n> Host: \xff\n< HTTP/1.1 200 OK\n" + b"< X: 1\n" * 10_000,
    ],
    ids=["controls", "status", "NUL", "too large", "interim", "many", "verbose"],
)
def test_a_hostile_output_does_no_harm(text: bytes) -> None:
    for arguments in ([], ["--format=json"]):
        ended = hdrcli("check", "-", *arguments, given=text)

        assert ended.status in {0, 1, 2, 3}
        assert "\x1b" not in ended.out + ended.err
        assert "Traceback" not in ended.err


def test_an_empty_file_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "head.txt").write_bytes(b"\n")
    ended = hdrcli("check", "head.txt", cwd=tmp_path)

    assert (ended.status, ended.err) == (2, "hdrcli: head.txt is empty.\n")


def test_a_file_of_another_kind_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("http://127.0.0.1/\n", "utf-8")
    ended = hdrcli("check", "urls.txt", cwd=tmp_path)

    assert ended.status == 2
    assert_one_line(ended.err)
    assert "write @urls.txt" in ended.err
