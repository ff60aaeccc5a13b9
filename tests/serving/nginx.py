"""nginx with a configuration of the test's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
import trustme

from tests.serving.asgi import Served
from tests.serving.loopback import DEADLINE

_HOW_TO_GET: Final = "nginx is not installed: apt-get install nginx-light"

_CONFIGURATION: Final = """
daemon off;
%(user)s
pid nginx.pid;
error_log error.log;
events { }
http {
    log_format asked "$request_method $request_uri";
    access_log access.log asked;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    map $http_origin $allowed_origin { default ""; "https://app.example" $http_origin; }
    upstream app { server %(upstream)s; }
    upstream down { server unix:nobody-listens; }
    server {
        listen %(listen)s;
        root html;
        client_max_body_size 1k;
        %(server)s
    }
}
"""


@contextmanager
def nginx(server: str, upstream: str, *, tls: bool) -> Iterator[Served]:
    """An nginx of our own: its sockets, files and processes are no other's, whoever runs it."""
    executable = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if executable is None and os.environ.get("HDRCLI_REQUIRE_BROWSERS") != "1":
        pytest.skip(_HOW_TO_GET)
    assert executable is not None, _HOW_TO_GET
    with TemporaryDirectory(prefix="hdrcli-nginx-") as name, socket.create_server(("127.0.0.1", 0)) as listener:
        folder = Path(name)
        (folder / "html/docs").mkdir(parents=True)
        (folder / "html/docs/index.html").touch()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        names = {
            "user": "user root;" if os.geteuid() == 0 else "",  # or else its worker is one who may not read the folder
            "upstream": upstream.removeprefix("http://"),
            "listen": f"{address} ssl; {_certificate(folder)}" if tls else address,
            "server": server,
        }
        (folder / "nginx.conf").write_text(_CONFIGURATION % names)
        with _process([executable, "-p", name, "-c", "nginx.conf", "-e", "error.log"], listener):
            served = Served(url=f"http{'s' if tls else ''}://{address}", behind=upstream)
            yield served
        served.requests.extend((folder / "access.log").read_text().splitlines())


@contextmanager
def _process(command: list[str], listener: socket.socket) -> Iterator[None]:
    """nginx takes over a socket that listens already, as it does when it replaces itself: no port can be lost."""
    process = subprocess.Popen(
        command,
        env={**os.environ, "NGINX": f"{listener.fileno()};"},
        pass_fds=[listener.fileno()],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    listener.close()
    try:
        yield
    finally:
        process.send_signal(signal.SIGQUIT)  # in order: what was asked is in the log
        try:
            _, complaints = process.communicate(timeout=DEADLINE)
        finally:
            process.terminate()
    assert process.returncode == 0, complaints


def _certificate(folder: Path) -> str:
    """Write a certificate for loopback, and return the directives that name it."""
    certificate = trustme.CA().issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return "ssl_certificate server.pem; ssl_certificate_key server.pem"
