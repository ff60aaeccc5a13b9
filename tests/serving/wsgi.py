"""WSGI applications on the servers that Flask and Django are developed with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from typing import TYPE_CHECKING, Final
from wsgiref import simple_server

from werkzeug import serving

from tests.serving.asgi import Served, Server, Uvicorns
from tests.serving.loopback import DEADLINE

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Start = Callable[["WSGIApplication"], HTTPServer]

_LOOPBACK: Final = "127.0.0.1"


def on_werkzeug(app: WSGIApplication) -> Server:
    """As `flask run` does."""
    return _on(lambda noting: serving.make_server(_LOOPBACK, 0, noting), app)


def on_wsgiref(app: WSGIApplication) -> Server:
    """As `manage.py runserver` does."""
    return _on(lambda noting: simple_server.make_server(_LOOPBACK, 0, noting), app)


def _on(start: Start, app: WSGIApplication) -> Server:
    @contextmanager
    def serve(_: Uvicorns) -> Iterator[Served]:
        requests: list[str] = []
        with start(_noting(app, requests)) as server:
            thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
            thread.start()
            try:
                yield Served(url=f"http://{_LOOPBACK}:{server.server_port}", requests=requests)
            finally:
                server.shutdown()
                thread.join(DEADLINE)

    return serve


def _noting(app: WSGIApplication, requests: list[str]) -> WSGIApplication:
    def noting(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return app(environ, start_response)

    return noting
