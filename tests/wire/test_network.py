"""Through a proxy or not. Names in .invalid exist nowhere: who gets an answer for one got it from the proxy."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from hdrcli.fetch import TRANSPORT_FAILURES, Failure, HTTPResponse, TransportFailure
from hdrcli.structs import replace
from hdrcli.verdict.failures import transport_sentence
from hdrcli.wire.network import NetworkTransport
from tests.cli.program import assert_one_line, hdrcli, hdrcli_process, importing_first
from tests.reporting import valid
from tests.serving.loopback import DEADLINE, free_port, has_ipv6
from tests.serving.raw import RawServer
from tests.serving.scripted import ScriptedServer
from tests.serving.tls import server_context, trust
from tests.wire.sending import exchange, http_request

PROXIED = HTTPResponse(status=200, headers=(("X-By", "proxy"),))
DIRECT = HTTPResponse(status=200, headers=(("X-By", "origin"),))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a word on proxies."""
    for name in os.environ:
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def proxy() -> Iterator[RawServer]:
    with RawServer(b"HTTP/1.1 200 OK\r\nX-By: proxy\r\n\r\n") as server:
        yield server


@pytest.fixture
def origin() -> Iterator[RawServer]:
    with RawServer(b"HTTP/1.1 200 OK\r\nX-By: origin\r\n\r\n") as server:
        yield server


def ask(url: str, *, timeout: float = DEADLINE) -> HTTPResponse | TransportFailure:
    """An answer, whichever way it came."""
    answer = exchange(NetworkTransport(timeout=timeout, verify=True), http_request(url))
    return replace(answer, proxy=None) if isinstance(answer, HTTPResponse) else answer


def not_found(host: str, proxy: str | None = None) -> TransportFailure:
    return TransportFailure(failure=Failure.DNS, peer=host, proxy=proxy, at_proxy=proxy is not None)


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_http_through_the_proxy(variable: str, environment: pytest.MonkeyPatch, proxy: RawServer) -> None:
    environment.setenv(variable, proxy.url)

    assert ask("http://api.invalid:8000/a|b?c=%zz") == PROXIED
    assert proxy.requests == [
        b"GET http://api.invalid:8000/a|b?c=%zz HTTP/1.1\r\nHost: api.invalid:8000\r\n\r\n",
    ]


def test_the_lower_case_variable_comes_first(environment: pytest.MonkeyPatch, proxy: RawServer) -> None:
    environment.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    environment.setenv("http_proxy", proxy.url)

    assert ask("http://api.invalid/") == PROXIED


def test_the_scheme_s_variable_comes_before_all(environment: pytest.MonkeyPatch, proxy: RawServer) -> None:
    environment.setenv("all_proxy", f"http://127.0.0.1:{free_port()}")
    environment.setenv("http_proxy", proxy.url)

    assert ask("http://api.invalid/") == PROXIED


@pytest.mark.parametrize(
    ("no_proxy", "url", "answer"),
    [
        ("api.invalid", "http://api.invalid/", not_found("api.invalid")),
        (".invalid", "http://api.invalid/", not_found("api.invalid")),
        ("other.example, invalid", "http://api.invalid:8000/", not_found("api.invalid")),
        ("api.invalid:8000", "http://api.invalid:8000/", not_found("api.invalid")),
        ("*", "http://api.invalid/", not_found("api.invalid")),
        ("api.invalid:8000", "http://api.invalid/", PROXIED),
        ("other.invalid", "http://api.invalid/", PROXIED),
        ("pi.invalid", "http://api.invalid/", PROXIED),
        ("10.0.0.0/8, 192.168.0.0/16", "http://203.0.113.9/", PROXIED),
        ("203.0.113.0/33, nonsense/8, /", "http://203.0.113.9/", PROXIED),
        ("2001:db8::/32", "http://203.0.113.9/", PROXIED),
        ("203.0.113.0/24", "http://api.invalid/", PROXIED),
        ("", "http://api.invalid/", PROXIED),
    ],
)
def test_no_proxy(
    no_proxy: str,
    url: str,
    answer: HTTPResponse | TransportFailure,
    environment: pytest.MonkeyPatch,
    proxy: RawServer,
) -> None:
    environment.setenv("http_proxy", proxy.url)
    environment.setenv("no_proxy", no_proxy)

    assert ask(url) == answer
    assert len(proxy.requests) == (answer == PROXIED)


