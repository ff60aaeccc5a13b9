"""What commands write that run until they are stopped, change files, or run browsers.

`tests.safety.outputs` has the others.

The diff of `--diff` and the file that `--fix` changes are the user's own source, which stays as it is byte for byte.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from tests.cli.test_watching import watched
from tests.lab.serving import lab_of, send
from tests.proxy.program import Running, running
from tests.proxy.serving import preflight, request
from tests.safety.outputs import IN_FILES, Run, Written, of_command
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE
from tests.targets.projects import project, run

LAST: Final = "/last"
"""The path of a request after all others; the site has a response to it."""
LAST_RESPONSE: Final = answer(*OPEN_TO_PAGE)


_IN_BROWSER: Final = Run(
    ("--in-browser", "--browser=chromium", "--format=table", *(f"--format={name}={name}" for name in IN_FILES)), "table"
)


def of_browser(*urls: str) -> Iterator[Written]:
    """What `--in-browser` adds to reports on URLs."""
    return of_command("check", *urls, "--no-probe", run=_IN_BROWSER)


# --- lab --------------------------------------------------------------------------------------------------------------


def of_lab(api: str, paths: Sequence[str], error: str) -> Iterator[Written]:
    """What the lab's server says of routes to its page, whose browser rejected each fetch with an error."""
    with lab_of(api, *paths) as lab:
        subject = json.loads(send(lab, "GET", "/api/subject")[1])
        for route in subject["routes"]:
            del route["path"]  # the page sends it as it is, and shows another text
        yield Written("lab subject", "page json", json.dumps(subject))
        seen = [{"credentials": "omit", "error": error}]
        for path in paths:
            sent = {"path": path, "visitor": {"name": "chromium", "version": "1"}, "seen": seen}
            yield Written(f"lab check {path}", "page json", send(lab, "POST", "/api/check", sent)[1])


# --- proxy ------------------------------------------------------------------------------------------------------------


def of_proxy(upstream: str, paths: Sequence[str], *headers: str) -> Iterator[Written]:
    """What the proxy writes while pages request these paths, sends to its own page, and reports at the end."""
    with TemporaryDirectory() as name:
        formats = [f"--format={each}={Path(name, each)}" for each in IN_FILES]
        with running(upstream, "--page", "--verbose", "--exchanges", "--format=table", *formats) as proxy:
            names = [header.partition(":")[0] for header in headers]
            for path in paths:
                if headers:
                    proxy.send(preflight(path, "PUT", *names))
                proxy.send(request("PUT" if headers else "GET", path, *headers))
            proxy.send(request("GET", LAST))
            events = _events_to_last(proxy)
            _, out, err = proxy.end()
        yield Written("proxy page", "page events", events)
        yield Written("proxy", "table", out)
        yield Written("proxy (stderr)", "text", err)
        for file in Path(name).iterdir():
            yield Written(f"proxy ({file.name})", file.name, file.read_text("utf-8"))


def _events_to_last(proxy: Running) -> str:
    """The lines of the page's event stream, up to the one that has the last request."""
    url = urlsplit(proxy.wait_for(r"browser:  (http://\S+)")[1])
    connection = http.client.HTTPConnection("127.0.0.1", url.port or 0, timeout=DEADLINE)
    connection.request("GET", "/api/events", headers={"Authorization": f"Bearer {url.fragment}"})
    response = connection.getresponse()
    lines = []
    while line := response.readline().decode():
        lines.append(line)
        if f'"path": "{LAST}"' in line:
            break
    connection.close()
    return "".join(lines)


# --- apps -------------------------------------------------------------------------------------------------------------

_APP: Final = """
    from fastapi import FastAPI
    from starlette.middleware.cors import CORSMiddleware

    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], expose_headers=["X-Known"])


    class Hostile:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            async def with_more(message):
                if message["type"] == "http.response.start":
                    message["headers"].extend(HEADERS)
                await send(message)

            await self.app(scope, receive, with_more)


    app.add_middleware(Hostile)


    @app.get("/items")
    def items():
        return []
"""


def of_app(folder: Path, name: str, value: str) -> Iterator[Written]:
    """What `--diff`, `--fix` and `--watch` write about an app that sends a header; what the app prints is its own."""
    headers = [[name.encode("latin-1"), value.encode("latin-1")], [b"x-total", b"1"]]
    project(folder, {"main.py": _APP})
    main = folder / "main.py"
    main.write_text(f"{main.read_text('utf-8')}HEADERS = {headers!r}\n", "utf-8")
    for options in (["--diff"], ["--diff", "--unsafe-fixes", "--origin=https://app.example"]):
        ended = run(folder, "main:app", *options)
        yield Written(f"diff {options}", "text", ended.out)
        yield Written(f"diff {options} (stderr)", "text", ended.err)
    with watched(folder, "main:app") as watching:
        yield Written("watch", "text", watching.round())
        ended = run(folder, "main:app", "--fix")
        yield Written("watch, after a change", "text", watching.round())
        watching.interrupt()
    yield Written("fix", "text", ended.out)
    yield Written("fix (stderr)", "text", ended.err)
