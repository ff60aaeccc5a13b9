"""`hdrcli lab`: what it serves, how it ends, and what it refuses."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.cli.program import assert_one_line, hdrcli_process
from tests.lab.serving import Served, command
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site

APP = """
from fastapi import FastAPI
app = FastAPI()
@app.get("/items")
def items(): return []
@app.post("/items")
def add(item: dict): return item
@app.get("/items/{number}")
def item(number: int): return number
"""


def subject(served: Served) -> dict[str, object]:
    """What the page is told."""
    headers = {"Authorization": f"Bearer {served.token}"}
    found: dict[str, object] = httpx.get(f"{served.origin}/api/subject", headers=headers, timeout=DEADLINE).json()
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_app_is_served_with_its_routes(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "shop.py"
    file.write_text(APP, "utf-8")
    with command("lab", str(file)) as served:
        found = subject(served)
        assert httpx.get(f"{served.api}/items", timeout=DEADLINE).status_code == 200
        assert served.process
        served.process.send_signal(number)
        assert served.process.wait(DEADLINE) == 0

    assert found["base"] == served.api
    routes = found["routes"]
    assert isinstance(routes, list)
    assert [(route["method"], route["path"]) for route in routes][:2] == [("GET", "/items"), ("POST", "/items")]
    for url in (served.api, served.origin):
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, timeout=DEADLINE)


def test_a_url_is_one_route() -> None:
    with Site({"/items": answer()}) as site, command("lab", f"{site.url}/items?page=1") as served:
        found = subject(served)

    assert (found["base"], found["cors"]) == (site.url, None)
    path = "/items?page=1"
    assert found["routes"] == [{"method": "GET", "path": path, "shown_path": path, "headers": [], "body": None}]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nothing"], "is not a target"),
        (["http://127.0.0.1:9/", "--port=8000"], "--port"),
        (["http://127.0.0.1:9/x", "--page-port=65536"], "--page-port"),
    ],
    ids=str,
)
def test_wrong_usage(arguments: list[str], problem: str) -> None:
    ended = hdrcli_process("lab", *arguments)

    assert (ended.status, ended.out) == (2, "")
    assert problem in ended.err
    assert_one_line(ended.err)


@pytest.mark.parametrize("arguments", [["lab", "http://127.0.0.1:9/x"], ["serve-sample", "--port=0"]], ids=str)
def test_a_page_port_that_is_taken_is_2_in_one_line(arguments: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = hdrcli_process(*arguments, f"--page-port={taken.getsockname()[1]}")

    assert (ended.status, ended.out) == (2, "")
    assert "another process uses this port" in ended.err
    assert_one_line(ended.err)
