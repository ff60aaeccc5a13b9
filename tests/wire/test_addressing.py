"""Connections that go elsewhere than to the URL's host, which stays what browsers see."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path
from typing import Final

import pytest
import trustme

from hdrcli.fetch import parse_url
from hdrcli.records.errors import UsageError
from hdrcli.wire.addressing import read_addressing
from hdrcli.wire.look_ups import LookUps
from tests.cli.program import Ended, assert_one_line, hdrcli
from tests.serving.http import answer
from tests.serving.http2 import HTTP2Server
from tests.serving.loopback import free_port
from tests.serving.site import OPEN_TO_PAGE, Site
from tests.serving.tls import server_context

LOOPBACK: Final = (socket.AF_INET, ("127.0.0.1", 81))
LOOPBACK_6: Final = (socket.AF_INET6, ("::1", 81, 0, 0))


@pytest.mark.parametrize(
    ("resolved", "connected", "url", "addresses"),
    [
        (["api.invalid:81:127.0.0.1"], [], "http://api.invalid:81/", [LOOPBACK]),
        (["API.invalid:81:127.0.0.1,[::1]"], [], "http://api.invalid:81/", [LOOPBACK, LOOPBACK_6]),
        (["api.invalid:81:::1"], [], "http://api.invalid:81/", [LOOPBACK_6]),
        (["*:81:127.0.0.1"], [], "http://api.invalid:81/", [LOOPBACK]),
        (["[2001:db8::1]:81:127.0.0.1"], [], "http://[2001:db8::1]:81/", [LOOPBACK]),
        (["api.invalid:80:127.0.0.1"], [], "http://203.0.113.9:81/", [(socket.AF_INET, ("203.0.113.9", 81))]),
        ([], ["api.invalid:443:127.0.0.1:81"], "https://api.invalid/", [LOOPBACK]),
        ([], ["::127.0.0.1:81"], "https://api.invalid/", [LOOPBACK]),
        ([], ["127.0.0.1:80::81"], "http://127.0.0.1/", [LOOPBACK]),
        ([], ["api.invalid:80:[::1]:81"], "http://api.invalid/", [LOOPBACK_6]),
        ([], ["other.invalid:80:[::1]:81"], "http://127.0.0.1:81/", [LOOPBACK]),
        (["web.invalid:81:127.0.0.1"], ["api.invalid:443:web.invalid:81"], "https://api.invalid/", [LOOPBACK]),
    ],
    ids=str,
)
def test_addresses(resolved: list[str], connected: list[str], url: str, addresses: list[object]) -> None:
    parsed = parse_url(url)
    assert parsed is not None
    addressing = read_addressing(resolved, connected, None)

    assert asyncio.run(addressing.addresses(parsed, LookUps())) == addresses


@pytest.mark.parametrize(
    ("option", "text"),
    [
        *(
            ("--resolve", text)
            for text in (
                *("", "api.example", "api.example:443", "api.example:443:", "api.example:443:other.example"),
                *(":443:127.0.0.1", "api.example:0:127.0.0.1", "api.example:99999:127.0.0.1", "a/b:80:127.0.0.1"),
                *("api.example:80:127.0.0.1,", "http://api.example:80:127.0.0.1", "a@b:80:127.0.0.1"),
            )
        ),
        *(
            ("--connect-to", text)
            for text in ("", "a:1:b", "a:1:b:99999", "a:1:b:2:3", "a:x:b:2", "a:1:b/c:2", "::1:80:b:2")
        ),
        ("--unix-socket", ""),
        ("--rate", "5"),
        ("--rate", "0/s"),
        ("--rate", "5/h"),
        ("--retries", "-1"),
        ("--connect-timeout", "0"),
        ("--proxy", "ftp://proxy.example"),
        ("--proxy", "http://"),
    ],
)
def test_wrong_values_are_refused(option: str, text: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", f"{option}={text}")

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"hdrcli: {option} ")
    assert_one_line(ended.err)


@pytest.mark.parametrize(
    "ways",
    [
        ["--resolve=a.example:80:127.0.0.1"],
        ["--connect-to=a.example:80:127.0.0.1:80"],
        ["--unix-socket=app.sock"],
    ],
    ids=str,
)
def test_a_proxy_makes_its_own_connections(ways: list[str]) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", "--proxy=proxy.example:3128", *ways)

    assert (ended.status, ended.err.partition(" does not go with")[0]) == (2, f"hdrcli: {ways[0].partition('=')[0]}")


@pytest.mark.parametrize(
    "way",
    [
        "--send=X-A: 1",
        "--proxy=proxy.example",
        "--resolve=a.example:80:127.0.0.1",
        "--connect-to=a.example:80:127.0.0.1:80",
        "--unix-socket=app.sock",
    ],
)
def test_a_real_browser_makes_its_own_requests(way: str) -> None:
    ended = hdrcli("check", "http://127.0.0.1/", "--in-browser", way)

    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"hdrcli: {way.partition('=')[0]} does not go with --in-browser")


# --- over real sockets ----------------------------------------------------------------------------------

ITEMS: Final = {"/items": answer(*OPEN_TO_PAGE, "X-Total: 3", "Access-Control-Expose-Headers: X-Total")}


def checked(url: str, *options: str, cwd: Path | None = None) -> Ended:
    page = "--origin=http://localhost:3000"
    return hdrcli("check", url, page, "--no-probe", "--expect-readable=X-Total", *options, cwd=cwd)


@pytest.mark.parametrize("way", ["--resolve=api.invalid:{port}:127.0.0.1", "--connect-to=api.invalid::127.0.0.1:"])
def test_http_elsewhere(way: str) -> None:
    with Site(ITEMS) as site:
        url = f"http://api.invalid:{site.port}/items"
        ended = checked(url, way.format(port=site.port))

    assert (ended.status, ended.err) == (0, "")
    assert {request.get("host") for request in site.requests} == {f"api.invalid:{site.port}"}
    assert {request.get("sec-fetch-site") for request in site.requests} == {None}  # as from any URL that isn't secure


def test_https_elsewhere_has_the_url_s_name_in_the_handshake(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Site(ITEMS, tls=server_context("api.invalid", authority=authority)) as site:
        url, way = "https://api.invalid/items", f"--connect-to=api.invalid:443:127.0.0.1:{site.port}"
        ended = checked(url, way, "--cacert=ca.pem", cwd=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert {request.get("host") for request in site.requests} == {"api.invalid"}


def test_http2_elsewhere(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    headers = [("access-control-allow-origin", "*"), ("access-control-expose-headers", "*"), ("x-total", "3")]
    with HTTP2Server(*headers, tls=server_context("api.invalid", authority=authority)) as server:
        way = f"--resolve=api.invalid:{server.port}:127.0.0.1"
        options = [way, "--cacert=ca.pem", "--http2", "--credentials=omit", "--send=X-Gateway: 1"]
        ended = checked(f"https://api.invalid:{server.port}/items", *options, cwd=tmp_path)

    assert (ended.status, ended.err) == (0, "")
    assert {dict(stream)[":authority"] for stream in server.streams} == {f"api.invalid:{server.port}"}
    assert {dict(stream)["x-gateway"] for stream in server.streams} == {"1"}


def test_loopback_is_judged_by_the_url_s_host() -> None:
    """An https page may request http on loopback, and not http elsewhere, wherever the connection goes."""
    with Site({"/items": answer("Access-Control-Allow-Origin: *")}) as site:
        options = ["--origin=https://app.example", "--no-probe", "--format=json", "--browser=chromium"]
        named = hdrcli("check", f"http://api.invalid:{site.port}/items", f"--resolve=*:{site.port}:127.0.0.1", *options)
        sent = len(site.requests)
        local = hdrcli("check", "http://127.0.0.1:8009/items", f"--connect-to=:8009::{site.port}", *options)

    (caller, *_) = json.loads(named.out)["services"][0]["routes"][0]["callers"]
    assert (caller["failure"]["code"], sent) == ("mixed-content", 0)
    (caller, *_) = json.loads(local.out)["services"][0]["routes"][0]["callers"]
    assert (caller["failure"], len(site.requests) > 0) == (None, True)


def test_a_place_without_a_server_is_named() -> None:
    port = free_port()
    ended = checked("http://api.invalid/items", f"--connect-to=api.invalid:80:127.0.0.1:{port}")

    assert ended.status == 3
    assert f"api.invalid (at 127.0.0.1, port {port})" in ended.err


def test_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    with Site(ITEMS, unix_socket=path) as site:
        ended = checked("http://api.invalid/items", f"--unix-socket={path}")

    assert (ended.status, ended.err) == (0, "")
    assert {request.get("host") for request in site.requests} == {"api.invalid"}


def test_https_over_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "app.sock"
    with Site(ITEMS, tls=server_context("api.invalid"), unix_socket=path) as site:
        ended = checked("https://api.invalid/items", f"--unix-socket={path}", "-k")

    assert (ended.status, len(site.requests) > 0) == (0, True)


@pytest.mark.parametrize("name", ["missing.sock", "x" * 200])
def test_a_unix_socket_that_is_not_there(name: str, tmp_path: Path) -> None:
    ended = checked("http://api.invalid/items", f"--unix-socket={tmp_path / name}")

    assert ended.status == 3
    assert "api.invalid" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_texts_that_are_not_of_the_form_name_the_option() -> None:
    with pytest.raises(UsageError) as raised:
        read_addressing(["a"], [], None)

    assert raised.value.option == "--resolve"
