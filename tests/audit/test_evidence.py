"""What the address of a service shows: the system's resolver is the only thing that is replaced here."""

from __future__ import annotations

import asyncio
import socket
from typing import Final

import pytest

from hdrcli.audit.evidence import evidence_of, is_on_local_network
from hdrcli.fetch import HTTPResponse, parse_url

NAMES: Final = {
    "intranet.example": ("10.1.2.3", "fd00::1"),
    "public.example": ("93.184.216.34",),
    "both.example": ("10.1.2.3", "93.184.216.34"),
    "here.example": ("127.0.0.1",),
    "link.example": ("fe80::1%eth0",),
}
HOSTS: Final = {
    "10.0.0.1": True,
    "[fd00::1]": True,
    "[::ffff:192.168.0.1]": True,
    "printer.local": True,
    "127.0.0.1": False,
    "localhost": False,
    "8.8.8.8": False,
    "intranet.example": True,
    "link.example": True,
    "public.example": False,
    "both.example": False,
    "here.example": False,
    "unknown.example": False,
}


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        if host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in NAMES[host]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize("host", HOSTS)
def test_a_local_network(host: str) -> None:
    url = parse_url(f"https://{host}/me")
    assert url is not None
    assert asyncio.run(is_on_local_network(url, by_proxy=False, seconds=10)) is HOSTS[host]


def test_a_name_is_not_looked_up_for_a_proxy() -> None:
    url = parse_url("https://intranet.example/me")
    assert url is not None
    assert asyncio.run(is_on_local_network(url, by_proxy=True, seconds=10)) is False


@pytest.mark.parametrize(
    ("value", "is_for_everyone"),
    [
        ("public, max-age=60", True),
        ("max-age=60,PUBLIC", True),
        ("public, no-store", False),
        ("public, private", False),
        ("s-maxage=60", False),
        ("", False),
    ],
)
def test_data_for_everyone(value: str, *, is_for_everyone: bool) -> None:
    response = HTTPResponse(status=200, headers=(("Cache-Control", value),))
    assert evidence_of([response], is_local=False).is_for_everyone is is_for_everyone
    other = HTTPResponse(status=200, headers=())
    assert not evidence_of([response, other], is_local=False).is_for_everyone
