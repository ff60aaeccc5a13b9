"""The lab's server as an ASGI app: the files of the page, and what its script requests."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Final

from fastapi import FastAPI, HTTPException, Request

from hdrcli import __version__
from hdrcli.lab.checking import TIMEOUT_SECONDS, PageRequest, check_request, words
from hdrcli.lab.subject import CorsSettings, Subject, fault_in
from hdrcli.loopback.files import page_files
from hdrcli.loopback.guard import API_PATH
from hdrcli.loopback.json_response import PageJSON
from hdrcli.records.errors import UsageError
from hdrcli.reporters.json_exchanges import JSON
from hdrcli.reporters.view import shown_path, shown_text
from hdrcli.text.secrets import secrets_shown
from hdrcli.wire.network import NetworkTransport

_PAGE: Final = Path(__file__).with_name("page")
_UNPROCESSABLE: Final = 422


def lab_app(subject: Subject) -> FastAPI:
    """The app for one API, without the guard that all requests pass."""
    network: list[NetworkTransport] = []

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.aclosing(NetworkTransport(timeout=TIMEOUT_SECONDS, verify=subject.verify)) as transport:
            network.append(transport)
            yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, default_response_class=PageJSON, lifespan=lifespan)

    @app.get(f"{API_PATH}subject")
    def describe() -> PageJSON:
        with secrets_shown(shown=True):  # the page sends the requests as they are, and shows `_described`'s other texts
            return PageJSON(_described(subject))

    @app.post(f"{API_PATH}check")
    async def check(sent: PageRequest, request: Request) -> JSON:
        page = request.headers["origin"]  # the guard has let it pass
        try:
            return await check_request(sent, subject.base, page, network[0])
        except UsageError as error:
            raise HTTPException(_UNPROCESSABLE, str(error)) from None

    if subject.cors is not None:
        control = subject.cors

        @app.post(f"{API_PATH}cors")
        def change_cors(settings: CorsSettings) -> JSON:
            fault = fault_in(settings)
            if fault is not None:
                raise HTTPException(_UNPROCESSABLE, fault)
            control.change(settings)
            return asdict(control.read())

    app.mount("/", page_files(_PAGE))
    return app


def _described(subject: Subject) -> JSON:
    """The subject as JSON. The requests are as they are sent, each with a path that may be shown."""
    with secrets_shown(shown=False):
        name, *skipped = map(shown_text, (subject.name, *subject.skipped))
        paths = [shown_path(subject.base + route.path) for route in subject.routes]
    return {
        "hdrcli": __version__,
        "name": name,
        "base": subject.base,
        "skipped": skipped,
        "routes": [asdict(route) | {"shown_path": path} for route, path in zip(subject.routes, paths, strict=True)],
        "cors": None if subject.cors is None else asdict(subject.cors.read()),
        "timeout": TIMEOUT_SECONDS,
        "words": words(),
    }
