"""Labs for the tests: of the running sample as a user starts it, and of any server."""

from __future__ import annotations

import http.client
import json
import queue
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from hdrcli.lab.app import lab_app
from hdrcli.lab.subject import LabRoute, Subject
from hdrcli.loopback.page_server import PageServer
from tests.cli.program import COMMAND, environment
from tests.serving.loopback import DEADLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A lab that runs: the URL with the token, the API, and the process."""

    url: str
    api: str
    process: subprocess.Popen[str] | None = None

    @property
    def origin(self) -> str:
        return self.url.partition("/#")[0]

    @property
    def token(self) -> str:
        return self.url.partition("#")[2]


@contextmanager
def command(*arguments: str) -> Iterator[Served]:
    """A command that serves a lab, until the block ends. What it prints names the API first, then the page."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            lines = _lines(process)
            api, url = (_next_url(lines) for _ in range(2))
            while "#" not in url:
                url = _next_url(lines)
            yield Served(url=url, api=api, process=process)
        finally:
            process.terminate()


def _lines(process: subprocess.Popen[str]) -> queue.SimpleQueue[str]:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    output = process.stdout
    assert output

    def read() -> None:
        for line in output:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _next_url(lines: queue.SimpleQueue[str]) -> str:
    seen = []
    while line := lines.get(timeout=DEADLINE):
        seen.append(line)
        found = re.search(r"http://\S+", line)
        if found is not None:
            return found[0]
    raise AssertionError("".join(seen))


@contextmanager
def lab_of(api: str, *paths: str) -> Iterator[Served]:
    """A lab in this process, of the API at an origin."""
    routes = tuple(LabRoute(method="GET", path=path) for path in paths)
    with PageServer(0) as lab:
        lab.start(lab_app(Subject(name="the API", base=api, routes=routes)), api)
        yield Served(url=lab.url, api=api)


def send(lab: Served, method: str, path: str, body: object = None, **changes: str | None) -> tuple[int, str]:
    """The status and the body of the response to a request as the page sends it, but for these headers."""
    port = urlsplit(lab.origin).port
    given = {"host": f"localhost:{port}", "authorization": f"Bearer {lab.token}", "origin": lab.origin} | changes
    connection = http.client.HTTPConnection("127.0.0.1", port or 0, timeout=DEADLINE)
    try:
        connection.putrequest(method, path, skip_host=True)
        content = b"" if body is None else json.dumps(body).encode()
        for name, value in {**given, "content-type": "application/json", "content-length": str(len(content))}.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(content)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
