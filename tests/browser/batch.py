"""All vectors in one go: start the server, start the browser, collect what both have seen."""

from __future__ import annotations

import json
import os
import queue
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.browser import chromium, firefox, webkit
from tests.browser.pages import EXTENSION, lay_out
from tests.browser.program import new_folder
from tests.fetch.vector_files import POLICIES
from tests.serving.by_vector import VectorServer
from tests.serving.http import Request

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.browser.program import Running, Said
    from tests.fetch.vector_files import ThirdPartyCookies, UserAgent, Vector

PATIENCE = 300  # seconds between the reports of two pages, on a busy machine
_kebab_case = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_END = "end.example"  # what the last page asks at last; see runner.js


class Browser(Protocol):
    """What a module must offer to be one of the browsers."""

    NAME: UserAgent
    HOW_TO_GET: str
    HAS_REAL_PORT: bool  # over HTTP/2; see VectorServer

    def find(self) -> str | None: ...

    def running(
        self, program: str, port: int | None, url: str, third_party_cookies: ThirdPartyCookies, extension: Path
    ) -> AbstractContextManager[Running]: ...


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

    requests: tuple[Request, ...]
    outcomes: tuple[Mapping[str, object], ...]  # one for each fetch()
    said: tuple[Said, ...]  # by the console


def run(vectors: Sequence[Vector], browser: Browser, program: str) -> dict[str, Seen]:
    """Play the vectors in the browser, started once for each cookie policy; the answer is keyed by the vectors' ids."""
    seen: dict[str, Seen] = {}
    for policy in POLICIES:
        of_policy = [
            vector for vector in vectors if vector.third_party_cookies == policy and vector.is_for(browser.NAME)
        ]
        if of_policy:
            with new_folder("pages") as folder:
                seen |= _run(of_policy, browser, program, policy, folder)
    return seen


def _run(
    vectors: Sequence[Vector], browser: Browser, program: str, third_party_cookies: ThirdPartyCookies, folder: Path
) -> dict[str, Seen]:
    start, pages = lay_out(vectors, browser.NAME, folder)
    exchanges = {
        vector.id: [exchange for step in vector.steps_for(browser.NAME) for exchange in step.exchanges]
        for vector in vectors
    }
    with (
        VectorServer(exchanges, pages, has_real_port=browser.HAS_REAL_PORT) as server,
        browser.running(program, server.port, start, third_party_cookies, folder / EXTENSION) as running,
    ):
        outcomes: dict[str, list[dict[str, object]]] = {}
        while missing := exchanges.keys() - outcomes.keys():
            outcomes |= _next_report(server, running, missing)
        running.console.wait_for(_END)
    said = _by_vector(running.console.lines, exchanges.keys())
    return {
        vector: Seen(
            requests=server.requests(vector), outcomes=tuple(outcomes[vector]), said=tuple(said.get(vector, ()))
        )
        for vector in exchanges
    }


def _by_vector(lines: Sequence[Said], ids: Collection[str]) -> dict[str, list[Said]]:
    """The lines whose URL or text contains the id of a vector, by that id."""
    found: dict[str, list[Said]] = {}
    for line in lines:
        vector = next((word for word in _kebab_case.findall(f"{line.url} {line.text}") if word in ids), None)
        if vector is not None:
            found.setdefault(vector, []).append(line)
    return found


def _next_report(server: VectorServer, running: Running, missing: set[str]) -> dict[str, list[dict[str, object]]]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.process.poll() is None:
        try:
            report: dict[str, list[dict[str, object]]] = json.loads(server.reports.get(timeout=0.5))
        except queue.Empty:
            continue
        return report
    state = "ended too early" if running.process.poll() is not None else f"did not report for {PATIENCE} seconds"
    raise BrowserError(f"the browser {state}; {len(missing)} vectors are left, the first: {min(missing)}")
