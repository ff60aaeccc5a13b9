"""HTTP/2, by httpx, before a real server; what the report says of it."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme

from hdrcli.fetch import HTTPResponse
from hdrcli.wire.network import NetworkTransport
from tests.cli.program import assert_one_line, hdrcli, hdrcli_process, importing_first
from tests.reporting import valid
from tests.serving.http2 import HTTP2Server
from tests.serving.loopback import DEADLINE
from tests.serving.raw import RawServer
from tests.serving.tls import server_context, trust
from tests.wire.sending import exchange, http_request


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context, which this process and the ones it starts trust."""
    authority = trustme.CA()
    trust(authority, tmp_path, monkeypatch)
    return server_context("127.0.0.1", authority=authority)


def test_a_request_over_http2(tls: ssl.SSLContext) -> None:
    headers = (("Connection", "keep-alive"), ("X-A", "1"))
    with HTTP2Server(("x-b", "1"), ("x-b", "2"), tls=tls) as server:
        transport = NetworkTransport(timeout=DEADLINE, verify=True, http2=True)
        answer = exchange(transport, http_request(server.url, headers=headers))

    assert answer == HTTPResponse(status=200, headers=(("x-b", "1"), ("x-b", "2")), http_version="2")
    assert server.streams == [
        [
            (":method", "GET"),
            (":authority", f"127.0.0.1:{server.port}"),
            (":scheme", "https"),
            (":path", "/"),
            ("x-a", "1"),
        ]
    ]


def test_a_server_without_http2(tls: ssl.SSLContext) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n", tls=tls) as server:
        transport = NetworkTransport(timeout=DEADLINE, verify=True, http2=True)
        answer = exchange(transport, http_request(server.url))

    assert answer == HTTPResponse(status=200, headers=(("X-A", "1"), ("Content-Length", "0")))


def test_the_report_says_so(tls: ssl.SSLContext) -> None:
    with HTTP2Server(("access-control-allow-origin", "*"), ("x-b", "2"), tls=tls) as server:
        table, document = (
            hdrcli("check", server.url, "--http2", "--verbose", "--format", name) for name in ("table", "json")
        )

    assert "Responses came over HTTP/2, where header names are in lower case." in table.out
    assert "> :method: GET" in table.out
    assert "HTTP/1.1" not in table.out
    assert "> host:" not in table.out.lower()
    (route,) = valid(document.out)["services"][0]["routes"]
    (exchanged,) = route["fetches"][0]["exchanges"]
    assert exchanged["response"]["http_version"] == "2"


def test_http2_without_its_extra(tmp_path: Path) -> None:
    """A module that cannot be imported stands for one that is not installed."""
    (tmp_path / "h2.py").write_text("raise ImportError")
    done = hdrcli_process("check", "https://api.invalid/", "--http2", env=importing_first(tmp_path))

    assert done.status == 2
    assert_one_line(done.err)
    assert "pip install 'hdrcli[http2]'" in done.err
