"""All vectors in one go: start the server, start the browser, collect what both have seen."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.browser import chromium, firefox, webkit
from tests.browser.pages import lay_out
from tests.browser.raw_server import RawServer, SeenRequest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from tests.fetch.vector_files import UserAgent, Vector

PATIENCE = 120  # seconds between the reports of two pages


class Browser(Protocol):
    """What a module must offer to be one of the browsers."""

    NAME: UserAgent
    HOW_TO_GET: str

    def find(self) -> str | None: ...

    def running(self, program: str, port: int, url: str) -> AbstractContextManager[subprocess.Popen[bytes]]: ...


BROWSERS: tuple[Browser, ...] = (chromium, firefox, webkit)


def installed(browser: Browser) -> str:
    """The browser's program. Without one the test is skipped, or fails, as it does in CI."""
    program = browser.find()
    if program is None and os.environ.get("HDRCLI_REQUIRE_BROWSERS") != "1":
        pytest.skip(browser.HOW_TO_GET)
    assert program is not None, browser.HOW_TO_GET
    return program


class BrowserError(Exception):
    """The browser did not come to the end of its pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of one vector."""

    requests: tuple[SeenRequest, ...]
    outcomes: tuple[Mapping[str, object], ...]  # one for each fetch()


def run(vectors: Sequence[Vector], browser: Browser, program: str) -> dict[str, Seen]:
    """Play the vectors in the browser; the answer is keyed by the vectors' ids."""
    start, pages = lay_out(vectors, browser.NAME)
    exchanges = {
        vector.id: [exchange for step in vector.steps_for(browser.NAME) for exchange in step.exchanges]
        for vector in vectors
    }
    with (
        _serving(RawServer(exchanges, pages)) as server,
        browser.running(program, server.port, start) as process,
    ):
        outcomes: dict[str, list[dict[str, object]]] = {}
        while missing := exchanges.keys() - outcomes.keys():
            outcomes |= _next_report(server, process, missing)
    return {vector: Seen(requests=server.requests(vector), outcomes=tuple(outcomes[vector])) for vector in exchanges}


@contextmanager
def _serving(server: RawServer) -> Iterator[RawServer]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _next_report(
    server: RawServer, process: subprocess.Popen[bytes], missing: set[str]
) -> dict[str, list[dict[str, object]]]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            report: dict[str, list[dict[str, object]]] = json.loads(server.reports.get(timeout=0.5))
        except queue.Empty:
            continue
        return report
    state = "ended too early" if process.poll() is not None else f"did not report for {PATIENCE} seconds"
    raise BrowserError(f"the browser {state}; {len(missing)} vectors are left, the first: {min(missing)}")
