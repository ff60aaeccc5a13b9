"""HTTP/2, by httpx, before a real server; what the report says of it."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
import trustme

from hdrcli.fetch import HTTPResponse
from hdrcli.fetch.headers import Header
from hdrcli.wire.network import NetworkTransport
from tests.cli.program import assert_one_line, hdrcli
from tests.reporting import valid
from tests.servers import DEADLINE, RawServer, exchange, http_request


class HTTP2Server(RawServer):
    """Answers each stream with these headers, and notes those of the requests."""

    def __init__(self, *headers: Header, tls: ssl.SSLContext) -> None:
        tls.set_alpn_protocols(["h2"])
        super().__init__(tls=tls)
        self.asked: list[list[Header]] = []
        self._headers = headers

    def _serve(self, connection: socket.socket) -> None:
        protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        protocol.initiate_connection()
        connection.sendall(protocol.data_to_send())
        while data := connection.recv(65536):
            for event in protocol.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    assert event.stream_id is not None
                    self.asked.append([(str(name), str(value)) for name, value in event.headers or ()])
                    protocol.send_headers(event.stream_id, [(":status", "200"), *self._headers], end_stream=True)
            connection.sendall(protocol.data_to_send())


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's context, which this process and the ones it starts trust."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_a_request_over_http2(tls: ssl.SSLContext) -> None:
    headers = (("Connection", "keep-alive"), ("X-A", "1"))
    with HTTP2Server(("x-b", "1"), ("x-b", "2"), tls=tls) as server:
        transport = NetworkTransport(timeout=DEADLINE, verify=True, http2=True)
        answer = exchange(transport, http_request(server.url, headers=headers))

    assert answer == HTTPResponse(status=200, headers=(("x-b", "1"), ("x-b", "2")), http_version="2")
    assert server.asked == [
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
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])}
    done = hdrcli("check", "https://api.invalid/", "--http2", env=env)

    assert done.status == 2
    assert_one_line(done.err)
    assert "pip install 'hdrcli[http2]'" in done.err
