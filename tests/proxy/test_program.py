"""`hdrcli proxy`: what it prints while it runs, how it ends, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from tests.cli.program import COMMAND, assert_one_line, environment, hdrcli, hdrcli_process
from tests.proxy.program import running
from tests.proxy.serving import read_to_end, request
from tests.readme import DOCUMENTED_BASE, ROOT, serving
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import OPEN_TO_PAGE, PAGE, Site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    attack = "\x1b[31m<script>"
    responses = {
        "/items": answer(*OPEN_TO_PAGE, "X-Total-Count: 1"),
        "/broken": answer(status="500 No"),
        "/attack": answer(f"Access-Control-Allow-Origin: {attack}", f"X-Attack: {attack}"),
    }
    with Site(responses) as served:
        yield served


ITEMS: Final = request("GET", "/items?token=secret-1", "Authorization: Bearer secret-2")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_the_report(site: Site, number: signal.Signals) -> None:
    with running(site.url, "--format=json", "--fail-on=warning") as proxy:
        assert b"X-Total-Count: 1" in proxy.send(ITEMS)
        proxy.wait_for(r"GET /items.* 200 .*x-total-count")
        proxy.wait_for("HDR301")
        status, out, err = proxy.end(number)
    report = json.loads(out)

    assert status == report["summary"]["exit_status"] == 1
    assert [finding["code"] for finding in report["services"][0]["findings"]] == ["HDR301"]
    assert report["services"][0]["service"] == site.url
    assert f"page {PAGE} in chromium" in err
    assert "secret" not in out + err


@pytest.mark.skipif(os.name != "posix", reason="Windows has no shell that ignores SIGINT for commands")
def test_a_command_in_the_background_ends_with_the_report(site: Site) -> None:
    with running(site.url, ignores_sigint=True) as proxy:
        proxy.send(ITEMS)
        status, out, _ = proxy.end(signal.SIGTERM)

    assert status == 0
    assert "GET" in out
    assert "OK" in out.splitlines()[-1]


def test_findings_are_printed_once(site: Site) -> None:
    with running(site.url) as proxy:
        for path in ("/items", "/items?a=1", "/items?b=1"):
            proxy.send(request("GET", path))
        proxy.wait_for("b=1")
        err = proxy.end()[2]

    assert err.count("warning HDR301") == 1
    assert err.count("GET /items") >= 3


def test_the_cause_of_a_blocked_response_is_as_far_as_it_is_known(site: Site) -> None:
    """By its own response, it could have several causes: the layer's response to another route decides."""
    with running(site.url, "--format=json") as proxy:
        proxy.send(request("GET", "/broken"))
        proxy.wait_for("error HDR101")
        proxy.wait_for(rf"hdrcli check {site.url}/broken --origin {PAGE} ")
        proxy.send(ITEMS)
        proxy.wait_for("error HDR107")
        out = proxy.end()[1]

    codes = [finding["code"] for finding in json.loads(out)["services"][0]["findings"]]
    assert codes == ["HDR107", "HDR301"]


def test_quiet_prints_nothing_but_problems(site: Site) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    command = [*COMMAND, "proxy", "--quiet", f"--port={port}", site.url]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            while True:
                try:
                    with socket.create_connection(("127.0.0.1", port), DEADLINE) as connection:
                        connection.sendall(ITEMS)
                        read_to_end(connection)
                    break
                except ConnectionRefusedError:
                    assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()

    assert (process.returncode, out) == (0, b"")


def test_nothing_to_judge_is_2(site: Site) -> None:
    with running(site.url) as proxy:
        proxy.send(b"GET /items HTTP/1.1\r\nHost: a.example\r\n\r\n")
        status, out, _ = proxy.end()

    assert status == 2
    assert "1 request" in out


def test_a_hostile_response_does_not_control_the_terminal(site: Site) -> None:
    with running(site.url) as proxy:
        proxy.send(request("GET", "/attack\x1b[31m").replace(b"\x1b", b"%1b"))
        proxy.send(request("GET", "/attack"))
        proxy.wait_for("HDR")
        _, out, err = proxy.end()

    assert all(line.isprintable() for line in (out + err).splitlines())


def test_the_port_is_taken_by_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = hdrcli_process("proxy", "http://127.0.0.1:9", f"--port={taken.getsockname()[1]}")

    assert (ended.status, ended.out) == (2, "")
    assert "another process uses this port" in ended.err
    assert_one_line(ended.err)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["http://127.0.0.1:8000/items"], "the origin only, http://127.0.0.1:8000"),
        (["http://127.0.0.1:8000", "--port=8000"], "--port"),
        (["ftp://127.0.0.1"], "http or https"),
        (["http://127.0.0.1:9", "--host-header=a b"], "--host-header"),
        (["http://127.0.0.1:9", "--host-header="], "--host-header"),
        (["http://127.0.0.1:9", "--cacert=/none"], "--cacert"),
        (["http://127.0.0.1:9", "--select=HDR9"], "--select"),
    ],
    ids=str,
)
def test_wrong_usage(arguments: list[str], problem: str) -> None:
    ended = hdrcli("proxy", *arguments)

    assert (ended.status, ended.out) == (2, "")
    assert problem in ended.err
    assert_one_line(ended.err.splitlines(keepends=True)[-1])


def test_the_document_shows_a_real_run() -> None:
    text = (ROOT / "docs" / "proxy.md").read_text("utf-8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    with serving() as base, running(base) as proxy:
        proxy.send(request("GET", "/headers/pagination"))
        proxy.wait_for("/headers/pagination")
        proxy.send(request("GET", "/headers/custom"))
        proxy.wait_for("HDR301")
        err = proxy.end()[2]

    assert err.replace(base, DOCUMENTED_BASE).replace(f":{proxy.port}", ":8001") == shown
