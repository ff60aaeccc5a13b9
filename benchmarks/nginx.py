"""nginx on a core of its own, for benchmarks: it sends CORS headers, and the same small response for every path."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CLIENT_CORE: Final = 0
SERVER_CORE: Final = 1

_NGINX: Final = r"""
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
events { worker_connections 16384; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen %(port)d backlog=8192;
        %(tls)s
        default_type application/json;
        add_header Access-Control-Allow-Origin *;
        add_header Access-Control-Expose-Headers X-Total-Count;
        add_header X-Total-Count 1312;
        add_header X-Request-ID $request_id;
        add_header Vary Origin;
        if ($remote_addr !~ "^127\.") { return 444; }
        location / { return 200 "[]"; }
        location = /status { stub_status; }
    }
}
"""


_CERTIFICATE: Final = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
    *("-subj", "/CN=benchmark", "-batch"),
)
_TLS: Final = """
        listen %(tls_port)d ssl backlog=8192;
        ssl_certificate cert.pem;
        ssl_certificate_key key.pem;
"""


@contextlib.contextmanager
def running_nginx() -> Iterator[int]:
    """Run nginx on its core; yields its port on 127.0.0.1, and the whole of 127.0.0.0/8."""
    with _running(tls=False) as (port, _):
        yield port


@contextlib.contextmanager
def running_nginx_with_tls() -> Iterator[tuple[int, int]]:
    """As `running_nginx`; yields the ports for http and https. The certificate is nobody's."""
    with _running(tls=True) as ports:
        yield ports


def requests_of(port: int) -> int:
    """How many requests nginx has had, this one included."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/status") as response:
        return int(response.read().split()[9])


@contextlib.contextmanager
def _running(*, tls: bool) -> Iterator[tuple[int, int]]:
    port, tls_port = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as folder:
        if tls:
            subprocess.run(
                [*_CERTIFICATE, "-keyout", "key.pem", "-out", "cert.pem"],
                cwd=folder,
                check=True,
                stderr=subprocess.DEVNULL,
            )
        values = {"port": port, "tls": _TLS % {"tls_port": tls_port} if tls else ""}
        Path(folder, "nginx.conf").write_text(_NGINX % values)
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
        command = [program, "-p", folder, "-e", "error.log", "-c", "nginx.conf"]
        server = subprocess.Popen(on_core(SERVER_CORE, command))
        try:
            _wait_for(port)
            yield port, tls_port
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("", 0))
        return int(free.getsockname()[1])


def on_core(core: int, command: list[str]) -> list[str]:
    """The command, kept to one core."""
    return ["taskset", "-c", str(core), *command]


def _wait_for(port: int) -> None:
    for _ in range(100_000):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
    sys.exit("nginx does not start")
