"""The lab's server refuses everybody but its own page, and reaches nothing but its API."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.lab.serving import Served, lab_of, send
from tests.serving.http import answer
from tests.serving.loopback import DEADLINE
from tests.serving.site import Site

ANY = "Access-Control-Allow-Origin: *"
REQUEST = {"path": "/items", "visitor": {"name": "chromium"}}


@pytest.fixture(scope="module")
def other() -> Iterator[Site]:
    with Site({"/": answer(ANY)}) as site:
        yield site


@pytest.fixture(scope="module")
def site(other: Site) -> Iterator[Site]:
    away = answer(ANY, f"Location: {other.url}/", status="302 Found")
    with Site({"/items": answer(ANY, "X-A: 1"), "/away": away}) as served:
        yield served


@pytest.fixture(scope="module")
def lab(site: Site) -> Iterator[Served]:
    with lab_of(site.url, "/items") as served:
        yield served


def test_the_page_itself_may(lab: Served) -> None:
    status, body = send(lab, "POST", "/api/check", REQUEST)

    assert status == 200
    assert json.loads(body)["route"]["status"] == 200
    assert send(lab, "GET", "/api/subject", origin=None)[0] == 200
    assert send(lab, "GET", "/", origin=None, authorization=None)[0] == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"host": "attacker.example"}, 421),
        ({"host": "localhost"}, 421),
        ({"host": None}, 400),  # by uvicorn
        ({"origin": "http://attacker.example"}, 403),
        ({"origin": "http://localhost:1"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": None}, 403),
        ({"authorization": None}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": None, "cookie": "token"}, 401),
    ],
    ids=str,
)
def test_others_may_not(lab: Served, site: Site, changes: dict[str, str | None], status: int) -> None:
    before = len(site.requests)

    assert send(lab, "POST", "/api/check", REQUEST, **changes)[0] == status
    assert len(site.requests) == before


def test_the_files_are_only_for_its_own_hosts(lab: Served) -> None:
    assert send(lab, "GET", "/", origin=None, host="attacker.example")[0] == 421
    assert send(lab, "GET", "/lab.js", origin="http://attacker.example")[0] == 403
    assert send(lab, "GET", "/../guard.py", origin=None)[0] == 404


@pytest.mark.parametrize("path", ["@127.0.0.1:1/", "http://127.0.0.1:1/", "items", ".example/"])
def test_only_the_api_is_requested(lab: Served, site: Site, path: str) -> None:
    before = len(site.requests)

    assert send(lab, "POST", "/api/check", {**REQUEST, "path": path})[0] == 422
    assert len(site.requests) == before


def test_redirects_do_not_lead_away(lab: Served, other: Site) -> None:
    status, body = send(lab, "POST", "/api/check", {**REQUEST, "path": "/away"})

    assert status == 200
    assert {caller["outcome"] for caller in json.loads(body)["route"]["callers"]} == {"network-error"}
    assert other.requests == []


def test_it_listens_on_loopback_only(lab: Served) -> None:
    port = urlsplit(lab.origin).port or 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it finds the address of this machine
        except OSError:
            pytest.skip("this machine has loopback only")
        address = probe.getsockname()[0]

    with pytest.raises(OSError, match="refused"):
        socket.create_connection((address, port), timeout=DEADLINE)


def test_its_policy_lets_the_page_connect_to_the_api_only(lab: Served) -> None:
    connection = http.client.HTTPConnection(urlsplit(lab.origin).netloc, timeout=DEADLINE)
    connection.request("GET", "/")
    policy = connection.getresponse().getheader("content-security-policy") or ""
    connection.close()
    directives = dict(part.split(" ", 1) for part in policy.split("; "))

    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == f"'self' {lab.api}"
    assert directives["script-src"] == "'self'"
    assert "unsafe" not in policy
