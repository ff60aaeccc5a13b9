"""Proxies in this process, in front of any service."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socket import create_connection, socket
from typing import Final

from hdrcli.fetch import parse_url
from hdrcli.inspection import check_targets
from hdrcli.loopback.listening import listen_on_loopback
from hdrcli.proxy.server import Upstream
from hdrcli.proxy.target import ProxyTarget
from hdrcli.report.report import Report
from hdrcli.settings import Settings
from hdrcli.structs import replace
from tests.serving.loopback import DEADLINE
from tests.serving.site import PAGE

CHROMIUM: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)

_DEFAULT: Final = Settings(targets=())


@dataclass
class Proxied:
    """A proxy that runs: `report` ends it."""

    port: int
    warnings: list[str]
    end: Callable[[], None]
    reports: list[Report] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket:
        return create_connection(("127.0.0.1", self.port), DEADLINE)

    def report(self) -> Report:
        """What came of it."""
        self.end()
        return self.reports[0]


@contextmanager
def proxy_of(upstream: str, settings: Settings = _DEFAULT, *, host: str | None = None) -> Iterator[Proxied]:
    """A proxy in a thread, with an event loop of its own."""
    url = parse_url(upstream)
    assert url is not None
    settings = replace(settings, targets=(upstream,), third_party_cookies="allow", max_time=math.inf)
    listeners = listen_on_loopback(0, "--port")
    warnings: list[str] = []
    target = ProxyTarget(listeners, Upstream(url, settings), warnings.append, host)

    def run() -> None:
        proxied.reports.append(asyncio.run(check_targets(settings, (target,))))

    thread = threading.Thread(target=run, daemon=True)

    def end() -> None:
        target.stop()
        thread.join(DEADLINE)
        assert not thread.is_alive()

    proxied = Proxied(port=listeners[0].getsockname()[1], warnings=warnings, end=end)
    thread.start()
    try:
        yield proxied
    finally:
        end()
        for listener in listeners:
            listener.close()


def request(method: str, path: str, *lines: str, page: str = PAGE, body: bytes = b"") -> bytes:
    """A request as a page's script sends it."""
    length = [f"Content-Length: {len(body)}"] if body else []
    head = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost:1234",
        f"User-Agent: {CHROMIUM}",
        f"Origin: {page}",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Dest: empty",
        *lines,
        *length,
    ]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


def preflight(path: str, method: str, *names: str) -> bytes:
    """A preflight as a browser sends it."""
    listed = [f"Access-Control-Request-Headers: {','.join(names)}"] if names else []
    return request("OPTIONS", path, f"Access-Control-Request-Method: {method}", *listed)


def exchange(proxied: Proxied, *requests: bytes) -> bytes:
    """Send requests, one after the other over connections of their own; the bytes that came back for the last one."""
    received = b""
    for each in requests:
        with proxied.connect() as connection:
            connection.sendall(each)
            received = read_to_end(connection)
    return received


def read_to_end(connection: socket) -> bytes:
    received = bytearray()
    with suppress(ConnectionResetError):
        while data := connection.recv(65536):
            received += data
    return bytes(received)