@pytest.mark.parametrize(
    ("network", "url"),
    [
        ("127.0.0.0/8", "http://0.0.0.0:{port}/"),
        ("0.0.0.0/8, 203.0.113.0/24", "http://0.0.0.0:{port}/"),
        (" 0.0.0.1/8 ", "http://0.0.0.0:{port}/"),
        ("::/96", "http://[::]:{port}/"),
    ],
)
def test_networks_in_no_proxy(
    network: str, url: str, environment: pytest.MonkeyPatch, proxy: RawServer, origin: RawServer
) -> None:
    """An unspecified address is that of this machine, but not loopback."""
    environment.setenv("http_proxy", proxy.url)
    environment.setenv("NO_PROXY", network)
    ask(url.format(port=origin.port))  # over IPv6 nobody listens there

    assert len(proxy.requests) == (network == "127.0.0.0/8")


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({}, "http://api.invalid/"),
        ({"http_proxy": ""}, "http://api.invalid/"),
        ({"https_proxy": "{proxy}"}, "http://api.invalid/"),
        ({"http_proxy": "{proxy}"}, "https://api.invalid/"),
    ],
)
def test_no_proxy_for_this_scheme(
    variables: dict[str, str],
    url: str,
    environment: pytest.MonkeyPatch,
    proxy: RawServer,
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value.format(proxy=proxy.url))

    assert ask(url) == not_found("api.invalid")
    assert proxy.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "127.1"])
def test_loopback_is_never_proxied(host: str, environment: pytest.MonkeyPatch, proxy: RawServer) -> None:
    if host == "[::1]" and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    environment.setenv("all_proxy", proxy.url)
    environment.setenv("http_proxy", proxy.url)
    address = "::1" if host == "[::1]" else "127.0.0.1"
    with RawServer(b"HTTP/1.1 200 OK\r\nX-By: origin\r\n\r\n", host=address) as origin:
        assert ask(f"http://{host}:{origin.port}/") == DIRECT

    assert proxy.requests == []


def test_one_transport_goes_either_way(
    environment: pytest.MonkeyPatch,
    proxy: RawServer,
    origin: RawServer,
) -> None:
    environment.setenv("http_proxy", proxy.url)
    transport = NetworkTransport(timeout=DEADLINE, verify=True)

    answers = [exchange(transport, http_request(url)) for url in ("http://api.invalid/", origin.url)]
    assert answers == [replace(PROXIED, proxy=f"127.0.0.1:{proxy.port}"), DIRECT]
    assert (len(proxy.requests), len(origin.requests)) == (1, 1)


# --- https: a tunnel ------------------------------------------------------------------------------------


