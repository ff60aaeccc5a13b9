import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from hdrcli.targets.sample_server import PortUnavailableError, serve
from tests.serving.loopback import DEADLINE, has_ipv6

PAGE = "http://localhost:3000"

SETTINGS = {
    "host": "127.0.0.1",
    "port": 0,
    "allow_origins": [PAGE],
    "expose_headers": ["X-Request-ID"],
    "allow_credentials": True,
    "cors": True,
    "reload": False,
}
SERVE = """
import json, sys, threading
from hdrcli.targets.sample_server import serve
settings = json.loads(sys.argv[1])
in_thread = settings.pop("in_thread", False)
def run():
    serve(announce=lambda url: print(url, flush=True), **settings)
    print("returned")
if in_thread:
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
else:
    run()
"""


@contextmanager
def served(**settings: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `serve` in a process, whose standard input is held open; yield it with the URL it announces."""
    command = [sys.executable, "-c", SERVE, json.dumps(SETTINGS | settings)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stdout
        watchdog = threading.Timer(DEADLINE, os.killpg, [process.pid, signal.SIGKILL])
        watchdog.start()
        try:
            yield process, process.stdout.readline().strip()
        finally:
            watchdog.cancel()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def get(url: str) -> httpx.Response:
    return httpx.get(url, headers={"Origin": PAGE}, trust_env=False, timeout=DEADLINE)


def test_neither_module_loads_anything_heavy() -> None:
    heavy = "{'fastapi', 'starlette', 'uvicorn', 'asyncio'}"
    program = f"import sys, hdrcli.targets.sample_server, sample_app; print(sorted({heavy} & set(sys.modules)))"

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"


@pytest.mark.parametrize("reload", [False, True])
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serve_cleanly(signal_number: signal.Signals, *, reload: bool) -> None:
    with served(reload=reload) as (process, url):
        response = get(url + "/injected/dict")
        os.killpg(process.pid, signal_number)  # a terminal sends Ctrl-C to the children, too
        process.wait(DEADLINE)
        output, errors = process.communicate()

    assert response.headers["Access-Control-Expose-Headers"] == "X-Request-ID"
    assert response.headers["Access-Control-Allow-Credentials"] == "true"
    assert output.splitlines()[-1] == "returned"
    assert (process.returncode, "Traceback" in errors) == (0, False)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serve_while_the_app_is_loaded(signal_number: signal.Signals) -> None:
    with served() as (process, _url):
        process.send_signal(signal_number)
        process.wait(DEADLINE)
        assert process.communicate() == ("returned\n", "")


@pytest.mark.parametrize("settings", [{}, {"reload": True}, {"in_thread": True}], ids=str)
def test_the_end_of_standard_input_ends_serve(settings: dict[str, object]) -> None:
    with served(stop_on_stdin_eof=True, access_log=False, **settings) as (process, url):
        assert get(url).status_code == 200
        assert process.communicate("not the end\n", timeout=DEADLINE) == ("returned\n", "")
        assert process.returncode == 0


def test_a_signal_ends_serve_while_it_reads_standard_input() -> None:
    with served(stop_on_stdin_eof=True, access_log=False) as (process, url):
        assert get(url).status_code == 200
        process.terminate()
        process.wait(DEADLINE)
        assert (process.returncode, *process.communicate()) == (0, "returned\n", "")


@pytest.mark.parametrize("access_log", [True, False])
def test_requests_and_crashes_are_printed_or_nothing_is(*, access_log: bool) -> None:
    with served(stop_on_stdin_eof=True, access_log=access_log) as (process, url):
        assert get(url + "/errors/crash").status_code == 500
        output, errors = process.communicate(timeout=DEADLINE)

    assert ('"GET /errors/crash HTTP/1.1" 500' in output) is access_log
    assert ("RuntimeError: this crash is part of the sample" in errors) is access_log
    assert "Started server process" not in errors
    assert "Traceback" not in errors


class Announced(Exception):  # noqa: N818
    """Raised with the URL, so that `serve` ends before it serves."""


def announced(host: str, port: int = 0) -> str:
    def announce(url: str) -> None:
        raise Announced(url)

    with pytest.raises(Announced) as caught:
        serve(
            host=host,
            port=port,
            allow_origins=[],
            expose_headers=[],
            allow_credentials=False,
            cors=True,
            reload=False,
            announce=announce,
        )
    return str(caught.value)


@pytest.mark.parametrize(
    ("host", "start"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("localhost", "http://localhost:"),
        ("0", "http://127.0.0.1:"),  # every interface: the URL is one to visit
    ],
)
def test_the_url_that_is_announced(host: str, start: str) -> None:
    url = announced(host)

    assert url.startswith(start)
    assert int(url.removeprefix(start)) > 0


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
@pytest.mark.parametrize(("host", "start"), [("::1", "http://[::1]:"), ("0::0", "http://[::1]:")])
def test_the_url_of_an_ipv6_host(host: str, start: str) -> None:
    assert announced(host).startswith(start)


def test_a_free_port_is_had_again_at_once() -> None:
    url = announced("127.0.0.1")

    assert announced("127.0.0.1", int(url.rpartition(":")[2])) == url


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailableError) as caught:
            announced("127.0.0.1", port)

    assert str(caught.value) == (
        f"cannot listen on 127.0.0.1:{port}: another process uses this port; "
        "choose another port with --port (0: any free one)"
    )


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_is_none(port: int) -> None:
    with pytest.raises(PortUnavailableError, match="a port must be a number from 0 to 65535; choose another port"):
        announced("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])  # not of this machine; no name at all
def test_a_host_that_is_not_here(host: str) -> None:
    with pytest.raises(PortUnavailableError, match=f"{host}:0: .*; choose another address with --host"):
        announced(host)


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied"),
            ("cannot listen on [::1]:80: permission denied; choose another port with --port (0: any free one)"),
        ),
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "cannot listen on [::1]:80: Name or service not known; choose another address with --host",
        ),
    ],
)
def test_why_nothing_can_listen(cause: OSError, message: str) -> None:
    assert str(PortUnavailableError("::1", 80, cause)) == message
