"""Starts a service of any stack that runs here, by its source text or its configuration.

with serve("nginx", CORRECT) as url:
    check(Settings(targets=(f"{url}/items",)))

Python stacks but Sanic run in this process, all others in one of their own. `INSTALLED` are the stacks that can run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import types
from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.fixes.configuration import CORRECT, Configuration
from tests.fixes.node_services import NODE
from tests.fixes.proxy_services import PROXIES
from tests.fixes.python_services import PYTHON
from tests.serving.asgi import Server, Uvicorns, uvicorn_server
from tests.serving.loopback import DEADLINE, free_port
from tests.serving.wsgi import on_werkzeug, on_wsgiref
from tests.stacks.unknown import PLAIN

if TYPE_CHECKING:
    from aiohttp import web

NODE_MODULES: Final = Path(__file__).parent / "node" / "node_modules"

_MODULES: Final = {
    "starlette": "fastapi",
    "litestar": "litestar",
    "quart": "quart_cors",
    "sanic": "sanic_ext",
    "aiohttp": "aiohttp_cors",
    "django": "corsheaders",
    "flask": "flask_cors",
}
_PACKAGES: Final = {
    "express": "cors",
    "fastify": "@fastify/cors",
    "hono": "@hono/node-server",
    "nestjs": "@nestjs/platform-express",
}
_FROM_PYPI: Final = frozenset({"caddy", "envoy", "traefik"})
"""Programs whose own versions a system may lack: Debian 12 has Caddy 2.6."""

_COMMANDS: Final[dict[str, list[str]]] = {
    "nginx": ["nginx", "-p", "{folder}", "-c", "{folder}/configuration", "-e", "{folder}/error.log"],
    "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config", "configuration"],
    "apache": ["apache2", "-X", "-f", "{folder}/configuration"],
    "haproxy": ["haproxy", "-f", "configuration"],
    "traefik": [
        "traefik",
        "--entryPoints.web.address=127.0.0.1:{port}",
        "--providers.file.filename=configuration.yaml",
        "--providers.file.watch=false",
    ],
    "envoy": ["envoy", "-c", "configuration.yaml", "--concurrency", "1", "--use-dynamic-base-id", "-l", "error"],
}

SANIC_MAIN: Final = """
if __name__ == "__main__":
    import sys

    app.run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, access_log=False, motd=False)
"""
"""Sanic's own server: its applications are global, so that a process has one."""


@contextmanager
def serve(stack: str, configuration: Configuration) -> Iterator[str]:
    """The URL of the service, without a slash at the end."""
    with ExitStack() as running:
        if stack in PYTHON:
            yield running.enter_context(in_python(stack, PYTHON[stack](configuration)))
        elif stack in NODE:
            yield running.enter_context(script("service.js", NODE[stack](configuration), ["node", "service.js"]))
        else:
            behind = PYTHON["starlette"](CORRECT) if configuration.doubled else PLAIN
            upstream = running.enter_context(uvicorn_server(module(behind)["app"]))
            yield running.enter_context(_proxy(stack, configuration, upstream))


def source_of(stack: str, configuration: Configuration) -> str:
    """The text that a configuration is."""
    return {**PYTHON, **NODE, **PROXIES}[stack](configuration)


def _is_installed(stack: str) -> bool:
    if stack in _MODULES:
        return find_spec(_MODULES[stack]) is not None
    if stack in _PACKAGES:
        return program("node") is not None and (NODE_MODULES / _PACKAGES[stack]).is_dir()
    if stack in _FROM_PYPI:
        return (Path(sys.executable).parent / _COMMANDS[stack][0]).exists()
    return program(_COMMANDS[stack][0]) is not None


def program(name: str) -> str | None:
    """The path of a program, which may be next to this Python."""
    beside = Path(sys.executable).parent
    return shutil.which(name, path=f"{beside}:{os.environ.get('PATH', os.defpath)}:/usr/sbin")