@contextlib.contextmanager
def tunnel_to(port: int) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that answers one CONNECT, to wherever, with a tunnel to this port; its URL and what it was asked."""
    asked: list[bytes] = []

    def serve(_number: int, client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as server:
            asked.append(client.recv(65536))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=copy, args=(server, client), daemon=True)
            back.start()
            copy(client, server)
            back.join(DEADLINE)

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):  # either end may go away
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    with ScriptedServer(serve) as proxy:
        yield proxy.origin, asked


def test_https_through_a_tunnel(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    trust(authority, tmp_path, environment)
    tls = server_context("api.invalid", authority=authority)
    with (
        RawServer(b"HTTP/1.1 200 OK\r\nX-By: origin\r\n\r\n", tls=tls) as origin,
        tunnel_to(origin.port) as (url, asked),
    ):
        environment.setenv("https_proxy", url)
        assert ask("https://api.invalid/") == DIRECT

    assert asked[0].startswith(b"CONNECT api.invalid:443 HTTP/1.1\r\n")
    assert origin.requests == [b"GET / HTTP/1.1\r\nHost: api.invalid\r\n\r\n"]


def test_a_proxy_that_opens_no_tunnel(environment: pytest.MonkeyPatch) -> None:
    with RawServer(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as proxy:
        environment.setenv("https_proxy", proxy.url)
        answer = ask("https://api.invalid/")

    assert proxy.requests[0].startswith(b"CONNECT api.invalid:443 HTTP/1.1\r\n")
    assert answer == TransportFailure(
        failure=Failure.CONNECTION_FAILED,
        subject="proxy-tunnel",
        peer="api.invalid",
        proxy=f"127.0.0.1:{proxy.port} (named by https_proxy)",
        at_proxy=True,
        seen="403 Forbidden",
    )


# --- proxies that do not work: a value, never an exception ------------------------------------------------


def test_a_proxy_that_is_down(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    answer = ask("http://api.invalid/")

    assert isinstance(answer, TransportFailure)
    assert answer.failure in TRANSPORT_FAILURES
    assert transport_sentence(answer).endswith(".")


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "Http_Proxy"])
def test_a_proxy_that_is_down_is_named_with_its_variable(variable: str, environment: pytest.MonkeyPatch) -> None:
    port = free_port()
    environment.setenv(variable, f"http://127.0.0.1:{port}")
    answer = ask("http://api.invalid/")

    assert isinstance(answer, TransportFailure)
    assert (answer.proxy, answer.at_proxy) == (f"127.0.0.1:{port} (named by {variable})", True)


def test_a_proxy_that_says_nothing(environment: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        environment.setenv("http_proxy", f"http://{place}")
        answer = ask("http://api.invalid/", timeout=0.3)

    assert answer == TransportFailure(
        failure=Failure.TIMEOUT,
        subject="response",
        peer="api.invalid",
        proxy=f"{place} (named by http_proxy)",
        at_proxy=True,
        expected="0.3 s",
    )


def test_a_proxy_s_name_that_does_not_exist(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("http_proxy", "proxy.invalid:3128")

    assert ask("http://api.invalid/") == not_found("api.invalid", "proxy.invalid:3128 (named by http_proxy)")


def test_a_proxy_that_closes(environment: pytest.MonkeyPatch) -> None:
    with RawServer(b"") as proxy:
        environment.setenv("http_proxy", proxy.url)
        answer = ask("http://api.invalid/")

    assert answer == TransportFailure(
        failure=Failure.EMPTY_REPLY,
        peer="api.invalid",
        proxy=f"127.0.0.1:{proxy.port} (named by http_proxy)",
    )


def test_a_proxy_that_speaks_no_http(environment: pytest.MonkeyPatch) -> None:
    with RawServer(b"SSH-2.0-OpenSSH\r\n\r\n") as proxy:
        environment.setenv("http_proxy", proxy.url)
        answer = ask("http://api.invalid/")

    assert isinstance(answer, TransportFailure)
    assert (answer.failure, answer.subject) == (Failure.INVALID_HTTP, "")
    assert (answer.peer, answer.proxy) == ("api.invalid", f"127.0.0.1:{proxy.port} (named by http_proxy)")


def test_a_certificate_behind_a_proxy_is_not_the_proxy_s(environment: pytest.MonkeyPatch) -> None:
    with RawServer(b"", tls=server_context("api.invalid")) as origin, tunnel_to(origin.port) as (url, _):
        environment.setenv("https_proxy", url)
        answer = ask("https://api.invalid/")

    place = f"{url.removeprefix('http://')} (named by https_proxy)"
    assert isinstance(answer, TransportFailure)
    assert answer.failure is Failure.CERTIFICATE
    assert (answer.peer, answer.proxy, answer.at_proxy) == ("api.invalid", place, False)


def test_a_header_that_httpx_refuses_is_not_printed(proxy: RawServer) -> None:
    same_origin = ("http://api.invalid/", "--origin", "http://api.invalid")
    header = ("-H", "Authorization: Bearer SECRET\x0bx")
    done = hdrcli("check", *same_origin, *header, env={"http_proxy": proxy.url})

    assert done.status == 3
    assert "SECRET" not in done.out + done.err
    assert "httpx rejects a header of the request to api.invalid through the proxy 127.0.0.1:" in done.err


def test_a_proxy_without_a_scheme(environment: pytest.MonkeyPatch, proxy: RawServer) -> None:
    environment.setenv("http_proxy", f"127.0.0.1:{proxy.port}")

    assert ask("http://api.invalid/") == PROXIED


@pytest.mark.parametrize(
    "proxy",
    [
        pytest.param("socks5://127.0.0.1:1"),
        pytest.param("quic://127.0.0.1:1"),
        "http://[",
        "http://nonexistent.invalid:1",
    ],
)
def test_a_proxy_that_cannot_be_used(proxy: str, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("http_proxy", proxy)
    answer = ask("http://api.invalid/")

    assert isinstance(answer, TransportFailure)
    assert answer.failure in TRANSPORT_FAILURES


@pytest.mark.parametrize(
    "place", ["proxy.invalid:99999x", "proxy.invalid:99999", ":3128", "#proxy.invalid", "a..b\xfc", "\x0b"]
)
def test_a_proxy_whose_url_is_faulty(place: str) -> None:
    done = hdrcli("check", "http://api.invalid/", env={"http_proxy": f"http://user:secret@{place}"})

    assert done.status == 3
    assert_one_line(done.err)
    assert "The proxy that http_proxy names cannot be used: it is not of the form http://" in done.err
    assert "secret" not in done.out + done.err


def test_socks_without_its_extra(tmp_path: Path) -> None:
    """A module that cannot be imported stands for one that is not installed."""
    (tmp_path / "socksio.py").write_text("raise ImportError")
    env = importing_first(tmp_path) | {"http_proxy": "socks5://127.0.0.1:1"}
    done = hdrcli_process("check", "http://api.invalid/", env=env)

    assert done.status == 3
    assert_one_line(done.err)
    assert "pip install 'hdrcli[socks]'" in done.err


def test_the_report_says_that_a_proxy_stands_between(proxy: RawServer) -> None:
    env = {"http_proxy": proxy.url.replace("//", "//user:secret@")}
    table, document = (
        hdrcli("check", "http://api.invalid/", "--exchanges", "--format", name, env=env) for name in ("table", "json")
    )

    assert f"Responses came through the proxy 127.0.0.1:{proxy.port}, " in table.out
    (route,) = valid(document.out)["services"][0]["routes"]
    for exchanged in route["fetches"][0]["exchanges"]:
        assert exchanged["response"]["proxy"] == f"127.0.0.1:{proxy.port}"
    assert "secret" not in table.out + document.out
