"""The server of the proxy's page as an ASGI app: its files, and a stream of what is new."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from hdrcli import __version__
from hdrcli.loopback.files import page_files
from hdrcli.loopback.guard import API_PATH
from hdrcli.loopback.json_response import PageJSON
from hdrcli.proxy.watching import Watched
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.text.json_text import json_text

_PAGE: Final = Path(__file__).with_name("page")
_PAUSE: Final = 0.25
"""Seconds between two looks for something new: as often as a person can follow."""


def page_app(watched: Watched, proxy: str, upstream: str) -> FastAPI:
    """The app for one proxy, at an origin, of an upstream; without the guard that all requests pass."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, default_response_class=PageJSON)

    @app.get(f"{API_PATH}subject")
    def describe() -> JSON:
        return {"hdrcli": __version__, "proxy": proxy, "upstream": upstream}

    @app.get(f"{API_PATH}events")
    def events() -> StreamingResponse:
        return StreamingResponse(_events(watched), media_type="text/event-stream")

    app.mount("/", page_files(_PAGE))
    return app


async def _events(watched: Watched) -> AsyncIterator[str]:
    """Server-sent events: https://html.spec.whatwg.org/#server-sent-events. Each one has what has changed."""
    known, last = 0, ""
    while (update := await watched.since(known)) is not None:
        routes = update.get("routes", [])
        known += len(routes)
        state = json_text({**update, "routes": []})
        if update and (routes or state != last):
            last = state
            yield f"data: {json_text(update)}\n\n"
        await asyncio.sleep(_PAUSE)
