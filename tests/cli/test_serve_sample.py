"""`hdrcli serve-sample`: what it prints, what its options do to the answers, and how it ends."""

from __future__ import annotations

import http.client
import queue
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from sample_app import DEFAULT_EXPOSE_HEADERS
from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli_process
from tests.serving.loopback import DEADLINE
from tests.serving.site import PAGE


@contextmanager
def served(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `hdrcli serve-sample` on a free port for as long as the block lasts; the URL that it prints."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*COMMAND, "serve-sample", "--port=0", *options],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
    ) as process:
        try:
            yield process, _first_line(process).split()[-1]
        finally:
            if process.poll() is None:
                process.kill()


def _first_line(process: subprocess.Popen[str]) -> str:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert process.stdout
    threading.Thread(target=lambda out: lines.put(out.readline()), args=[process.stdout], daemon=True).start()
    return lines.get(timeout=DEADLINE)


def rest_of(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it writes to both streams up to its end; `communicate` would not know of lines that are in our buffer."""
    process.wait(DEADLINE)
    assert process.stdout
    assert process.stderr
    return process.stdout.read(), process.stderr.read()


def cors_headers(url: str, *, path: str = "/headers/custom", origin: str = PAGE) -> dict[str, str]:
    """The Access-Control headers that a page gets."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=DEADLINE)
    try:
        connection.request("GET", path, headers={"Origin": origin})
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        prefix = "access-control-"
        return {
            name.lower().removeprefix(prefix): value
            for name, value in response.getheaders()
            if name.lower().startswith(prefix)
        }
    finally:
        connection.close()


EXPOSED = {"expose-headers": ", ".join(DEFAULT_EXPOSE_HEADERS)}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], EXPOSED | {"allow-origin": PAGE}),
        (["--allow-origin=https://a.example", "--allow-origin=https://b.example"], EXPOSED),
        ([f"--allow-origin={PAGE}", "--allow-origin=https://b.example"], EXPOSED | {"allow-origin": PAGE}),
        (["--allow-origin=*"], EXPOSED | {"allow-origin": "*"}),
        (
            ["--expose-header=X-Process-Time", "--expose-header=ETag"],
            {"allow-origin": PAGE, "expose-headers": "X-Process-Time, ETag"},
        ),
        (["--allow-credentials"], EXPOSED | {"allow-origin": PAGE, "allow-credentials": "true"}),
        (["--no-cors"], {}),
    ],
    ids=str,
)
def test_options_reach_the_app(options: list[str], expected: dict[str, str]) -> None:
    with served(*options) as (_process, url):
        assert cors_headers(url) == expected


def test_it_serves_with_reload_too() -> None:
    with served("--reload", "--expose-header=X-Process-Time") as (process, url):
        assert cors_headers(url)["expose-headers"] == "X-Process-Time"
        process.send_signal(signal.SIGINT)
        _, err = rest_of(process)

    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_when_it_reloads(number: signal.Signals) -> None:
    with served("--reload") as (process, url):
        assert cors_headers(url)
        process.send_signal(number)
        rest_of(process)  # until no process holds its streams any more
        with pytest.raises(ConnectionRefusedError):
            cors_headers(url)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_it_prints_and_how_it_ends(number: signal.Signals) -> None:
    with served("--host=localhost") as (process, url):
        assert url.startswith("http://localhost:")
        assert cors_headers(url)
        process.send_signal(number)
        out, err = rest_of(process)

    assert process.returncode == 0
    assert "Ctrl-C stops it." in out
    assert '"GET /headers/custom HTTP/1.1" 200' in out
    assert "Traceback" not in err
    assert err == ""


def test_what_it_says_to_try_next_shows_something() -> None:
    with served() as (process, url):
        assert process.stdout
        suggestion = process.stdout.readline().partition("hdrcli ")[2]
        assert suggestion.startswith(f"check {url}/")
        ended = hdrcli_process(*suggestion.split())

    assert ended.status == 0
    assert "  200\n" in ended.out
    assert "readable" in ended.out


def test_check_and_serve_sample_fit_together() -> None:
    with served("--expose-header=X-Process-Time") as (_process, url):
        options = ["--credentials=omit", "--expect-readable=X-Process-Time", "--expect-hidden=X-Request-ID"]
        assert hdrcli_process("check", url + "/headers/custom", *options).status == 0


def test_a_port_that_is_taken_is_2_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = hdrcli_process("serve-sample", f"--port={taken.getsockname()[1]}")

    assert (ended.status, ended.out) == (2, "")
    assert "another process uses this port" in ended.err
    assert_one_line(ended.err)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--port=65536"], "a port must be a number from 0 to 65535"),
        (["--host=a..b"], "choose another address with --host"),
    ],
    ids=str,
)
def test_an_address_that_is_none_is_2_in_one_line(options: list[str], problem: str) -> None:
    ended = hdrcli_process("serve-sample", *options)

    assert (ended.status, ended.out) == (2, "")
    assert problem in ended.err
    assert_one_line(ended.err)


@pytest.mark.parametrize("option", ["--allow-origin=https://b\xfccher.example", "--expose-header=X-A\r\nX-B: 1"])
def test_what_cannot_stand_in_a_header_is_2(option: str) -> None:
    ended = hdrcli_process("serve-sample", "--port=0", option)

    assert (ended.status, ended.out) == (2, "")
    assert_one_line(ended.err)
