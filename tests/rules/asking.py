"""Small apps in-process, and what the rules find when a page asks them.

report = ask(answering(lines(("Access-Control-Allow-Origin", "*"))), credentials=("include",))
assert found(report) == ["error HDR105"]  # of tests.findings
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from hdrcli.fetch.request import CredentialsMode
from hdrcli.inspection import check_async
from hdrcli.report.report import Report
from hdrcli.settings import Settings
from hdrcli.wire.over_httpx import HTTPXTransport
from tests.serving.loopback import DEADLINE

PAGE: Final = "https://app.example"
URL: Final = "https://api.example/items"

ANY_STATUS: Final = ("2xx", "3xx", "4xx", "5xx")
"""HDR005 has tests of its own."""

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as an app sees it; `origin` is empty where there is none, `codings` are those it accepts."""

    method: str
    path: str
    origin: str
    codings: str
    query: str = ""
    wanted_method: str = ""
    wanted_headers: str = ""
    """Of a preflight."""


Answer = tuple[int, Lines]
Answering = Callable[[Asked], Answer]


def lines(*headers: tuple[str, str], status: int = 200) -> Answering:
    """The same lines in every answer."""
    return lambda _: (status, headers)


def preflight(*headers: tuple[str, str], status: int = 200) -> Answering:
    """The preflight is answered with these lines, and everything else is allowed to all."""
    allowed = (("Access-Control-Allow-Origin", "*"),)
    return lambda asked: (status, headers) if asked.method == "OPTIONS" else (200, allowed)


def answering(answer: Answering, body: bytes = b"") -> ASGIApp:
    """An ASGI app that answers so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        asked = dict(scope["headers"])
        origin, codings = (asked.get(name, b"").decode() for name in (b"origin", b"accept-encoding"))
        query = scope["query_string"].decode()
        wanted = (asked.get(b"access-control-request-" + name, b"").decode() for name in (b"method", b"headers"))
        status, headers = answer(Asked(scope["method"], scope["path"], origin, codings, query, *wanted))
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    return app


def ask(
    app: ASGIApp,
    *urls: str,
    method: str = "GET",
    headers: Lines = (),
    origins: tuple[str, ...] = (PAGE,),
    credentials: tuple[CredentialsMode, ...] = ("omit",),
    browsers: tuple[str, ...] = (),
    cookies: tuple[str, ...] = (),
    probe: bool = True,
    compare: str | None = None,
    expect_status: tuple[str, ...] = ANY_STATUS,
    **more: Any,  # noqa: ANN401 -- other fields of Settings
) -> Report:
    """Ask the app for these URLs, or `URL`, in-process; an app that raises has answered 500, as on a real server."""
    transport = HTTPXTransport(httpx.ASGITransport(app, raise_app_exceptions=False), timeout=DEADLINE)
    settings = Settings(
        targets=urls or (URL,),
        method=method,
        headers=headers,
        origins=origins,
        credentials=credentials,
        browsers=browsers,
        cookies=cookies,
        probe=probe,
        compare=compare,
        expect_status=expect_status,
        **more,
    )
    return asyncio.run(check_async(settings, transport))