def module(text: str) -> dict[str, Any]:  # what a source text defines, of any type
    made = types.ModuleType("service")
    sys.modules["service"] = made
    exec(compile(text, "service.py", "exec", dont_inherit=True), made.__dict__)  # noqa: S102 -- our own text
    return made.__dict__


def in_python(stack: str, text: str) -> AbstractContextManager[str]:
    """The URL of the service that this source text of a Python stack defines, on the stack's own server."""
    match stack:
        case "flask":
            return _on_wsgi(on_werkzeug(module(text)["app"]))
        case "django":
            return _django(text)
        case "aiohttp":
            return _on_aiohttp(module(text)["app"])
        case "sanic":
            return script("service.py", text + SANIC_MAIN, [sys.executable, "service.py"])
    return uvicorn_server(module(text)["app"])


@contextmanager
def _on_wsgi(server: Server) -> Iterator[str]:
    with Uvicorns() as uvicorns, server(uvicorns) as served:
        yield served.url


@contextmanager
def _django(text: str) -> Iterator[str]:
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test.utils import override_settings

    if not settings.configured:
        settings.configure(SECRET_KEY="tests")  # noqa: S106 -- of no use outside
    if not apps.ready:
        django.setup()
    names = module(text)
    chosen = {name: value for name, value in names.items() if name.isupper()}
    with override_settings(**chosen), _on_wsgi(on_wsgiref(WSGIHandler())) as url:
        yield url


@contextmanager
def _on_aiohttp(app: web.Application) -> Iterator[str]:
    from aiohttp import web

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(coroutine: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, loop).result(DEADLINE)

    runner = web.AppRunner(app)
    listener = socket.create_server(("127.0.0.1", 0))

    async def start() -> None:
        await runner.setup()
        await web.SockSite(runner, listener).start()

    run(start())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        run(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(DEADLINE)
        loop.close()


@contextmanager
def script(file: str, text: str, command: list[str], known_path: str = "/items") -> Iterator[str]:
    """The URL of a program that is given its port; it has a route at `known_path`, or listens when that is empty."""
    with TemporaryDirectory(prefix="hdrcli-service-") as name:
        folder, port = Path(name), free_port()
        (folder / file).write_text(text)
        with _process([*command, str(port)], folder, port, known_path):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def _proxy(stack: str, configuration: Configuration, upstream: str) -> Iterator[str]:
    with TemporaryDirectory(prefix="hdrcli-proxy-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        text = PROXIES[stack](configuration, upstream).replace("{port}", str(port)).replace("{folder}", name)
        for file in ("configuration", "configuration.yaml"):
            (folder / file).write_text(text)
        command = [each.replace("{folder}", name).replace("{port}", str(port)) for each in _COMMANDS[stack]]
        with _process(command, folder, port):
            yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(command: list[str], folder: Path, port: int, known_path: str = "/items") -> Iterator[None]:
    executable = program(command[0])
    assert executable is not None
    environment = {**os.environ, "NODE_PATH": str(NODE_MODULES)}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [executable, *command[1:]],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(port, process, folder / "log", known_path)
            yield
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(process.pid, signal.SIGKILL)  # with its workers; Traefik takes two seconds to end by itself
            process.wait(DEADLINE)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path, known_path: str) -> None:
    """Until a request has a response that is no 404: a proxy listens before it knows its routes."""
    request = f"GET {known_path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    waiting = threading.Event()
    for _ in range(DEADLINE * 20):
        if process.poll() is not None:
            raise AssertionError(log.read_text())
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as connection:
                if not known_path:
                    return
                connection.sendall(request)
                if connection.recv(12)[9:] not in {b"", b"404"}:
                    return
        except OSError:
            pass
        waiting.wait(0.05)
    raise AssertionError(log.read_text())


KNOWN: Final = (*PYTHON, *NODE, *PROXIES)
INSTALLED: Final = tuple(stack for stack in KNOWN if _is_installed(stack))
