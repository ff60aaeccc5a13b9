"""Names to addresses: each host once while it is used, whoever waits for it, and a bounded number of them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

import pytest

from hdrcli.wire.look_ups import LookUps
from tests.serving.loopback import DEADLINE

FOUND: Final = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
PLACES: Final = [(socket.AF_INET, ("127.0.0.1", 80))]


class Resolver:
    """The system's, with what a name comes to; notes the names, and waits with a result until it may go on."""

    def __init__(self, respond: Callable[[str], Any] = lambda _: FOUND) -> None:
        self._respond = respond
        self.names: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def getaddrinfo(self, host: str, *_: object, **__: object) -> Any:  # noqa: ANN401 -- as in the library
        self.names.append(host)
        assert self.may_go_on.wait(DEADLINE)
        return self._respond(host)


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    return resolver


def test_a_host_is_looked_up_once(resolver: Resolver) -> None:
    async def run() -> None:
        look_ups = LookUps()
        both = await asyncio.gather(*(look_ups.addresses("api.example", 80) for _ in range(5)))
        assert [*both, await look_ups.addresses("api.example", 80)] == [PLACES] * 6

    asyncio.run(run())
    assert resolver.names == ["api.example"]


def test_an_error_is_for_all_who_wait_and_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    resolver = Resolver(refuse)
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)

    async def run() -> None:
        look_ups = LookUps()
        for _ in range(2):
            all_of_them = await asyncio.gather(
                *(look_ups.addresses("api.example", 80) for _ in range(3)), return_exceptions=True
            )
            assert [type(each) for each in all_of_them] == [socket.gaierror] * 3

    asyncio.run(run())
    assert resolver.names == ["api.example"] * 2


def test_who_gives_up_does_not_end_the_look_up_of_others(resolver: Resolver) -> None:
    resolver.may_go_on.clear()

    async def run() -> None:
        look_ups = LookUps()
        waiting = asyncio.ensure_future(look_ups.addresses("api.example", 80))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await look_ups.addresses("api.example", 80)
        resolver.may_go_on.set()
        assert await waiting == PLACES

    asyncio.run(run())
    assert resolver.names == ["api.example"]


def test_a_bounded_number_of_hosts_is_remembered(resolver: Resolver) -> None:
    async def run() -> None:
        look_ups = LookUps(most_hosts=2)
        for host in ("a", "b", "c", "b", "c", "a"):
            await look_ups.addresses(host, 80)

    asyncio.run(run())
    assert resolver.names == ["a", "b", "c", "a"]


def test_a_bounded_number_is_looked_up_at_once(resolver: Resolver) -> None:
    """A look-up that nobody waits for any more counts as long as it goes on."""
    resolver.may_go_on.clear()

    async def run() -> None:
        look_ups = LookUps(at_once=2)
        waiting = [asyncio.ensure_future(look_ups.addresses(host, 80)) for host in "abcd"]
        for each in waiting[:2]:
            await asyncio.wait([each], timeout=0.05)
            each.cancel()
        assert sorted(resolver.names) == ["a", "b"]
        resolver.may_go_on.set()
        assert await asyncio.gather(*waiting[2:]) == [PLACES] * 2

    asyncio.run(run())
    assert sorted(resolver.names) == ["a", "b", "c", "d"]


def test_a_transport_that_is_closed_gives_up_its_look_ups(resolver: Resolver) -> None:
    resolver.may_go_on.clear()

    async def run() -> None:
        look_ups = LookUps()
        waiting = asyncio.ensure_future(look_ups.addresses("api.example", 80))
        await asyncio.wait([waiting], timeout=0.05)
        look_ups.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(run())
    resolver.may_go_on.set()
